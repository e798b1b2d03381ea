import { describe, expect, it } from "vitest";
import { encodeText, parseSendTargets, parseText, RejectReason, readTextResponse, reservedTag, TargetOpcode } from "#iscsi";
import type { HandInitiator } from "./testing/hand-initiator.ts";
import { testTargetName } from "./testing/hand-initiator.ts";
import { type TestConnection, TestTarget } from "./testing/test-target.ts";

const ask = (which: string): Uint8Array => encodeText([{ key: "SendTargets", value: which }]);

/** Fetches all of an answer, as long as it goes on. */
function takeText({ initiator, link }: TestConnection): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (;;) {
    link.run();
    const { bhs, data } = initiator.take(TargetOpcode.textResponse);
    const response = readTextResponse(bhs);
    pieces.push(data);
    if (response.final) return new Uint8Array(Buffer.concat(pieces));
    expect(response.targetTransferTag).not.toBe(reservedTag);
    initiator.text(new Uint8Array(0), { tag: response.initiatorTaskTag, transferTag: response.targetTransferTag });
  }
}

function takeRejectReason(initiator: HandInitiator): number | undefined {
  return initiator.take(TargetOpcode.reject).bhs[2];
}

function targetsOf(connection: TestConnection, which: string): unknown {
  connection.initiator.text(ask(which));
  return parseSendTargets(takeText(connection));
}

describe("SendTargets", () => {
  it("in a discovery session tells all targets, or one by name, each with the portals there are", () => {
    const target = new TestTarget();
    const portals = [
      { host: "192.0.2.1", port: 3260, groupTag: 1 },
      { host: "2001:db8::1", port: 860, groupTag: 1 },
    ];
    target.server.announceAt(portals, { exclusively: false });
    const connection = target.logIn({ targetName: "" });
    expect(targetsOf(connection, "All")).toEqual([{ name: testTargetName, portals }]);
    expect(targetsOf(connection, testTargetName)).toEqual([{ name: testTargetName, portals }]);
    expect(targetsOf(connection, "iqn.2026-11.test:other")).toEqual([]);
  });

  it("in a normal session tells of its own target alone", () => {
    const target = new TestTarget();
    const connection = target.logIn();
    const own = [{ name: testTargetName, portals: [] }];
    expect(targetsOf(connection, "")).toEqual(own);
    expect(targetsOf(connection, testTargetName)).toEqual(own);
    for (const which of ["All", "iqn.2026-11.test:other"]) {
      connection.initiator.text(ask(which));
      expect(parseText(takeText(connection))).toEqual([{ key: "SendTargets", value: "Reject" }]);
    }
  });

  it("is answered over as many PDUs as the initiator's segments need, also when a line is cut", () => {
    const names = Array.from({ length: 100 }, (_, index) => `iqn.2026-11.test:disk${index}`);
    const target = new TestTarget({ targets: names.map((name) => ({ name, luns: [] })) });
    const connection = target.logIn({ targetName: "", keys: [{ key: "MaxRecvDataSegmentLength", value: "512" }] });
    connection.initiator.text(ask("All"));
    const text = takeText(connection);
    expect(text.length).toBeGreaterThan(512);
    expect(parseSendTargets(text).map(({ name }) => name)).toEqual(names);
  });
});

describe("a Text Request", () => {
  it("may come in pieces", () => {
    const target = new TestTarget();
    const connection = target.logIn({ targetName: "" });
    const text = ask("All");
    const tag = connection.initiator.text(text.subarray(0, 7), { continues: true, final: false });
    connection.link.run();
    const { targetTransferTag, continues } = readTextResponse(connection.initiator.take(TargetOpcode.textResponse).bhs);
    expect(continues).toBe(false);
    connection.initiator.text(text.subarray(7), { tag, transferTag: targetTransferTag });
    expect(parseSendTargets(takeText(connection))).toHaveLength(1);
  });

  it("with a tag that nobody gave out is rejected", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn({ targetName: "" });
    initiator.text(ask("All"), { transferTag: 42 });
    link.run();
    expect(takeRejectReason(initiator)).toBe(RejectReason.invalidPduField);
  });

  it("of more text than is taken, or of text that is none, is rejected, and the next one is served", () => {
    const target = new TestTarget({ limits: { maxTextBytes: 100 } });
    const connection = target.logIn({ targetName: "" });
    const { initiator, link } = connection;
    for (const text of [new Uint8Array(101).fill(0x41), new TextEncoder().encode("nonsense\0")]) {
      initiator.text(text);
      link.run();
      expect(takeRejectReason(initiator)).toBe(RejectReason.protocolError);
    }
    expect(targetsOf(connection, "All")).toHaveLength(1);
  });

  it("may lower what we send, and is told which keys come too late or mean nothing", () => {
    const target = new TestTarget();
    const connection = target.logIn();
    connection.initiator.text(
      encodeText([
        { key: "MaxRecvDataSegmentLength", value: "1024" },
        { key: "InitiatorAlias", value: "me" },
        { key: "ErrorRecoveryLevel", value: "2" },
        { key: "X-com.example", value: "1" },
        { key: "MaxRecvDataSegmentLength", value: "1" },
      ]),
    );
    expect(parseText(takeText(connection))).toEqual([
      { key: "ErrorRecoveryLevel", value: "Reject" },
      { key: "X-com.example", value: "NotUnderstood" },
      { key: "MaxRecvDataSegmentLength", value: "Reject" },
    ]);
    connection.initiator.read(0, 4);
    connection.link.run();
    expect(connection.initiator.received.map(({ data }) => data.length)).toEqual([1024, 1024]);
  });

  it("without F keeps the exchange open until one with F comes", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn({ targetName: "" });
    const tag = initiator.text(ask("All"), { final: false });
    link.run();
    const open = initiator.take(TargetOpcode.textResponse);
    expect(readTextResponse(open.bhs)).toMatchObject({ final: false, continues: false });
    expect(parseSendTargets(open.data)).toHaveLength(1);
    initiator.text(new Uint8Array(0), { tag, transferTag: readTextResponse(open.bhs).targetTransferTag });
    link.run();
    expect(readTextResponse(initiator.take(TargetOpcode.textResponse).bhs)).toMatchObject({ final: true, targetTransferTag: reservedTag });
  });
});

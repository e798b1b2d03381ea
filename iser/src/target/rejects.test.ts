import { describe, expect, it } from "vitest";
import { BhsField, bhsLength, encodeText, RejectReason, TargetOpcode, viewRejectedHeader } from "#iscsi";
import type { HandInitiator } from "./testing/hand-initiator.ts";
import { TestTarget } from "./testing/test-target.ts";

function takeReject(initiator: HandInitiator): { readonly reason: number; readonly header: Uint8Array | undefined } {
  const { bhs, data } = initiator.take(TargetOpcode.reject);
  return { reason: bhs[2]!, header: viewRejectedHeader(data) };
}

describe("what cannot be served is rejected with its header, and the session goes on", () => {
  const header = (opcode: number): Uint8Array => {
    const bhs = new Uint8Array(bhsLength);
    bhs[0] = opcode;
    bhs[1] = 0x80;
    return bhs;
  };

  it.each([
    ["a SNACK", 0x50, RejectReason.snackReject],
    ["a Login Request", 0x43, RejectReason.protocolError],
    ["an opcode that is none", 0x4f, RejectReason.commandNotSupported],
    ["a vendor's opcode", 0x5c, RejectReason.commandNotSupported],
    ["a PDU that only targets send", 0x61, RejectReason.commandNotSupported],
  ] as const)("%s", (_what, opcode, reason) => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    initiator.send(header(opcode));
    link.run();
    const reject = takeReject(initiator);
    expect(reject.reason).toBe(reason);
    expect(reject.header?.[0]).toBe(opcode);
    expect(target.events.at(-1)).toMatchObject({ event: "rejected" });
    initiator.testUnitReady();
    link.run();
    initiator.take(TargetOpcode.scsiResponse);
  });

  it("a SCSI Command with an attribute that is none; its number is used up", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    const bhs = header(0x01);
    bhs[1] = 0x87;
    bhs[BhsField.cmdSn + 3] = 1;
    initiator.send(bhs);
    initiator.testUnitReady({ cmdSn: 2 });
    link.run();
    expect(takeReject(initiator).reason).toBe(RejectReason.invalidPduField);
    initiator.take(TargetOpcode.scsiResponse);
  });

  it("a Logout Request with a reason that is none", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn();
    initiator.logout(7);
    link.run();
    expect(takeReject(initiator).reason).toBe(RejectReason.invalidPduField);
    expect(initiator.isClosed).toBe(false);
  });

  it("a SCSI Command in a discovery session", () => {
    const target = new TestTarget();
    const { initiator, link } = target.logIn({ targetName: "" });
    initiator.testUnitReady();
    initiator.manage("lun-reset");
    link.run();
    expect([takeReject(initiator).reason, takeReject(initiator).reason]).toEqual([
      RejectReason.commandNotSupported,
      RejectReason.commandNotSupported,
    ]);
    initiator.text(encodeText([{ key: "SendTargets", value: "All" }]));
    link.run();
    initiator.take(TargetOpcode.textResponse);
  });
});

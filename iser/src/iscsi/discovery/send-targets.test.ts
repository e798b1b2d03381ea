import fc from "fast-check";
import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "../protocol-error.ts";
import { formatPortal, PortalSyntaxError, parsePortal } from "./portal.ts";
import { formatSendTargets, parseSendTargets, sendTargetsRequest } from "./send-targets.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const groupTag = fc.integer({ min: 0, max: 0xffff });
const portal = fc.record({
  host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constant("fe80::1%eth0")),
  port: fc.integer({ min: 1, max: 65535 }),
  groupTag: fc.oneof(groupTag, fc.constant(undefined)),
});

describe("portals", () => {
  it("read back what was written", () => {
    fc.assert(
      fc.property(portal, (some) => {
        expect(parsePortal(formatPortal(some))).toEqual(some);
      }),
    );
  });

  it.each([
    ["san.example", { host: "san.example", port: 3260, groupTag: undefined }],
    ["san.example:860", { host: "san.example", port: 860, groupTag: undefined }],
    ["192.0.2.7:3260,1", { host: "192.0.2.7", port: 3260, groupTag: 1 }],
    ["192.0.2.7,2", { host: "192.0.2.7", port: 3260, groupTag: 2 }],
    ["[2001:db8::7]:3261,1", { host: "2001:db8::7", port: 3261, groupTag: 1 }],
    ["[2001:db8::7]", { host: "2001:db8::7", port: 3260, groupTag: undefined }],
    ["2001:db8::7", { host: "2001:db8::7", port: 3260, groupTag: undefined }],
    ["::1", { host: "::1", port: 3260, groupTag: undefined }],
    ["[::ffff:192.0.2.7]:3260", { host: "::ffff:192.0.2.7", port: 3260, groupTag: undefined }],
  ])("%s", (text, expected) => {
    expect(parsePortal(text)).toEqual(expected);
  });

  it.each([
    "",
    ":3260",
    "host:",
    "host:0",
    "host:65536",
    "host:x",
    "[::1",
    "[host]:1",
    "[::1]3260",
    "a:b:c",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "host,x",
    "host,70000",
    "a b",
    "a/b",
    "user@host",
    "h".repeat(300),
  ])("%j is none", (text) => {
    expect(() => parsePortal(text)).toThrow(PortalSyntaxError);
  });
});

describe("SendTargets", () => {
  it("reads back what was written; portals without a group are in group 1", () => {
    const target = fc.record({
      name: fc.integer({ min: 0, max: 99999 }).map((n) => `iqn.2026-01.example:t${n}`),
      portals: fc.array(portal, { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(target, { selector: ({ name }) => name, maxLength: 8 }), (targets) => {
        const grouped = targets.map(({ name, portals }) => ({ name, portals: portals.map((p) => ({ ...p, groupTag: p.groupTag ?? 1 })) }));
        expect(parseSendTargets(formatSendTargets(targets))).toEqual(grouped);
      }),
    );
  });

  it("asks", () => {
    expect(sendTargetsRequest("All")).toEqual(bytesOf("SendTargets=All\0"));
  });

  it("a target without address is reached where the question was asked; one that comes up again has more addresses", () => {
    const text =
      "TargetName=iqn.a\0TargetName=iqn.b\0TargetAddress=192.0.2.1:3260,1\0TargetName=iqn.a\0TargetAddress=192.0.2.2:3260,1\0X-com.example=1\0";
    expect(parseSendTargets(bytesOf(text))).toEqual([
      { name: "iqn.a", portals: [{ host: "192.0.2.2", port: 3260, groupTag: 1 }] },
      { name: "iqn.b", portals: [{ host: "192.0.2.1", port: 3260, groupTag: 1 }] },
    ]);
  });

  it("says what is wrong with an answer", () => {
    expect(() => parseSendTargets(bytesOf("TargetAddress=192.0.2.1\0"))).toThrow("TargetAddress before any TargetName");
    expect(() => parseSendTargets(bytesOf("TargetName=iqn.a\0TargetAddress=[x]:1\0"))).toThrow('TargetAddress "[x]:1" is no portal');
    expect(() => parseSendTargets(bytesOf("SendTargets=Reject\0"))).toThrow("the target answered SendTargets with Reject");
  });

  /** Invariant: any bytes are a list of targets or a ProtocolError. */
  it("ends in a list or a ProtocolError for mutated answers", () => {
    const seed = Number(process.env.SEED ?? 3720);
    const random = new SeededRandom(seed);
    const honest = bytesOf("TargetName=iqn.2026-01.example:a\0TargetAddress=[2001:db8::7]:3260,1\0TargetAddress=192.0.2.1:3260,2\0");
    for (let round = 0; round < 5000; round++) {
      const text = honest.slice(0, random.below(honest.length + 1));
      for (let flips = random.below(5); flips > 0 && text.length > 0; flips--) text[random.below(text.length)] = random.below(256);
      try {
        parseSendTargets(text);
      } catch (error) {
        if (error instanceof ProtocolError) continue;
        throw new Error(`round ${round} of seed ${seed} (SEED=${seed} npx vitest run --project iser src/iscsi/discovery)`, {
          cause: error,
        });
      }
    }
  });
});

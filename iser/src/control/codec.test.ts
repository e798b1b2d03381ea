import fc from "fast-check";
import { Secret } from "kit/log";
import { describe, expect, it } from "vitest";
import type { SessionConfig } from "#config";
import { decodeReply, decodeRequest, encodeError, encodeRequest, encodeResult, resultOf } from "./codec.ts";
import { ControlError } from "./control-error.ts";
import { ControlProtocolError } from "./control-protocol-error.ts";
import type { RequestOf, ResultOf } from "./messages.ts";
import type { PathStatus } from "./session-status.ts";

const optionalText = fc.option(fc.string(), { nil: undefined });
const optionalSecret = fc.option(
  fc.string().map((text) => new Secret(text)),
  { nil: undefined },
);
const optionalCount = fc.option(fc.nat(), { nil: undefined });
const config: fc.Arbitrary<SessionConfig> = fc.record({
  sessionType: fc.constantFrom("Normal", "Discovery"),
  targetAddress: fc.string(),
  targetName: optionalText,
  initiatorName: optionalText,
  initiatorAddress: optionalText,
  initiatorAlias: optionalText,
  authMethod: fc.constantFrom("None", "CHAP"),
  user: optionalText,
  secret: optionalSecret,
  mutualUser: optionalText,
  mutualSecret: optionalSecret,
  offload: optionalText,
  dscp: optionalCount,
  pcp: optionalCount,
  pingTimeoutS: optionalCount,
  loginTimeoutS: optionalCount,
  targetCache: fc.constantFrom(undefined, "volatile", "protected"),
  iserCrc: fc.boolean(),
  iserFpduBytes: optionalCount,
  headerDigest: fc.constantFrom("None", "CRC32C"),
  dataDigest: fc.constantFrom("None", "CRC32C"),
  protocol: fc.constantFrom("iSCSI", "iSER"),
  enable: fc.boolean(),
});

/** Secrets compare by what they hide. */
function revealed(session: SessionConfig): object {
  return { ...session, secret: session.secret?.reveal(), mutualSecret: session.mutualSecret?.reveal() };
}

describe("control requests", () => {
  it("carry a session there unchanged, secret included", () => {
    fc.assert(
      fc.property(fc.nat(), config, (id, session) => {
        const request = decodeRequest(encodeRequest(id, "add", { session }).trimEnd());
        expect(request.id).toBe(id);
        expect(request.call).toBe("add");
        expect(revealed((request.request as RequestOf<"add">).session)).toEqual(revealed(session));
      }),
    );
  });

  it("carry changes and replacements there unchanged", () => {
    fc.assert(
      fc.property(fc.nat(), config, (sessionId, replacement) => {
        const request = decodeRequest(encodeRequest(1, "modify", { sessionId, changes: undefined, replacement }).trimEnd());
        const arrived = request.request as RequestOf<"modify">;
        expect(arrived.replacement && revealed(arrived.replacement)).toEqual(revealed(replacement));
      }),
    );
    const { user, secret } = { user: "me", secret: new Secret("swordfish1234") };
    const changes = { targetAddress: undefined, targetName: "iqn.x:z", user, secret, enable: false };
    const request = decodeRequest(encodeRequest(1, "modify", { sessionId: 7, changes, replacement: undefined }).trimEnd());
    const arrived = request.request as RequestOf<"modify">;
    expect(arrived).toMatchObject({ sessionId: 7, changes: { targetName: "iqn.x:z", user, enable: false }, replacement: undefined });
    expect(arrived.changes?.secret?.reveal()).toBe("swordfish1234");
  });

  it("are one line, whatever is in them", () => {
    const line = encodeRequest(1, "remove", { all: false, targetName: "two\nlines\r\n", targetAddress: undefined });
    expect(line.indexOf("\n")).toBe(line.length - 1);
  });

  const add = { version: 1, id: 1, call: "add", request: { session: {} } };
  it.each([
    ["", "the request is not JSON"],
    ["null", "the request is not an object"],
    ["[]", "the request is not an object"],
    ["{}", "the request is of version undefined of the control protocol, and this is version 1"],
    [JSON.stringify({ ...add, version: 2 }), "the request is of version 2"],
    [JSON.stringify({ ...add, id: -1 }), "id is not a whole number from 0"],
    [JSON.stringify({ ...add, call: "format" }), "call is none of add, remove, modify, list, wait, sysctl, sysctls"],
    [JSON.stringify({ ...add, call: "__proto__" }), "call is none of"],
    [JSON.stringify(add), "request.session.sessionType is none of Normal, Discovery"],
    [JSON.stringify({ ...add, request: undefined }), "request is not an object"],
    [
      JSON.stringify({ ...add, call: "list", request: { showSecrets: false, fast: true } }),
      'request has a field "fast" that this version does not know',
    ],
    [
      JSON.stringify({ ...add, call: "wait", request: { sessionIds: [1, "2"], timeoutMs: 0 } }),
      "request.sessionIds[1] is not a whole number from 0",
    ],
    [JSON.stringify({ ...add, call: "wait", request: { timeoutMs: 1e300 } }), "request.timeoutMs is not a whole number from 0"],
  ])("refuse %s", (line, message) => {
    expect(() => decodeRequest(line)).toThrow(ControlProtocolError);
    expect(() => decodeRequest(line)).toThrow(message);
  });

  it("never end in anything but a request or a ControlProtocolError", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (line) => {
        try {
          decodeRequest(line);
        } catch (error) {
          expect(error).toBeInstanceOf(ControlProtocolError);
        }
      }),
    );
  });
});

describe("control replies", () => {
  const path: PathStatus = { sessionId: 4, portal: "[::1]:3260", state: "active", access: "active/optimized" };
  const listing: ResultOf<"list"> = {
    sessions: [
      {
        sessionId: 4,
        sessionType: "Normal",
        initiatorName: "iqn.1994-09.org.freebsd:host",
        initiatorPortal: undefined,
        initiatorAlias: undefined,
        targetName: "iqn.x:y",
        targetAddress: "[::1]:3260",
        targetAlias: undefined,
        user: "me",
        hasSecret: true,
        mutualUser: undefined,
        hasMutualSecret: false,
        offload: undefined,
        dscp: 0,
        pcp: undefined,
        pingTimeoutS: undefined,
        loginTimeoutS: 3,
        protocol: "iSER",
        enable: true,
        connected: true,
        failureReason: undefined,
        negotiated: {
          headerDigest: "CRC32C",
          dataDigest: "None",
          maxRecvDataSegmentLength: 262144,
          maxSendDataSegmentLength: 8192,
          maxBurstLength: 262144,
          firstBurstLength: 65536,
          immediateData: true,
        },
        devices: [{ lun: 1, device: "da0", uri: "nbd+unix:///da0?socket=/x", size: 2 ** 40, blockSize: 512, paths: [path] }],
      },
    ],
  };

  it("carry a listing back unchanged", () => {
    const reply = decodeReply(encodeResult(9, "list", listing).trimEnd());
    expect(reply.id).toBe(9);
    expect(resultOf("list", reply)).toEqual(listing);
  });

  it("pass over what only a newer daemon knows", () => {
    const reply = decodeReply('{"version":1,"id":1,"result":{"sessionId":3,"colour":"red"}}');
    expect(resultOf("add", reply)).toEqual({ sessionId: 3 });
  });

  it("carry refusals, an unknown code as EIO", () => {
    const refusal = decodeReply(encodeError(2, new ControlError("EBUSY", "it is there already")).trimEnd());
    expect(refusal.error).toMatchObject({ code: "EBUSY", message: "it is there already" });
    expect(decodeReply('{"version":1,"id":null,"error":{"code":"EODD","message":"?"}}')).toMatchObject({
      id: undefined,
      error: { code: "EIO" },
    });
  });

  it("are refused when they are not what was asked for", () => {
    expect(() => resultOf("list", decodeReply('{"version":1,"id":1,"result":{"sessionId":3}}'))).toThrow("result.sessions is not a list");
  });
});

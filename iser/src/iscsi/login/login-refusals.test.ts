import { describe, expect, it } from "vitest";
import { defaultLoginPreferences } from "./login-preferences.ts";
import { LoginTarget, type LoginTargetStep } from "./login-target.ts";
import { pairsOf, runLogin, targetName, targetOptions, textOf } from "./testing/login-pair.ts";

interface Request {
  readonly flags?: number;
  readonly text?: string;
  readonly patch?: Readonly<Record<number, number>>;
}

const who = `InitiatorName=iqn.a TargetName=${targetName}`;

/** Sends requests made by hand and returns every step. */
function ask(requests: readonly Request[], options: Parameters<typeof targetOptions>[0] = {}): LoginTargetStep[] {
  const target = new LoginTarget(targetOptions(options));
  const steps: LoginTargetStep[] = [];
  for (const { flags = 0x87, text = "", patch = {} } of requests) {
    const bhs = new Uint8Array(48);
    bhs.set([0x43, flags]);
    for (const [at, value] of Object.entries(patch)) bhs[Number(at)] = value;
    steps.push(target.handle(bhs, textOf(text)));
    if (steps.at(-1)?.kind !== "send") break;
  }
  return steps;
}

const repeated = (count: number, request: Request): Request[] => Array.from({ length: count }, () => request);

const statusOf = (step: LoginTargetStep | undefined) =>
  step?.pdu === undefined ? undefined : (step.pdu.bhs[36]! << 8) | step.pdu.bhs[37]!;

describe("a target refuses", () => {
  it.each<[string, readonly Request[], number]>([
    ["an initiator without name", [{ text: `TargetName=${targetName}` }], 0x0207],
    ["an initiator with an empty name", [{ text: `InitiatorName= TargetName=${targetName}` }], 0x0207],
    ["a normal session without target", [{ text: "InitiatorName=iqn.a" }], 0x0207],
    ["a target that is not there", [{ text: "InitiatorName=iqn.a TargetName=iqn.b" }], 0x0203],
    ["a session type of its own", [{ text: `${who} SessionType=Leisure` }], 0x0209],
    ["a version later than 0", [{ text: who, patch: { 2: 2, 3: 1 } }], 0x0205],
    ["a PDU that is no Login Request, once login began", [{ flags: 0x04, text: who }, { patch: { 0: 0x01 } }], 0x020b],
    ["another task tag in the middle", [{ flags: 0x04, text: who }, { patch: { 19: 1 } }], 0x0200],
    ["another ISID in the middle", [{ flags: 0x04, text: who }, { patch: { 9: 1 } }], 0x0200],
    ["another TSIH in the middle", [{ flags: 0x04, text: who }, { patch: { 15: 1 } }], 0x0200],
    ["another CID in the middle", [{ flags: 0x04, text: who }, { patch: { 21: 1 } }], 0x0200],
    ["a stage that was not agreed", [{ flags: 0x81, text: who }, { flags: 0x83 }], 0x0200],
    ["another name in the middle", [{ flags: 0x04, text: who }, { text: "InitiatorName=iqn.c" }], 0x0200],
    ["a declaration out of range", [{ text: `${who} MaxRecvDataSegmentLength=0` }], 0x0200],
    ["a key negotiated twice", [{ text: `${who} MaxBurstLength=1024 MaxBurstLength=2048` }], 0x0200],
    ["a key only a target sends", [{ text: `${who} TargetAlias=Cellar` }], 0x0200],
    ["an answer to nothing", [{ text: `${who} HeaderDigest=Irrelevant` }], 0x0200],
    ["text that is none", [{ text: "=x" }], 0x0200],
    ["T and C at once", [{ flags: 0xc7, text: who }], 0x0200],
  ])("%s", (_what, requests, status) => {
    const step = ask(requests).at(-1);
    expect(step?.kind).toBe("failed");
    expect(statusOf(step)).toBe(status);
    expect(step).toMatchObject({ error: { name: "LoginError", status } });
  });

  it("who does not begin with a Login Request, without a word", () => {
    expect(ask([{ patch: { 0: 0x01 } }])).toMatchObject([{ kind: "failed", pdu: undefined }]);
  });

  it("an initiator it was told to refuse", () => {
    expect(statusOf(ask([{ text: who }], { lookup: () => 0x0202 }).at(-1))).toBe(0x0202);
  });

  it("an initiator that may not have another session, after all else went well", () => {
    expect(statusOf(ask([{ text: who }], { admit: () => ({ refuse: 0x0206 }) }).at(-1))).toBe(0x0206);
  });

  it("an initiator that goes round in circles", () => {
    const steps = ask([{ flags: 0x04, text: who }, ...repeated(100, { flags: 0x04 })]);
    expect(steps.length).toBeLessThan(70);
    expect(statusOf(steps.at(-1))).toBe(0x0200);
  });

  it("text without end, before it is kept", () => {
    const text = `X-a=${"a".repeat(250)} `.repeat(31).trim();
    expect(ask(repeated(20, { flags: 0x44, text })).at(-1)).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("more than 65536 bytes") },
    });
  });

  it("iSER without RDMAExtensions", () => {
    expect(ask([{ text: who }], { transport: "iser" }).at(-1)).toMatchObject({ kind: "failed", error: { key: "RDMAExtensions" } });
    expect(ask([{ flags: 0x83, text: who }], { transport: "iser" }).at(-1)).toMatchObject({
      kind: "failed",
      error: { key: "RDMAExtensions" },
    });
  });
});

describe("a target", () => {
  it("surfaces who logged in, for reinstatement", () => {
    const patch = { 8: 0x80, 13: 5, 15: 9, 21: 3, 19: 77 };
    const seen: unknown[] = [];
    const [step] = ask([{ text: `${who} InitiatorAlias=desk`, patch }], {
      admit: (identity) => {
        seen.push(identity);
        return { tsih: 9 };
      },
    });
    const identity = {
      sessionType: "normal",
      initiatorName: "iqn.a",
      initiatorAlias: "desk",
      targetName,
      isid: Uint8Array.of(0x80, 0, 0, 0, 0, 5),
      requestedTsih: 9,
      connectionId: 3,
      user: undefined,
    };
    expect(seen).toEqual([identity]);
    expect(step).toMatchObject({ kind: "done", outcome: { identity, tsih: 9, portalGroupTag: 1 } });
    expect(step?.pdu?.bhs.subarray(8, 20)).toEqual(Uint8Array.of(0x80, 0, 0, 0, 0, 5, 0, 9, 0, 0, 0, 77));
  });

  it("tells its portal group and alias in the first answer only", () => {
    const [first, second] = ask([{ flags: 0x81, text: who }, { text: "" }], { target: { portalGroupTag: 12, alias: "Cellar" } });
    expect(first?.pdu !== undefined && pairsOf(first.pdu.data)).toBe("TargetAlias=Cellar TargetPortalGroupTag=12");
    expect(second?.pdu !== undefined && pairsOf(second.pdu.data)).toBe("MaxRecvDataSegmentLength=262144");
  });

  it("takes the same name again, as some initiators say it in every request", () => {
    expect(ask([{ flags: 0x81, text: `${who} AuthMethod=None` }, { text: who }]).at(-1)?.kind).toBe("done");
  });

  it("answers what it does not know with NotUnderstood, and what has no meaning with Irrelevant", () => {
    const [step] = ask([
      { text: `${who} X-com.example.colour=blue OFMarkInt=1~2048 InitiatorRecvDataSegmentLength=8192 RDMAExtensions=Yes MaxAHSLength=0` },
    ]);
    expect(step?.pdu !== undefined && pairsOf(step.pdu.data)).toContain(
      "X-com.example.colour=NotUnderstood OFMarkInt=NotUnderstood InitiatorRecvDataSegmentLength=Irrelevant RDMAExtensions=No MaxAHSLength=Irrelevant",
    );
  });

  it("answers an inadmissible offer with Reject and keeps the default", () => {
    const [step] = ask([{ text: `${who} MaxBurstLength=1 HeaderDigest=CRC64` }]);
    expect(step?.pdu !== undefined && pairsOf(step.pdu.data)).toContain("MaxBurstLength=Reject HeaderDigest=Reject");
    expect(step).toMatchObject({ kind: "done", outcome: { negotiated: { maxBurstLength: 262144, headerDigest: false } } });
  });

  it("brings up what it insists on and waits for the answer", () => {
    const options = {
      preferences: {
        ...defaultLoginPreferences,
        immediateData: false,
        maxBurstLength: 65536,
        firstBurstLength: 65536,
        headerDigest: ["CRC32C"] as const,
      },
    };
    const steps = ask([{ text: who }, { text: "HeaderDigest=CRC32C ImmediateData=No MaxBurstLength=32768" }], options);
    expect(steps[0]?.kind).toBe("send");
    expect(steps[0]?.pdu?.bhs[1]).toBe(0x04);
    expect(steps[0]?.pdu !== undefined && pairsOf(steps[0].pdu.data)).toContain(
      "HeaderDigest=CRC32C ImmediateData=No MaxBurstLength=65536",
    );
    expect(steps[1]).toMatchObject({
      kind: "done",
      outcome: { parameters: { headerDigest: true, immediateData: false, maxBurstLength: 32768, firstBurstLength: 32768 } },
    });
  });

  it("gets it from our initiator too, which did not ask", () => {
    const run = runLogin({}, { preferences: { ...defaultLoginPreferences, maxBurstLength: 65536, firstBurstLength: 65536 } });
    expect(run.initiator).toMatchObject({ kind: "done", outcome: { negotiated: { maxBurstLength: 65536 } } });
  });

  it("lets an initiator go straight from security to full feature phase, with defaults", () => {
    expect(ask([{ flags: 0x83, text: `${who} AuthMethod=None` }]).at(-1)).toMatchObject({
      kind: "done",
      outcome: { parameters: { maxSendDataSegmentLength: 8192 } },
    });
  });

  it("puts text together that comes in pieces", () => {
    const steps = ask([{ flags: 0x44, text: who }, { flags: 0x44 }, { flags: 0x87, text: "MaxBurstLength=1024" }]);
    expect(steps.map(({ kind }) => kind)).toEqual(["send", "send", "done"]);
    expect(steps[0]?.pdu?.data).toHaveLength(0);
    expect(steps[0]?.pdu?.bhs[1]).toBe(0x04);
  });

  it("sends its own text in pieces when it is long", () => {
    const unknown = Array.from({ length: 500 }, (_, index) => `X-org.example.key-number-${index}=1`).join(" ");
    const cut = [{ flags: 0x44, text: who }, { flags: 0x87, text: unknown }, { flags: 0x87 }, { flags: 0x87 }];
    const steps = ask(cut);
    expect(steps.map(({ kind }) => kind)).toEqual(["send", "send", "send", "done"]);
    expect(steps.map((step) => step.pdu?.bhs[1])).toEqual([0x04, 0x44, 0x44, 0x87]);
    expect(steps[1]?.pdu?.data).toHaveLength(8192);
    // Between the pieces there is nothing to say.
    expect(ask([...cut.slice(0, 2), { text: "MaxBurstLength=512" }]).at(-1)).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("all of our text") },
    });
  });

  it("sends initiators elsewhere before they prove anything", () => {
    const authentication = { kind: "chap", secretOf: () => undefined } as const;
    const redirect = { permanent: true, address: "[2001:db8::7]:3260,1" };
    expect(runLogin({}, { target: { authentication, redirect } }).initiator).toEqual({
      kind: "redirect",
      permanent: true,
      address: "[2001:db8::7]:3260,1",
    });
    expect(runLogin({ singleStage: true }, { target: { redirect: { ...redirect, permanent: false } } })).toMatchObject({
      initiator: { kind: "redirect", permanent: false },
      target: { kind: "redirected" },
    });
  });
});

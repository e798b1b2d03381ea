import { describe, expect, it } from "vitest";
import { LoginStatus, loginStatusReason } from "../pdu/login-status.ts";
import { LoginInitiator, type LoginStep } from "./login-initiator.ts";
import type { LoginInitiatorOptions } from "./login-initiator-options.ts";
import { defaultLoginPreferences } from "./login-preferences.ts";
import { initiatorOptions, pairsOf, textOf } from "./testing/login-pair.ts";

const allAnswers =
  "HeaderDigest=None DataDigest=None MaxConnections=1 InitialR2T=Yes ImmediateData=Yes MaxBurstLength=262144 FirstBurstLength=65536 " +
  "MaxOutstandingR2T=1 DefaultTime2Wait=2 DefaultTime2Retain=0 DataPDUInOrder=Yes DataSequenceInOrder=Yes ErrorRecoveryLevel=0";

interface Answer {
  readonly flags?: number;
  readonly status?: number;
  readonly text?: string;
  /** Bytes of the header to change. */
  readonly patch?: Readonly<Record<number, number>>;
}

/** Logs in with one stage to a target that gives these answers, and returns every step. */
function meet(answers: readonly Answer[], options: Partial<LoginInitiatorOptions> = {}): LoginStep[] {
  const initiator = new LoginInitiator(initiatorOptions({ singleStage: true, ...options }));
  const steps = [initiator.start()];
  for (const { flags = 0x87, status = 0, text = "", patch = {} } of answers) {
    const asked = steps.at(-1);
    if (asked?.kind !== "send") break;
    const bhs = new Uint8Array(48);
    bhs.set([0x23, flags]);
    bhs.set(asked.pdu.bhs.subarray(8, 20), 8);
    bhs.set([status >> 8, status & 0xff], 36);
    for (const [at, value] of Object.entries(patch)) bhs[Number(at)] = value;
    steps.push(initiator.handle(bhs, textOf(text)));
  }
  return steps;
}

const end = (answers: readonly Answer[], options?: Partial<LoginInitiatorOptions>) => meet(answers, options).at(-1);

const repeated = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);

describe("a refusal", () => {
  it.each(Object.entries(LoginStatus).filter(([, status]) => status >= 0x0200))("%s is named, with what to do next", (_name, status) => {
    const step = end([{ status }]);
    expect(step).toMatchObject({
      kind: "failed",
      error: { name: "LoginError", status, reason: loginStatusReason(status), transient: status >= 0x0300 },
    });
    expect(step?.kind === "failed" && step.error.message).toMatch(/^target iqn\S+ refused login: .* \(0x0[23]0[0-9a-f]\); .+/);
  });

  it("of a status nobody assigned is named by its class", () => {
    expect(end([{ status: 0x02ee }])).toMatchObject({ error: { reason: "Initiator error", message: expect.stringContaining("(0x02ee)") } });
  });

  it("counts whatever else the response says", () => {
    expect(end([{ status: 0x0203, flags: 0xff, patch: { 8: 0xff, 3: 9 } }])).toMatchObject({ error: { reason: "Not found" } });
  });
});

describe("a redirection", () => {
  it.each([
    ["for now", LoginStatus.targetMovedTemporarily, false],
    ["for good", LoginStatus.targetMovedPermanently, true],
  ])("%s leads to another portal", (_howLong, status, permanent) => {
    expect(end([{ status, text: "TargetAddress=[2001:db8::7]:3261,2" }])).toEqual({
      kind: "redirect",
      permanent,
      address: "[2001:db8::7]:3261,2",
    });
  });

  it.each(["", "TargetAddress=", "TargetAddress=a:b:c"])("to nowhere (%j) is a failure", (text) => {
    expect(end([{ status: LoginStatus.targetMovedTemporarily, text }])).toMatchObject({
      kind: "failed",
      error: { key: "TargetAddress", status: 0x0101 },
    });
  });
});

describe("an answer that cannot be", () => {
  it.each([
    ["outside the offered list", "HeaderDigest=CRC32C", "HeaderDigest"],
    ["larger than the offer", "MaxBurstLength=262145", "MaxBurstLength"],
    ["smaller than the offer where the larger wins", "DefaultTime2Wait=1", "DefaultTime2Wait"],
    ["outside the key's range", "MaxOutstandingR2T=0", "MaxOutstandingR2T"],
    ["neither Yes nor No", "ImmediateData=Maybe", "ImmediateData"],
    ["No to an OR that was offered Yes", "InitialR2T=No", "InitialR2T"],
    ["no number", "FirstBurstLength=lots", "FirstBurstLength"],
    ["given twice", "MaxConnections=1 MaxConnections=2", "MaxConnections"],
    ["a declaration out of range", "MaxRecvDataSegmentLength=100", "MaxRecvDataSegmentLength"],
    ["a declaration that changes", "MaxRecvDataSegmentLength=512 MaxRecvDataSegmentLength=1024", "MaxRecvDataSegmentLength"],
    ["to a key that was not offered", "IFMarker=Reject", "IFMarker"],
    ["to a key that nobody knows", "X-org.example=NotUnderstood", "X-org.example"],
    ["a key only an initiator sends", "InitiatorName=iqn.b", "InitiatorName"],
    ["a key that has no place in a login", "SendTargets=All", "SendTargets"],
    ["a security key after security", "CHAP_A=5", "CHAP_A"],
    ["a demand that leaves no room for an answer", "TaskReporting=FastAbort", "TaskReporting"],
  ])("%s", (_what, text, key) => {
    expect(end([{ text }])).toMatchObject({
      kind: "failed",
      error: { name: "LoginError", key, message: expect.stringContaining("target iqn.2026-01.example:target ") },
    });
  });

  it("Reject to a digest that we insist on", () => {
    const options = { preferences: { ...defaultLoginPreferences, headerDigest: ["CRC32C"] as const } };
    expect(end([{ text: "HeaderDigest=Reject" }], options)).toMatchObject({ error: { key: "HeaderDigest" } });
    expect(end([{ text: "" }], options)).toMatchObject({
      error: { key: "HeaderDigest", message: expect.stringContaining("did not answer HeaderDigest=CRC32C") },
    });
  });

  it("anything but Yes to RDMAExtensions on iSER", () => {
    for (const text of ["RDMAExtensions=No", "RDMAExtensions=NotUnderstood", ""]) {
      expect(end([{ text }], { transport: "iser" })).toMatchObject({
        error: { key: "RDMAExtensions", message: expect.stringContaining("there is no iSER") },
      });
    }
  });
});

describe("a key the target did not answer goes by what is safe", () => {
  it.each(["", "MaxBurstLength=Irrelevant ImmediateData=NotUnderstood InitialR2T=Reject"])("%j", (text) => {
    const preferences = {
      ...defaultLoginPreferences,
      maxBurstLength: 1048576,
      immediateData: false,
      defaultTime2Wait: 7,
      defaultTime2Retain: 60,
    };
    expect(end([{ text }], { preferences })).toMatchObject({
      kind: "done",
      outcome: {
        negotiated: {
          maxBurstLength: 262144,
          immediateData: false,
          initialR2T: true,
          defaultTime2Wait: 7,
          defaultTime2Retain: 20,
          targetRecvDataSegmentLength: 8192,
        },
      },
    });
  });
});

describe("the target brings up keys of its own", () => {
  it("and gets an answer when it waits for one", () => {
    const [, asked, done] = meet([
      {
        flags: 0x04,
        text: `${allAnswers} IFMarker=Yes TaskReporting=ResponseFence,RFC3720 X-org.example.colour=blue MaxRecvDataSegmentLength=65536`,
      },
      {},
    ]);
    expect(asked?.kind === "send" && pairsOf(asked.pdu.data)).toBe("IFMarker=No TaskReporting=RFC3720 X-org.example.colour=NotUnderstood");
    expect(done).toMatchObject({ kind: "done", outcome: { parameters: { maxSendDataSegmentLength: 65536 } } });
  });

  it("and none when it does not, as long as ours would have been the same", () => {
    expect(end([{ text: `${allAnswers} IFMarker=No OFMarker=No TaskReporting=RFC3720 X-org.example=1` }])).toMatchObject({ kind: "done" });
  });

  it("in the security stage already", () => {
    const steps = meet(
      [{ flags: 0x81, text: "AuthMethod=None MaxConnections=4 TargetAlias=Cellar TargetPortalGroupTag=12" }, { text: "" }],
      { singleStage: false },
    );
    const opening = steps[1];
    expect(opening?.kind === "send" && pairsOf(opening.pdu.data)).toMatch(/^MaxConnections=1 HeaderDigest=None/);
    expect(steps.at(-1)).toMatchObject({ kind: "done", outcome: { targetAlias: "Cellar", portalGroupTag: 12 } });
  });
});

describe("text over several PDUs", () => {
  it("of the target is asked for with empty requests", () => {
    const steps = meet([
      { flags: 0x44, text: "MaxBurstLength=65536 FirstBurstLength=32768" },
      { flags: 0x44, text: "" },
      { text: "ImmediateData=No" },
    ]);
    for (const step of steps.slice(1, 3)) {
      if (step.kind !== "send") throw new Error(step.kind);
      expect(step.pdu.bhs[1]).toBe(0x04);
      expect(step.pdu.data).toHaveLength(0);
    }
    expect(steps[3]).toMatchObject({
      kind: "done",
      outcome: { negotiated: { maxBurstLength: 65536, firstBurstLength: 32768, immediateData: false } },
    });
  });

  it("without end is cut off", () => {
    const step = end(repeated(100, { flags: 0x44, text: "" }));
    expect(step).toMatchObject({ kind: "failed", error: { reason: "Login does not end" } });
  });

  it("without end and with content is cut off before it is kept", () => {
    const text = `X-a=${"a".repeat(250)} `.repeat(31).trim();
    expect(end(repeated(20, { flags: 0x44, text }))).toMatchObject({
      kind: "failed",
      error: { message: expect.stringContaining("more than 65536 bytes") },
    });
  });
});

describe("a response that breaks the protocol", () => {
  it.each([
    ["another PDU", { patch: { 0: 0x25 } }, "SCSI Data-In where Login Response is due"],
    ["another task tag", { patch: { 19: 9 } }, "task tag 9"],
    ["another ISID", { patch: { 8: 0x33 } }, "another ISID"],
    ["another version", { patch: { 3: 1 } }, "version 1 only"],
    ["another stage", { flags: 0x83 }, "it is in security negotiation, we are in operational negotiation"],
    ["T and C", { flags: 0xc7 }, "both T and C"],
    ["text that is none", { text: "=x" }, "is no key name"],
  ])("%s", (_what, answer, message) => {
    expect(end([answer])).toMatchObject({ kind: "failed", error: { reason: "Protocol error", message: expect.stringContaining(message) } });
  });

  it("a jump over the operational stage nobody asked for", () => {
    expect(end([{ flags: 0x83, text: "AuthMethod=None" }], { singleStage: false })).toMatchObject({
      error: { message: expect.stringContaining("went on to full feature phase without being asked") },
    });
  });

  it("a hang-up in the middle", () => {
    const initiator = new LoginInitiator(initiatorOptions());
    initiator.start();
    expect(initiator.closed(new Error("read ECONNRESET"))).toMatchObject({
      kind: "failed",
      error: { transient: true, message: expect.stringContaining("closed the connection during security negotiation") },
    });
  });

  it("a target that wants to go on for ever", () => {
    expect(end(repeated(100, { flags: 0x04 }))).toMatchObject({ kind: "failed", error: { reason: "Login does not end" } });
  });

  it("what it says cannot forge a line of a log", () => {
    const step = end([{ text: "MaxBurstLength=1\n2026-01-01\u2028all\u001b[2Jgood" }]);
    expect(step?.kind === "failed" && step.error.message).toContain("MaxBurstLength=1?2026-01-01?all?[2Jgood");
  });
});

describe("options no login can carry", () => {
  it.each<[string, Partial<LoginInitiatorOptions>]>([
    ["an initiator name", { initiatorName: "" }],
    ["a target name", { targetName: undefined }],
    ["longer than 223", { targetName: `iqn.${"x".repeat(220)}` }],
    ["contains a NUL", { initiatorAlias: "a\0b" }],
    ["6 bytes", { isid: new Uint8Array(5) }],
    ["needs a user", { credentials: { user: "", secret: "s" } }],
    ["needs a secret", { credentials: { user: "u", secret: "" } }],
    ["security stage", { credentials: { user: "u", secret: "s" }, singleStage: true }],
    ["at least one algorithm", { credentials: { user: "u", secret: "s", algorithms: [] } }],
    ["MaxBurstLength cannot be 16777216", { preferences: { ...defaultLoginPreferences, maxBurstLength: 2 ** 24 } }],
    ["more than MaxBurstLength", { preferences: { ...defaultLoginPreferences, maxBurstLength: 512 } }],
    ["HeaderDigest needs at least one of", { preferences: { ...defaultLoginPreferences, headerDigest: [] } }],
  ])("say so: %s", (message, options) => {
    expect(() => new LoginInitiator(initiatorOptions({ singleStage: false, ...options }))).toThrow(
      expect.objectContaining({ name: "RangeError", message: expect.stringContaining(message) }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { encodeText, parseText } from "../text/text-pair.ts";
import { LoginInitiator } from "./login-initiator.ts";
import { defaultLoginPreferences } from "./login-preferences.ts";
import { LoginTarget } from "./login-target.ts";
import { initiatorOptions, pairsOf, targetOptions, textOf } from "./testing/login-pair.ts";

/** Logins as real programs sent them. Aliases hold spaces, so texts are one pair a line here. */
function lines(text: string): Uint8Array {
  return encodeText(
    text
      .trim()
      .split("\n")
      .map((line) => {
        const [key = "", ...value] = line.trim().split("=");
        return { key, value: value.join("=") };
      }),
  );
}

const headerOf = (hex: string) => new Uint8Array(Buffer.from(hex.padEnd(96, "0"), "hex"));

/** open-iscsi 2.1.8 on ib_iser to LIO: everything in one request. */
const linuxRequest = {
  bhs: headerOf("43870000000001dc00023d0000010000"),
  data: lines(`
    InitiatorName=iqn.2003-01.lab:kernel-initiator
    InitiatorAlias=lab-initiator
    TargetName=iqn.2003-01.org.linux-iscsi.lab:t1
    SessionType=Normal
    DefaultTime2Wait=2
    DefaultTime2Retain=0
    IFMarker=No
    OFMarker=No
    ErrorRecoveryLevel=0
    InitialR2T=No
    ImmediateData=Yes
    MaxBurstLength=16776192
    FirstBurstLength=262144
    MaxOutstandingR2T=1
    MaxConnections=1
    DataPDUInOrder=Yes
    DataSequenceInOrder=Yes
    InitiatorRecvDataSegmentLength=262144
    TargetRecvDataSegmentLength=8192
    RDMAExtensions=Yes`),
};

/** LIO's answer to it. */
// Recorded with an initiator that took segments of 262144 bytes, which LIO repeated; to ours, which takes 8192, it says that.
const lioResponse = {
  bhs: headerOf("238700000000015000023d00000100010000000000000000732f1186"),
  data: lines(`
    MaxConnections=1
    TargetAlias=LIO Target
    TargetPortalGroupTag=1
    InitialR2T=Yes
    ImmediateData=Yes
    MaxBurstLength=262144
    FirstBurstLength=65536
    DefaultTime2Wait=2
    DefaultTime2Retain=0
    MaxOutstandingR2T=1
    ErrorRecoveryLevel=0
    IFMarker=No
    OFMarker=No
    RDMAExtensions=Yes
    InitiatorRecvDataSegmentLength=8192
    TargetRecvDataSegmentLength=8192`),
};

describe("Linux logs in over iSER with one request", () => {
  it("and is in full feature phase with our answer", () => {
    const target = new LoginTarget(
      targetOptions({
        transport: "iser",
        lookup: () => ({ portalGroupTag: 1, authentication: { kind: "none" } }),
        preferences: { ...defaultLoginPreferences, maxRecvDataSegmentLength: 8192, maxSendDataSegmentLength: 65536 },
      }),
    );
    const step = target.handle(linuxRequest.bhs, linuxRequest.data);
    if (step.kind !== "done") throw new Error(step.kind);
    expect(step.pdu.bhs[1]).toBe(0x87);
    expect(step.outcome.identity).toMatchObject({ initiatorName: "iqn.2003-01.lab:kernel-initiator", initiatorAlias: "lab-initiator" });
    expect(step.outcome.parameters).toEqual({
      headerDigest: false,
      dataDigest: false,
      maxRecvDataSegmentLength: 8192,
      maxSendDataSegmentLength: 8192,
      maxBurstLength: 262144,
      firstBurstLength: 262144,
      initialR2T: true,
      immediateData: true,
      maxOutstandingR2T: 1,
    });
    expect(pairsOf(step.pdu.data)).toBe(
      "TargetPortalGroupTag=1 DefaultTime2Wait=2 DefaultTime2Retain=0 IFMarker=No OFMarker=No ErrorRecoveryLevel=0 InitialR2T=Yes " +
        "ImmediateData=Yes MaxBurstLength=262144 FirstBurstLength=262144 MaxOutstandingR2T=1 MaxConnections=1 DataPDUInOrder=Yes " +
        "DataSequenceInOrder=Yes InitiatorRecvDataSegmentLength=8192 TargetRecvDataSegmentLength=8192 RDMAExtensions=Yes",
    );
  });

  it("and its text may count its padding", () => {
    const padded = new Uint8Array(Math.ceil(linuxRequest.data.length / 4) * 4);
    padded.set(linuxRequest.data);
    const target = new LoginTarget(
      targetOptions({ transport: "iser", lookup: () => ({ portalGroupTag: 1, authentication: { kind: "none" } }) }),
    );
    expect(target.handle(linuxRequest.bhs, padded).kind).toBe("done");
  });

  it("and its discovery over iSER, which has no RDMA key, is served like one over TCP", () => {
    const target = new LoginTarget(targetOptions({ transport: "iser" }));
    const text = "InitiatorName=iqn.a SessionType=Discovery MaxRecvDataSegmentLength=8192 HeaderDigest=None DataDigest=None";
    const step = target.handle(linuxRequest.bhs, textOf(text));
    expect(step).toMatchObject({ kind: "done", outcome: { parameters: { maxSendDataSegmentLength: 8192 } } });
  });
});

describe("LIO answers a login over iSER", () => {
  it("with keys that were not offered, and waits for no answer", () => {
    const initiator = new LoginInitiator(
      initiatorOptions({
        transport: "iser",
        singleStage: true,
        isid: Uint8Array.of(0, 2, 0x3d, 0, 0, 1),
        preferences: { ...defaultLoginPreferences, initialR2T: false, maxSendDataSegmentLength: 8192 },
      }),
    );
    const first = initiator.start();
    if (first.kind !== "send") throw new Error(first.kind);
    expect(first.pdu.bhs[1]).toBe(0x87);
    expect(parseText(first.pdu.data).map(({ key }) => key)).toEqual([
      "InitiatorName",
      "TargetName",
      "SessionType",
      "MaxConnections",
      "InitialR2T",
      "ImmediateData",
      "MaxBurstLength",
      "FirstBurstLength",
      "MaxOutstandingR2T",
      "DefaultTime2Wait",
      "DefaultTime2Retain",
      "DataPDUInOrder",
      "DataSequenceInOrder",
      "ErrorRecoveryLevel",
      "RDMAExtensions",
      "InitiatorRecvDataSegmentLength",
      "TargetRecvDataSegmentLength",
    ]);
    expect(initiator.handle(lioResponse.bhs, lioResponse.data)).toMatchObject({
      kind: "done",
      outcome: {
        tsih: 1,
        targetAlias: "LIO Target",
        portalGroupTag: 1,
        statSn: 0x732f1186,
        parameters: { initialR2T: true, maxRecvDataSegmentLength: 8192, maxSendDataSegmentLength: 8192 },
        negotiated: { defaultTime2Wait: 2, dataPduInOrder: true },
      },
    });
  });
});

describe("libiscsi logs in", () => {
  const bhs = headerOf("43870000000001b2802b12cc000000001097d20900000000607436cd00000001");
  const keys =
    "InitialR2T=No ImmediateData=Yes MaxBurstLength=262144 FirstBurstLength=262144 DefaultTime2Wait=2 DefaultTime2Retain=0 MaxOutstandingR2T=1 " +
    "ErrorRecoveryLevel=0 IFMarker=No OFMarker=No MaxConnections=1 MaxRecvDataSegmentLength=262144 DataPDUInOrder=Yes DataSequenceInOrder=Yes";
  const name = "InitiatorName=iqn.2007-10.com.github:sahlberg:libiscsi:iscsi-inq";

  it("over TCP", () => {
    const step = new LoginTarget(targetOptions()).handle(
      bhs,
      textOf(`${name} TargetName=iqn.2026-01.example:target SessionType=Normal HeaderDigest=None,CRC32C DataDigest=None ${keys}`),
    );
    expect(step).toMatchObject({
      kind: "done",
      outcome: {
        tsih: 7,
        identity: { isid: Uint8Array.of(0x80, 0x2b, 0x12, 0xcc, 0, 0) },
        parameters: { headerDigest: false, maxSendDataSegmentLength: 262144 },
      },
    });
  });

  it("to discover targets, with keys that mean nothing there", () => {
    const step = new LoginTarget(targetOptions()).handle(
      bhs,
      textOf(`${name} SessionType=Discovery HeaderDigest=None DataDigest=None ${keys}`),
    );
    if (step.kind !== "done") throw new Error(step.kind);
    expect(pairsOf(step.pdu.data)).toContain("InitialR2T=Irrelevant ImmediateData=Irrelevant MaxBurstLength=Irrelevant");
    expect(step.outcome.portalGroupTag).toBeUndefined();
  });

  it("over iSER, still offering digests and MaxRecvDataSegmentLength", () => {
    const rdma = "InitiatorRecvDataSegmentLength=8192 TargetRecvDataSegmentLength=8192 RDMAExtensions=Yes";
    const step = new LoginTarget(targetOptions({ transport: "iser" })).handle(
      bhs,
      textOf(`${name} TargetName=iqn.2026-01.example:target SessionType=Normal HeaderDigest=None,CRC32C DataDigest=None ${keys} ${rdma}`),
    );
    if (step.kind !== "done") throw new Error(step.kind);
    expect(pairsOf(step.pdu.data)).toMatch(/HeaderDigest=None DataDigest=None .* RDMAExtensions=Yes$/);
    expect(step.outcome.parameters).toMatchObject({ maxRecvDataSegmentLength: 8192, maxSendDataSegmentLength: 8192 });
  });

  it("to a target that demands CHAP and is not where it skips the security stage", () => {
    const target = new LoginTarget(targetOptions({ target: { authentication: { kind: "chap", secretOf: () => undefined } } }));
    const step = target.handle(bhs, textOf(`${name} TargetName=iqn.2026-01.example:target SessionType=Normal ${keys}`));
    expect(step).toMatchObject({ kind: "failed", error: { status: 0x0201 } });
  });
});

describe("tgt answers a login", () => {
  const response = (flags: number, isid: Uint8Array) => {
    const bhs = headerOf("23");
    bhs[1] = flags;
    bhs.set(isid, 8);
    return bhs;
  };

  it("with T=0 when it has something to declare, and wants one more request, empty", () => {
    const options = initiatorOptions({ preferences: { ...defaultLoginPreferences, headerDigest: ["CRC32C", "None"], initialR2T: false } });
    const initiator = new LoginInitiator(options);
    initiator.start();
    const opening = initiator.handle(response(0x81, options.isid), textOf("TargetPortalGroupTag=1 AuthMethod=None"));
    expect(opening).toMatchObject({ kind: "send" });
    const again = initiator.handle(
      response(0x05, options.isid),
      textOf(
        "HeaderDigest=CRC32C DataDigest=None MaxConnections=1 InitialR2T=No ImmediateData=Yes MaxBurstLength=262144 FirstBurstLength=65536 " +
          "MaxOutstandingR2T=1 DefaultTime2Wait=2 DefaultTime2Retain=0 DataPDUInOrder=Yes DataSequenceInOrder=Yes ErrorRecoveryLevel=0 " +
          "MaxRecvDataSegmentLength=262144",
      ),
    );
    if (again.kind !== "send") throw new Error(again.kind);
    expect(again.pdu.bhs[1]).toBe(0x87);
    expect(again.pdu.data).toHaveLength(0);
    expect(initiator.handle(response(0x87, options.isid), new Uint8Array(0))).toMatchObject({
      kind: "done",
      outcome: { parameters: { headerDigest: true, initialR2T: false, maxSendDataSegmentLength: 262144 } },
    });
  });

  it("with AuthMethod=Reject when it does not know CHAP for the target", () => {
    const options = initiatorOptions({ credentials: { user: "alice", secret: "alice-secret-12" } });
    const initiator = new LoginInitiator(options);
    initiator.start();
    const refusal = response(0, options.isid);
    refusal.set([2, 1], 36);
    expect(initiator.handle(refusal, textOf("TargetPortalGroupTag=1 AuthMethod=Reject"))).toMatchObject({
      kind: "failed",
      error: { status: 0x0201, message: expect.stringContaining("it takes no CHAP; leave out user and secret if it needs none") },
    });
  });
});

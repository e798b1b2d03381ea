import type { DeviceStatus, SessionStatus } from "#control";
import { hexByte, portalOf, secretText, stateOf, yesNo } from "./session-state.ts";

/** Named fields, lists of them, and what is at their ends: what libxo(3) makes JSON and XML of. A field that is undefined is left out. */
export interface Tree {
  readonly [field: string]: string | number | Tree | readonly Tree[] | undefined;
}

/** The listing for programs, in the structure that libxo gives FreeBSD's; what is ours alone is the address, size and paths of every LUN. */
export function listingTree(sessions: readonly SessionStatus[], verbose: boolean): Tree {
  return { session: sessions.map(verbose ? verboseTree : terseTree) };
}

function terseTree(session: SessionStatus): Tree {
  return {
    name: session.targetName ?? "",
    portal: portalOf(session),
    state: stateOf(session),
    devices: devicesTree(session),
  };
}

function verboseTree(session: SessionStatus): Tree {
  const { negotiated } = session;
  return {
    sessionId: session.sessionId,
    initiator: { name: session.initiatorName, portal: session.initiatorPortal ?? "", alias: session.initiatorAlias ?? "" },
    target: {
      name: session.targetName ?? "",
      portal: portalOf(session),
      configuredPortal: session.movedTo === undefined ? undefined : session.targetAddress,
      alias: session.targetAlias ?? "",
      dscp: session.dscp === undefined ? undefined : hexByte(session.dscp),
      pcp: session.pcp === undefined ? undefined : hexByte(session.pcp),
      PingTimeout: session.pingTimeoutS,
      LoginTimeout: session.loginTimeoutS,
    },
    auth: {
      user: session.user ?? "",
      secret: secretText(session.hasSecret, session.secret),
      mutualUser: session.mutualUser ?? "",
      mutualSecret: secretText(session.hasMutualSecret, session.mutualSecret),
    },
    type: session.sessionType,
    enable: yesNo(session.enable),
    state: session.connected ? "Connected" : "Disconnected",
    failureReason: session.failureReason ?? "",
    headerDigest: negotiated?.headerDigest ?? "None",
    dataDigest: negotiated?.dataDigest ?? "None",
    recvDataSegmentLen: negotiated?.maxRecvDataSegmentLength ?? 0,
    sendDataSegmentLen: negotiated?.maxSendDataSegmentLength ?? 0,
    maxBurstLen: negotiated?.maxBurstLength ?? 0,
    firstBurstLen: negotiated?.firstBurstLength ?? 0,
    immediateData: yesNo(negotiated?.immediateData ?? false),
    iSER: yesNo(session.protocol === "iSER"),
    offloadDriver: "None",
    devices: devicesTree(session),
  };
}

/** FreeBSD gives every session a SCSI bus of its own; here it has the session's number. */
function devicesTree({ sessionId, devices }: SessionStatus): Tree {
  const lun = devices.map(lunTree);
  return devices.length === 0 ? { lun } : { lun, scbus: sessionId, bus: 0, target: 0 };
}

function lunTree({ lun, device, uri, size, blockSize, paths }: DeviceStatus): Tree {
  return { lun, device, uri, size, blockSize, path: paths?.map((path) => ({ ...path })) };
}

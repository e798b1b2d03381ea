import type { SessionStatus } from "#control";
import type { ListFormat } from "./options.ts";

/** What `iscsictl -L` prints for these sessions, in the layout of FreeBSD's iscsictl(8) column for column. */
export function formatListing(
  sessions: readonly SessionStatus[],
  options: { readonly verbose: boolean; readonly format: ListFormat },
): string {
  if (options.format.kind === "json") return formatJson(sessions, options.verbose, options.format.pretty);
  return options.verbose ? sessions.map(formatVerbose).join("") : formatTerse(sessions);
}

// ------------------------------------------------------------------------------------------------------------------ terse

function formatTerse(sessions: readonly SessionStatus[]): string {
  const rows = sessions.map((session) => terseLine(session.targetName ?? "", session.targetAddress, terseState(session)));
  return [terseLine("Target name", "Target portal", "State"), ...rows].join("");
}

function terseLine(name: string, portal: string, state: string): string {
  return `${name.padEnd(36)} ${portal.padEnd(16)} ${state}\n`;
}

/** Device names end with a blank each, as they do on FreeBSD. */
function terseState(session: SessionStatus): string {
  const state = stateOf(session);
  return state === "Connected" ? `Connected: ${session.devices.map(({ device }) => `${device} `).join("")}` : state;
}

function stateOf(session: SessionStatus): string {
  if (session.failureReason !== undefined && session.enable) return session.failureReason;
  if (session.sessionType === "Discovery") return "Discovery";
  if (!session.enable) return "Disabled";
  return session.connected ? "Connected" : "Disconnected";
}

// ---------------------------------------------------------------------------------------------------------------- verbose

/** A secret is never shown, only that there is one. */
const hiddenSecret = "[secret]";

function formatVerbose(session: SessionStatus): string {
  const { negotiated } = session;
  const lines: [label: string, value: string | number | undefined][] = [
    ["Session ID", session.sessionId],
    ["Initiator name", session.initiatorName],
    ["Initiator portal", session.initiatorPortal],
    ["Initiator alias", session.initiatorAlias],
    ["Target name", session.targetName],
    ["Target portal", session.targetAddress],
    ["Target alias", session.targetAlias],
    ["User", session.user],
    ["Secret", session.hasSecret ? hiddenSecret : undefined],
    ["Mutual user", undefined],
    ["Mutual secret", undefined],
    ["Session type", session.sessionType],
    ["Enable", yesNo(session.enable)],
    ["Session state", session.connected ? "Connected" : "Disconnected"],
    ["Failure reason", session.failureReason],
    ["Header digest", negotiated?.headerDigest ?? "None"],
    ["Data digest", negotiated?.dataDigest ?? "None"],
    ["MaxRecvDataSegmentLength", negotiated?.maxRecvDataSegmentLength ?? 0],
    ["MaxSendDataSegmentLength", negotiated?.maxSendDataSegmentLength ?? 0],
    ["MaxBurstLen", negotiated?.maxBurstLength ?? 0],
    ["FirstBurstLen", negotiated?.firstBurstLength ?? 0],
    ["ImmediateData", yesNo(negotiated?.immediateData ?? false)],
    ["iSER (RDMA)", yesNo(session.protocol === "iSER")],
    ["Offload driver", "None"],
    ["Device nodes", session.devices.map(({ device }) => `${device} `).join("")],
    ...session.devices.map(({ uri }, index): [string, string] => [index === 0 ? "NBD URIs" : "", uri]),
  ];
  return `${lines.map(([label, value]) => `${label === "" ? "".padEnd(26) : `${label}:`.padEnd(26)}${value ?? ""}\n`).join("")}\n`;
}

function yesNo(value: boolean): "Yes" | "No" {
  return value ? "Yes" : "No";
}

// ------------------------------------------------------------------------------------------------------------------- json

/** The structure that libxo gives FreeBSD's output, with a `uri` added to every LUN. */
function formatJson(sessions: readonly SessionStatus[], verbose: boolean, pretty: boolean): string {
  const listing = { iscsictl: { session: sessions.map(verbose ? verboseObject : terseObject) } };
  return `${JSON.stringify(listing, undefined, pretty ? 2 : undefined)}\n`;
}

function terseObject(session: SessionStatus): object {
  return {
    name: session.targetName ?? "",
    portal: session.targetAddress,
    state: stateOf(session),
    devices: devicesObject(session),
  };
}

function verboseObject(session: SessionStatus): object {
  const { negotiated } = session;
  return {
    sessionId: session.sessionId,
    initiator: { name: session.initiatorName, portal: session.initiatorPortal ?? "", alias: session.initiatorAlias ?? "" },
    target: { name: session.targetName ?? "", portal: session.targetAddress, alias: session.targetAlias ?? "" },
    auth: { user: session.user ?? "", secret: session.hasSecret ? hiddenSecret : "", mutualUser: "", mutualSecret: "" },
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
    devices: devicesObject(session),
  };
}

function devicesObject(session: SessionStatus): object {
  return { lun: session.devices.map(({ lun, device, uri, size, blockSize }) => ({ lun, device, uri, size, blockSize })) };
}

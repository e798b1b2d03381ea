import type { DeviceStatus, SessionStatus } from "#control";
import { hexByte, portalOf, secretText, stateOf, yesNo } from "./session-state.ts";

/** A piece of a line, by what libxo(3) takes it for. Data has the name of its field. */
export type Piece =
  | { readonly kind: "title" | "label" | "text"; readonly text: string }
  | { readonly kind: "data"; readonly field: string; readonly text: string };

export type Line = readonly Piece[];

/** The listing for people, line by line. */
export function listingLines(sessions: readonly SessionStatus[], verbose: boolean): readonly Line[] {
  return verbose ? sessions.flatMap(verboseLines) : [titles, ...sessions.map(terseLine)];
}

/** The lines as a terminal shows them. */
export function textOf(lines: readonly Line[]): string {
  return lines.map((line) => `${line.map(({ text }) => text).join("")}\n`).join("");
}

const text = (content: string): Piece => ({ kind: "text", text: content });
const data = (field: string, content: string | number | undefined): Piece => ({
  kind: "data",
  field,
  text: printable(String(content ?? "")),
});

/** Targets choose their names: none of them moves the cursor of a terminal. */
function printable(content: string): string {
  return content.replaceAll(/\p{Cc}/gu, "\ufffd");
}

// ------------------------------------------------------------------------------------------------------------------ terse

const nameWidth = 36;
const portalWidth = 16;

const titles: Line = [
  { kind: "title", text: "Target name".padEnd(nameWidth) },
  text(" "),
  { kind: "title", text: "Target portal".padEnd(portalWidth) },
  text(" "),
  { kind: "title", text: "State" },
];

function terseLine(session: SessionStatus): Line {
  const state = stateOf(session);
  return [
    data("name", (session.targetName ?? "").padEnd(nameWidth)),
    text(" "),
    data("portal", portalOf(session).padEnd(portalWidth)),
    text(" "),
    data("state", state),
    ...(state === "Connected" ? [text(": "), ...deviceNames(session)] : []),
  ];
}

/** Every name ends with a blank, the last one too, as on FreeBSD. */
function deviceNames({ devices }: SessionStatus): readonly Piece[] {
  return devices.flatMap(({ device }) => [data("device", device), text(" ")]);
}

// ---------------------------------------------------------------------------------------------------------------- verbose

const labelWidth = 26;

function verboseLines(session: SessionStatus): readonly Line[] {
  const { negotiated } = session;
  const line = (label: string, field: string, value: string | number | undefined): Line => [labelled(label), data(field, value)];
  const lineIfSet = (label: string, field: string, value: string | number | undefined): readonly Line[] =>
    value === undefined ? [] : [line(label, field, value)];
  return [
    line("Session ID", "sessionId", session.sessionId),
    line("Initiator name", "name", session.initiatorName),
    line("Initiator portal", "portal", session.initiatorPortal),
    line("Initiator alias", "alias", session.initiatorAlias),
    line("Target name", "name", session.targetName),
    line("Target portal", "portal", portalOf(session)),
    ...lineIfSet("Configured portal", "configuredPortal", session.movedTo === undefined ? undefined : session.targetAddress),
    line("Target alias", "alias", session.targetAlias),
    ...lineIfSet("Target DSCP", "dscp", session.dscp === undefined ? undefined : hexByte(session.dscp)),
    ...lineIfSet("Target PCP", "pcp", session.pcp === undefined ? undefined : hexByte(session.pcp)),
    ...lineIfSet("Target PingTimeout", "PingTimeout", session.pingTimeoutS),
    ...lineIfSet("Target LoginTimeout", "LoginTimeout", session.loginTimeoutS),
    line("User", "user", session.user),
    line("Secret", "secret", secretText(session.hasSecret, session.secret)),
    line("Mutual user", "mutualUser", session.mutualUser),
    line("Mutual secret", "mutualSecret", secretText(session.hasMutualSecret, session.mutualSecret)),
    line("Session type", "type", session.sessionType),
    line("Enable", "enable", yesNo(session.enable)),
    line("Session state", "state", session.connected ? "Connected" : "Disconnected"),
    line("Failure reason", "failureReason", session.failureReason),
    line("Header digest", "headerDigest", negotiated?.headerDigest ?? "None"),
    line("Data digest", "dataDigest", negotiated?.dataDigest ?? "None"),
    line("MaxRecvDataSegmentLength", "recvDataSegmentLen", negotiated?.maxRecvDataSegmentLength ?? 0),
    line("MaxSendDataSegmentLength", "sendDataSegmentLen", negotiated?.maxSendDataSegmentLength ?? 0),
    line("MaxBurstLen", "maxBurstLen", negotiated?.maxBurstLength ?? 0),
    line("FirstBurstLen", "firstBurstLen", negotiated?.firstBurstLength ?? 0),
    line("ImmediateData", "immediateData", yesNo(negotiated?.immediateData ?? false)),
    line("iSER (RDMA)", "iSER", yesNo(session.protocol === "iSER")),
    line("Offload driver", "offloadDriver", "None"),
    [labelled("Device nodes"), ...deviceNames(session)],
    ...session.devices.map(({ uri }, index): Line => [labelled(index === 0 ? "NBD URIs" : ""), data("uri", uri)]),
    ...session.devices.flatMap(pathPieces).map((pieces, index): Line => [labelled(index === 0 ? "Paths" : ""), ...pieces]),
    [],
  ];
}

/** `da0 over session 1, 192.0.2.1:3260: active, active/optimized` */
function pathPieces({ device, paths = [] }: DeviceStatus): readonly Line[] {
  return paths.map(({ sessionId, portal, state, access }) => [
    data("device", device),
    text(" over session "),
    data("sessionId", sessionId),
    text(", "),
    data("portal", portal),
    text(": "),
    data("state", state),
    ...(access === undefined ? [] : [text(", "), data("access", access)]),
  ]);
}

function labelled(label: string): Piece {
  return { kind: "label", text: (label === "" ? "" : `${label}:`).padEnd(labelWidth) };
}

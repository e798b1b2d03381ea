import { portableCrc32c } from "#bytes";
import {
  ControlProtocolError,
  count,
  listOf,
  record,
  type SessionConfig,
  type Shape,
  sessionConfig,
  sessionConfigToJson,
  text,
} from "#control";

/** The name that a logical unit of a session had. */
export interface KeptDevice {
  readonly lun: number;
  /** `da0` */
  readonly device: string;
}

/** What must be known of a session to have it again as it was. */
export interface KeptSession {
  readonly id: number;
  readonly config: SessionConfig;
  /** What the target knows the session by: with the same one it reinstates the session rather than opening a second (RFC 7143, 6.3.5). */
  readonly isid: Uint8Array;
  readonly devices: readonly KeptDevice[];
}

/** What a daemon needs to go on where one that died has stopped. */
export interface DaemonState {
  readonly nextSessionId: number;
  readonly sessions: readonly KeptSession[];
  /** Variables that were set at run time. */
  readonly variables: readonly KeptVariable[];
}

/** A variable's value in its text form. */
export interface KeptVariable {
  readonly name: string;
  readonly value: string;
}

/** The form of the file; a daemon reads no other. */
const version = 1;
const format = "iscsid-state";

/** What was read is no state of a daemon of this version; the message says why. */
export class StateFormatError extends Error {
  override readonly name = "StateFormatError";
}

/**
 * The state as text: a line that says what follows and how to tell whether it is whole, then one line of JSON. The second place where secrets are written out, for a
 * file that only its owner can read.
 */
export function encodeState({ nextSessionId, sessions, variables }: DaemonState): string {
  const body = JSON.stringify({
    nextSessionId,
    sessions: sessions.map(({ id, config, isid, devices }) => {
      return { id, isid: Buffer.from(isid).toString("hex"), config: sessionConfigToJson(config), devices };
    }),
    variables,
  });
  return `${JSON.stringify({ format, version, crc32c: checksum(body) })}\n${body}\n`;
}

/** @throws StateFormatError */
export function decodeState(encoded: string): DaemonState {
  const [header = "", body, ...rest] = encoded.split("\n");
  checkHeader(header);
  if (body === undefined || rest.length !== 1 || rest[0] !== "") throw new StateFormatError("it is not complete");
  if (checksum(body) !== (JSON.parse(header) as { crc32c: unknown }).crc32c) throw new StateFormatError("its checksum is wrong");
  try {
    return daemonState(JSON.parse(body), "state");
  } catch (error) {
    if (error instanceof SyntaxError) throw new StateFormatError("it is not JSON");
    if (error instanceof ControlProtocolError) throw new StateFormatError(error.message);
    throw error;
  }
}

function checkHeader(line: string): void {
  let header: unknown;
  try {
    header = JSON.parse(line);
  } catch {
    throw new StateFormatError("it does not begin as the state of iscsid does");
  }
  const fields = (typeof header === "object" && header !== null ? header : {}) as Readonly<Record<string, unknown>>;
  if (fields.format !== format) throw new StateFormatError("it does not begin as the state of iscsid does");
  if (fields.version !== version) {
    throw new StateFormatError(`it is of version ${JSON.stringify(fields.version)}, and this iscsid knows version ${version}`);
  }
}

function checksum(body: string): string {
  const bytes = Buffer.from(body);
  return portableCrc32c.update(0, bytes, 0, bytes.length).toString(16).padStart(8, "0");
}

const isid: Shape<Uint8Array> = (value, where) => {
  const digits = text(value, where);
  if (!/^[0-9a-f]{12}$/.test(digits)) throw new ControlProtocolError(`${where} is not 12 hexadecimal digits`);
  return new Uint8Array(Buffer.from(digits, "hex"));
};

const deviceName: Shape<string> = (value, where) => {
  const name = text(value, where);
  if (!/^da\d{1,9}$/.test(name)) throw new ControlProtocolError(`${where} is no name of a device`);
  return name;
};

const exact = { exact: true };

const daemonState: Shape<DaemonState> = record<DaemonState>(
  {
    nextSessionId: count,
    sessions: listOf(
      record<KeptSession>(
        { id: count, config: sessionConfig, isid, devices: listOf(record<KeptDevice>({ lun: count, device: deviceName }, exact)) },
        exact,
      ),
    ),
    variables: listOf(record<KeptVariable>({ name: text, value: text }, exact)),
  },
  exact,
);

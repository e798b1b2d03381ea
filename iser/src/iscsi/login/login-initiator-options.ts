import type { Random } from "kit/clock";
import type { TransportKind } from "../datamover.ts";
import type { InitiatorCredentials } from "./chap-credentials.ts";
import { checkPreferences } from "./keys.ts";
import type { SessionType } from "./login-outcome.ts";
import type { LoginPreferences } from "./login-preferences.ts";

export interface LoginInitiatorOptions {
  readonly initiatorName: string;
  readonly initiatorAlias?: string | undefined;
  /** Required for a normal session. */
  readonly targetName?: string | undefined;
  readonly sessionType: SessionType;
  /** 6 bytes; the same for the life of a session, so that a new login reinstates it. */
  readonly isid: Uint8Array;
  /** 0 except to add a connection to a session. */
  readonly tsih: number;
  readonly connectionId: number;
  readonly initiatorTaskTag?: number | undefined;
  readonly transport: TransportKind;
  readonly preferences: LoginPreferences;
  readonly credentials?: InitiatorCredentials | undefined;
  /** Skip the security stage and ask for everything in one request, as iSER initiators do. Not possible with credentials. */
  readonly singleStage?: boolean | undefined;
  readonly random: Random;
}

/** The longest iSCSI name, in bytes (RFC 7143, 4.2.7.1). */
const maxNameLength = 223;

/** Throws RangeError for options that no login can carry: a mistake of whoever configured this end. No message holds a secret. */
export function checkInitiatorOptions(options: LoginInitiatorOptions): void {
  const { initiatorName, initiatorAlias = "", targetName = "", credentials } = options;
  checkText("initiator name", initiatorName, maxNameLength);
  checkText("initiator alias", initiatorAlias, 255);
  checkText("target name", targetName, maxNameLength);
  if (initiatorName === "") throw new RangeError("a login needs an initiator name");
  if (targetName === "" && options.sessionType === "normal") throw new RangeError("a normal session needs a target name");
  if (options.isid.length !== 6) throw new RangeError("an ISID has 6 bytes");
  checkPreferences(options.preferences);
  if (credentials === undefined) return;
  if (options.singleStage === true) throw new RangeError("CHAP needs the security stage: leave singleStage out");
  if (credentials.algorithms?.length === 0) throw new RangeError("CHAP needs at least one algorithm");
  checkCredentials("CHAP", credentials.user, credentials.secret);
  if (credentials.mutual === undefined) return;
  checkCredentials("mutual CHAP", credentials.mutual.user, credentials.mutual.secret);
  if (credentials.mutual.secret === credentials.secret) {
    throw new RangeError(
      "the secrets for both directions of CHAP are the same; whoever knows one must not know the other (RFC 7143, 9.2.1)",
    );
  }
}

function checkCredentials(what: string, user: string, secret: string): void {
  checkText(`${what} user`, user, 255);
  if (user === "") throw new RangeError(`${what} needs a user`);
  if (secret === "") throw new RangeError(`${what} needs a secret`);
}

function checkText(what: string, text: string, mostBytes: number): void {
  if (text.includes("\0")) throw new RangeError(`the ${what} contains a NUL`);
  if (Buffer.byteLength(text) > mostBytes) throw new RangeError(`the ${what} is longer than ${mostBytes} bytes`);
}

import type { Random } from "kit/clock";
import type { TransportKind } from "../datamover.ts";
import type { ChapAlgorithm, InitiatorCredentials } from "./chap-credentials.ts";
import type { LoginError } from "./login-error.ts";
import type { LoginOutcome, LoginPdu, SessionType } from "./login-outcome.ts";
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

export type LoginStep =
  /** Send this request and hand its response to `handle`. Login is a strict alternation: there is never more than one. */
  | { readonly kind: "send"; readonly pdu: LoginPdu }
  /** Logged in. */
  | { readonly kind: "done"; readonly outcome: LoginOutcome }
  /** Log in there instead, with a new connection; `permanent`: forget the old address. `parsePortal` understands the address. */
  | { readonly kind: "redirect"; readonly permanent: boolean; readonly address: string }
  /**
   * The target may have choked on our list of CHAP algorithms: log in again, on a new connection, with `credentials.algorithms` narrowed to
   * these. `error` is what to report when that is not wanted.
   */
  | { readonly kind: "retry"; readonly algorithms: readonly ChapAlgorithm[]; readonly error: LoginError }
  /** Not logged in; close the connection. */
  | { readonly kind: "failed"; readonly error: LoginError };

/**
 * The initiator's side of the login phase (RFC 7143, 6 and 11.12), without I/O: one output for each input. After any output but "send" it
 * is over and nothing more may be handed in.
 */
export declare class LoginInitiator {
  constructor(options: LoginInitiatorOptions);
  /** The first request; "failed" at once when the options cannot lead anywhere. */
  start(): LoginStep;
  /** A PDU from the target. Both arrays are borrowed until return. */
  handle(bhs: Uint8Array, data: Uint8Array): LoginStep;
  /** The connection ended before the login did: "retry" or "failed". */
  closed(cause: Error | undefined): LoginStep;
}

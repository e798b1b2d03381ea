import type { Random } from "kit/clock";
import type { TransportKind } from "../datamover.ts";
import type { LoginStatus } from "../pdu/login-status.ts";
import type { TargetAuthentication } from "./chap-credentials.ts";
import type { LoginError } from "./login-error.ts";
import type { LoginIdentity, LoginPdu, LoginTargetOutcome } from "./login-outcome.ts";
import type { LoginPreferences } from "./login-preferences.ts";

/** What the login needs to know of a target. */
export interface LoginTargetInfo {
  readonly portalGroupTag: number;
  readonly alias?: string | undefined;
  readonly authentication: TargetAuthentication;
  /** Send initiators elsewhere, before they prove who they are. As in TargetAddress: `host:port[,group]`. */
  readonly redirect?: { readonly permanent: boolean; readonly address: string } | undefined;
}

export interface LoginTargetOptions {
  readonly transport: TransportKind;
  readonly preferences: LoginPreferences;
  readonly random: Random;
  /** The target of this name as this initiator may see it; undefined: refused as not found; a status: refused with it. */
  readonly lookup: (targetName: string, initiatorName: string) => LoginTargetInfo | LoginStatus | undefined;
  /** What is demanded for discovery sessions. */
  readonly discovery: { readonly authentication: TargetAuthentication };
  /**
   * Called once, when a login is about to succeed, after the initiator proved who it is: the TSIH of the session (1…65535), or the status to refuse with. A login
   * with the names, ISID and portal group of an existing session and TSIH 0 reinstates that session: end the old one here.
   */
  readonly admit: (identity: LoginIdentity) => { readonly tsih: number } | { readonly refuse: LoginStatus };
}

export type LoginTargetStep =
  /** Send this response and wait for the next request. */
  | { readonly kind: "send"; readonly pdu: LoginPdu }
  /** Send this response; the session is in full feature phase right behind it. */
  | { readonly kind: "done"; readonly pdu: LoginPdu; readonly outcome: LoginTargetOutcome }
  /** Send this response, if there is one, then close. `error` is for the log; its status is what the initiator was told. */
  | { readonly kind: "failed"; readonly pdu: LoginPdu | undefined; readonly error: LoginError }
  /** The same, for an initiator that was sent elsewhere. */
  | { readonly kind: "redirected"; readonly pdu: LoginPdu; readonly address: string };

/** The target's side of the login phase (RFC 7143, 6 and 11.13), without I/O: one output for each request. After any output but "send" it is over. */
export declare class LoginTarget {
  constructor(options: LoginTargetOptions);
  /** A PDU from the initiator. Both arrays are borrowed until return. */
  handle(bhs: Uint8Array, data: Uint8Array): LoginTargetStep;
}

import { LoginStatus, loginStatusAdvice, loginStatusCode, loginStatusReason } from "../pdu/login-status.ts";
import { printable } from "../text/printable.ts";

export interface LoginErrorDetails {
  /** The short reason, as lists of sessions show it ("Authentication failure"). */
  readonly reason: string;
  /** Status-Class and Status-Detail of the Login Response that ended the login, or 0 when no status did. */
  readonly status?: number | undefined;
  /** The text key to blame. */
  readonly key?: string | undefined;
  /** Trying the same again later may help. */
  readonly transient?: boolean | undefined;
  readonly cause?: unknown;
}

/** A login that did not succeed. The message says who refused what and what to do next; it never holds a secret. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  readonly reason: string;
  readonly status: number;
  readonly key: string | undefined;
  readonly transient: boolean;

  constructor(message: string, details: LoginErrorDetails) {
    // Names and values in it come from the other end.
    super(printable(message, 500), details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = details.reason;
    this.status = details.status ?? LoginStatus.success;
    this.key = details.key;
    this.transient = details.transient ?? false;
  }
}

/** The error for a login that the target ended with `status`. */
export function loginRefused(target: string, status: number, advice = loginStatusAdvice(status)): LoginError {
  const reason = loginStatusReason(status);
  return new LoginError(`${target} refused login: ${reason.toLowerCase()} (${loginStatusCode(status)}); ${advice}`, {
    reason,
    status,
    transient: status >> 8 === 3,
  });
}

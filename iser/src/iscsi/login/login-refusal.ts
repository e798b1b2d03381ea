import type { LoginStatus } from "../pdu/login-status.ts";

/** Why a target ends a login. The message is the predicate of a sentence about the initiator, for the log; the initiator sees the status alone. */
export class LoginRefusal extends Error {
  override readonly name = "LoginRefusal";
  readonly status: LoginStatus;
  readonly key: string | undefined;

  constructor(status: LoginStatus, message: string, key?: string) {
    super(message);
    this.status = status;
    this.key = key;
  }
}

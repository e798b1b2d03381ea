/** Why the daemon did not do what it was asked, in the names of the errors that the kernel's ioctls have. */
export const controlErrorCodes = [
  "EBUSY", // the session is there already, or its devices are in use
  "ESRCH", // no session matches
  "ENOENT", // no variable has that name
  "ENXIO", // what is asked for needs a transport that is not loaded
  "EINVAL", // the request contradicts itself
  "EPERM", // the variable can only be read
  "EPROTO", // the request cannot be understood
  "ESHUTDOWN", // the daemon is on its way out
  "EIO", // anything else; the message says what
] as const;
export type ControlErrorCode = (typeof controlErrorCodes)[number];

/** A request that the daemon refused. The message is meant for the user. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

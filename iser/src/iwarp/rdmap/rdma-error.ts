import type { TerminateCode } from "./terminate-code.ts";

/** Whose fault it was that a connection ended, or how it ended. */
export type RdmaFault =
  | "peer" // the peer broke a rule; a Terminate with `code` was sent if the connection was up
  | "terminated" // the peer sent a Terminate with `code`: it says that we broke a rule
  | "rejected" // the responder does not want us
  | "negotiation" // what the two ends can do does not meet
  | "timeout"; // the peer stopped in the middle of something

/** Why an RDMA connection is of no more use. The message says what the peer did and which rule forbids it. */
export class RdmaError extends Error {
  override readonly name = "RdmaError";
  readonly fault: RdmaFault;
  /** Layer, error type and error code as in a Terminate message, where there is or would be one. */
  readonly code: TerminateCode | undefined;
  /** The private data of a refusal. */
  readonly privateData: Uint8Array | undefined;

  constructor(fault: RdmaFault, message: string, code?: TerminateCode, privateData?: Uint8Array) {
    super(message);
    this.fault = fault;
    this.code = code;
    this.privateData = privateData;
  }
}

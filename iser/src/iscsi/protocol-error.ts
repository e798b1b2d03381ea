/**
 * The peer broke the protocol. Always ends the connection; the message says what the peer did and which rule forbids it
 * ("R2T for 65536 bytes at 4294901760, past the 131072 expected (RFC 7143, 11.8.4)").
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** What kind of fault, for counters and for tests. */
  readonly fault: ProtocolFault;

  constructor(fault: ProtocolFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export type ProtocolFault =
  | "framing" // lengths that cannot be, bytes that are no PDU
  | "header-digest"
  | "data-digest"
  | "opcode" // not an opcode, or not one this peer may send in this state
  | "field" // a field with a value the RFC forbids
  | "sequence" // StatSN, DataSN, R2TSN, buffer offsets out of order
  | "tag" // an ITT or TTT nobody gave out
  | "negotiation"
  | "rdma" // iWARP or iSER rules
  | "timeout"; // it stopped in the middle of something

/** The other end of the control socket said something that this version does not understand. */
export class ControlProtocolError extends Error {
  override readonly name = "ControlProtocolError";
}

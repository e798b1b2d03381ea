import type { Instant } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { InitiatorOpcode, opcodeOf, TimedStream } from "#iscsi";
import type { TargetConnection } from "./target-connection.ts";

/**
 * A stream that is to begin with a Login Request (RFC 7143, 6.3). Whoever begins with something else, as an initiator of iSER does, waits for an answer to a PDU that is never whole: it
 * is turned away at the first byte.
 */
export class FirstByteStream extends TimedStream {
  readonly #connection: TargetConnection;
  #hasBegun = false;

  constructor(stream: ByteStreamCore, connection: TargetConnection) {
    super(stream, connection);
    this.#connection = connection;
  }

  override receive(chunk: Uint8Array, now: Instant): void {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      if (opcodeOf(chunk) !== InitiatorOpcode.loginRequest) this.#connection.refuseStranger(opcodeOf(chunk));
    }
    super.receive(chunk, now);
  }
}

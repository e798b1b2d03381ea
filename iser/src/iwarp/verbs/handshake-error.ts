import type { Duration } from "kit/clock";
import { RdmaError } from "../rdmap/rdma-error.ts";
import type { QueuePairRole } from "./software-queue-pair-options.ts";

/** What a responder that does not speak MPA most likely is. */
const wrongPort = "perhaps this port is for iSCSI over TCP";

/** `peer` said nothing, or not enough, in the time that the handshake may take. */
export function handshakeTimeout(peer: QueuePairRole, handshakeMs: Duration): RdmaError {
  const guess = peer === "responder" ? `; ${wrongPort}` : "";
  return new RdmaError("timeout", `the ${peer} did not finish the MPA handshake within ${handshakeMs / 1000} s${guess}`);
}

/** The responder ended the stream instead of answering the request. */
export function hungUpOnRequest(cause: Error | undefined): RdmaError {
  const reason = cause === undefined ? "" : ` (${cause.message})`;
  return new RdmaError("peer", `the responder hung up without an MPA reply${reason}; ${wrongPort}`);
}

import type { DatamoverCounters } from "#iscsi";
import type { QueuePair } from "#iwarp";

/** What a datamover over RDMA has counted: the queue pair's bytes, and its own PDUs and immediate data. */
export class MoverCounters {
  pdusReceived = 0;
  /** Payload that travelled inside Sends, which is always copied. */
  immediateBytes = 0;
  readonly #queuePair: QueuePair;

  constructor(queuePair: QueuePair) {
    this.#queuePair = queuePair;
  }

  snapshot(pdusSent: number): DatamoverCounters {
    const { bytesReceived, bytesSent, payloadBytes, payloadBytesCopied } = this.#queuePair.counters;
    return {
      bytesReceived,
      bytesSent,
      pdusReceived: this.pdusReceived,
      pdusSent,
      payloadBytes: payloadBytes + this.immediateBytes,
      payloadBytesCopied: payloadBytesCopied + this.immediateBytes,
    };
  }
}

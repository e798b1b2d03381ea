import { bhsLength, paddedLength, putAhsLength, putDataSegmentLength } from "#iscsi";
import { type QueuePair, WorkRequest } from "#iwarp";
import { beginIserHeader, iserHeaderLength } from "./iser-header.ts";

const noBytes = new Uint8Array(0);
const padding = new Uint8Array(3);

/**
 * Sends PDUs as RDMAP Sends. One work request and one header serve all of them: small messages are copied when they are posted, and are free again at once.
 */
export class ControlSender {
  /** iSER header and basic header segment of the message being made. */
  readonly header: Uint8Array = new Uint8Array(iserHeaderLength + bhsLength);
  readonly view: DataView = new DataView(this.header.buffer);
  readonly bhs: Uint8Array = this.header.subarray(iserHeaderLength);
  pdusSent = 0;
  readonly #queuePair: QueuePair;
  readonly #request = new WorkRequest();

  constructor(queuePair: QueuePair) {
    this.#queuePair = queuePair;
    this.#request.inline = true;
    this.#request.signaled = false;
    this.#request.pieces.push(this.header);
  }

  /** Starts a message: an iSER header without STags, and `bhs`. */
  begin(bhs: Uint8Array): void {
    beginIserHeader(this.view);
    this.bhs.set(bhs);
  }

  /**
   * Sends what `begin` started, with additional headers and data. All is copied. `invalidateStag` dies at the peer when the message is delivered.
   */
  send(data: Uint8Array = noBytes, ahs: Uint8Array = noBytes, invalidateStag?: number): void {
    putDataSegmentLength(this.bhs, data.length);
    putAhsLength(this.bhs, ahs.length);
    const { pieces } = this.#request;
    // Popping costs nothing where there is but the header, which is the rule; setting the length always does.
    while (pieces.length > 1) pieces.pop();
    if (ahs.length > 0) pieces.push(ahs);
    if (data.length > 0) pieces.push(data);
    const pad = paddedLength(data.length) - data.length;
    // Linux pads and expects nothing; whoever reads by the header's length does not mind.
    if (pad > 0) pieces.push(padding.subarray(0, pad));
    this.#request.invalidateStag = invalidateStag;
    this.pdusSent += 1;
    this.#queuePair.post(this.#request);
  }
}

import type { BlockError, BlockExtent } from "#block";
import type { ReceiveBuffer } from "../memory/receive-buffer.ts";
import type { ReplyMemory } from "../memory/reply-memory.ts";
import { type NbdError, nbdErrorOf } from "../pdu/nbd-error.ts";
import { Command, CommandFlag, decodeRequest, requestHeaderBytes } from "../pdu/request.ts";
import { encodeSimpleReply, simpleReplyBytes, writeSimpleReply } from "../pdu/simple-reply.ts";
import {
  encodeBlockStatusChunk,
  encodeErrorChunk,
  offsetDataHeaderBytes,
  offsetHoleBytes,
  writeOffsetData,
  writeOffsetHole,
} from "../pdu/structured-reply.ts";
import { type Agreement, type Refusal, refusalOf, shuttingDown } from "./admission.ts";
import { allocationOf } from "./allocation.ts";
import type { ReplyQueue } from "./reply-queue.ts";
import { type BlockStatusDone, RequestSlot } from "./request-slot.ts";
import { isZero } from "./zeroes.ts";

/** Requests under way on one connection; the next one waits in the socket. */
const maximumRequests = 256;

/**
 * Replies that may wait for the kernel before no more requests are begun. Enough to keep it busy; more would only fall out of the
 * processor's cache before it is sent, and a client that stops reading would hold more memory.
 */
const sendAheadBytes = 1024 * 1024;

/** Data that a device has in memory are sent from there if they are as long; shorter ones are copied next to their header, which costs less than another piece. */
const worthLendingBytes = 32 * 1024;

export interface TransmissionUser {
  /** There is output, or the transmission came to its end. */
  onProgress(): void;
  /** The client broke the protocol; nothing it sends can be understood any more. */
  onFault(message: string): void;
}

/**
 * The transmission phase: requests become calls of a BlockDevice, in the order in which they came, and their ends become replies, in the order in
 * which they end. Every request has a slot, and its memory, before it is begun; while there is none, what came in waits.
 */
export class Transmission {
  readonly #agreed: Agreement;
  readonly #input: ReceiveBuffer;
  readonly #replyMemory: ReplyMemory;
  readonly #replies: ReplyQueue;
  readonly #user: TransmissionUser;

  /** Slots without a request, and how many were ever made. */
  #idle: RequestSlot | undefined = undefined;
  #slotsMade = 0;
  #begun = 0;
  /** Requests that the device has. */
  #outstanding = 0;

  /** No decision can be made before so much is there: a header, or a header and the data of a write. */
  #wantedBytes = requestHeaderBytes;
  #expectedPayloadBytes = 0;
  /** Data of a write that was refused. */
  #unwantedBytes = 0;
  /** Something ran out: begun again when it comes back. */
  #parked = false;
  #advancing = false;
  #state: "serving" | "shutting down" | "ending" | "closed" = "serving";

  readonly #onDone = (slot: RequestSlot, error: BlockError | undefined): void => this.#done(slot, error);
  readonly #onBlockStatus = (...found: [slot: RequestSlot, ...Parameters<BlockStatusDone>]): void => this.#blockStatusDone(...found);
  readonly #onReturned = (slot: RequestSlot): void => this.#free(slot);

  constructor(agreed: Agreement, input: ReceiveBuffer, replyMemory: ReplyMemory, replies: ReplyQueue, user: TransmissionUser) {
    this.#agreed = agreed;
    this.#input = input;
    this.#replyMemory = replyMemory;
    this.#replies = replies;
    this.#user = user;
  }

  /** More input would only wait. */
  get parked(): boolean {
    return this.#parked;
  }

  /** How long the request is that is being received, with its header and as far as is known. */
  get wantedBytes(): number {
    return this.#wantedBytes;
  }

  /** How many bytes of a write's data are missing; there is room for all of them. 0 when anything else comes next. */
  get missingPayloadBytes(): number {
    return this.#wantedBytes > requestHeaderBytes ? this.#wantedBytes - this.#input.available : 0;
  }

  /** About how much data comes with a request just now: that of the last write, and half as much with every request since that was none. */
  get expectedPayloadBytes(): number {
    return this.#expectedPayloadBytes;
  }

  /** Requests that were begun since the beginning. */
  get begun(): number {
    return this.#begun;
  }

  /** Requests that the device has. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** The client or we ended it, and every reply is queued. */
  get ended(): boolean {
    return this.#outstanding === 0 && (this.#state === "ending" || this.#state === "shutting down");
  }

  /** Begins every request that is there. To be called whenever input came, or something it may wait for. */
  advance(): void {
    if (this.#advancing || this.#state === "closed") return;
    this.#advancing = true;
    this.#parked = false;
    while (this.#step());
    this.#advancing = false;
  }

  /** Later requests get ESHUTDOWN; `ended` once those under way are answered. */
  shutDown(): void {
    if (this.#state === "serving") this.#state = "shutting down";
  }

  /** The stream is gone: nothing is answered any more. Memory that the device works on comes back when it is done. */
  closed(): void {
    this.#state = "closed";
    this.#parked = false;
    this.#replies.abandon();
  }

  /** Does the next thing; false when there is nothing to do, or nothing to do it with. */
  #step(): boolean {
    if (this.#state === "ending") return this.#ignoreInput();
    if (this.#unwantedBytes > 0) return this.#skipUnwanted();
    if (this.#input.available < this.#wantedBytes) return false;
    if (this.#replies.unsentBytes >= sendAheadBytes) return this.#park();
    const slot = this.#idle ?? this.#makeSlot();
    if (slot === undefined) return this.#park();
    if (!decodeRequest(this.#input.view, this.#input.start, slot)) {
      this.#user.onFault("the client sent something that is no NBD request");
      return false;
    }
    if (slot.command === Command.disc) {
      this.#state = "ending";
      this.#user.onProgress();
      return true;
    }
    const refusal = this.#state === "shutting down" ? shuttingDown : refusalOf(slot, this.#agreed);
    if (refusal !== undefined) return this.#refuse(slot, refusal);
    return this.#begin(slot);
  }

  #begin(slot: RequestSlot): boolean {
    const { device } = this.#agreed;
    const fua = (slot.flags & CommandFlag.fua) !== 0;
    switch (slot.command) {
      case Command.read:
        return this.#beginRead(slot);
      case Command.write: {
        if (!this.#isWhole(slot) || !this.#take(slot, simpleReplyBytes)) return false;
        const { start } = this.#input;
        slot.payloadSlab = this.#input.lend(slot.length);
        device.writeFrom(slot.offset, slot.payloadSlab.payload(start, start + slot.length), fua, slot.done);
        return true;
      }
      case Command.blockStatus:
        return this.#beginBlockStatus(slot);
      default:
        if (!this.#take(slot, simpleReplyBytes)) return false;
        this.#beginWithoutData(slot, fua);
        return true;
    }
  }

  #beginRead(slot: RequestSlot): boolean {
    const { device } = this.#agreed;
    if (slot.length >= worthLendingBytes && device.lendRead?.(slot.offset, slot.length, slot.lent) === true)
      return this.#answerLentRead(slot);
    const headerBytes = this.#readHeaderBytes;
    if (!this.#take(slot, headerBytes + slot.length)) return false;
    device.readInto(slot.offset, slot.slab!.payload(slot.start + headerBytes, slot.end), slot.done);
    return true;
  }

  /** The data are in memory already: only what stands before them is ours. */
  #answerLentRead(slot: RequestSlot): boolean {
    // Room for a hole, too.
    if (!this.#take(slot, offsetHoleBytes)) {
      slot.forgetLent();
      return false;
    }
    slot.end = slot.start + this.#readHeaderBytes;
    slot.lentBytes = slot.length;
    this.#done(slot, undefined);
    return true;
  }

  get #readHeaderBytes(): number {
    return this.#agreed.structuredReplies ? offsetDataHeaderBytes : simpleReplyBytes;
  }

  #beginWithoutData(slot: RequestSlot, fua: boolean): void {
    const { device } = this.#agreed;
    switch (slot.command) {
      case Command.flush:
        device.flush(slot.done);
        return;
      case Command.trim:
        device.unmap(slot.offset, slot.length, slot.done);
        return;
      case Command.cache:
        device.prefetch?.(slot.offset, slot.length, slot.done);
        return;
      case Command.writeZeroes: {
        const mayUnmap = (slot.flags & CommandFlag.noHole) === 0;
        const fast = (slot.flags & CommandFlag.fastZero) !== 0;
        device.writeZeroes(slot.offset, slot.length, { mayUnmap, fast, fua }, slot.done);
        return;
      }
      default:
        throw new RangeError(`command ${slot.command} was let through`);
    }
  }

  #beginBlockStatus(slot: RequestSlot): boolean {
    const { device } = this.#agreed;
    if (!this.#take(slot, 0)) return false;
    if (device.features.blockStatus) device.blockStatus(slot.offset, slot.length, slot.blockStatusDone);
    else slot.blockStatusDone(undefined, []);
    return true;
  }

  /** Whether all data of a write are here; if not, there is room for them, or a reason to wait. */
  #isWhole(slot: RequestSlot): boolean {
    const bytes = requestHeaderBytes + slot.length;
    if (this.#input.available >= bytes) return true;
    if (this.#input.reserve(bytes)) this.#wantedBytes = bytes;
    else this.#parkForMemory();
    return false;
  }

  /** Takes the slot, `replyBytes` for its reply, and its header out of the input. */
  #take(slot: RequestSlot, replyBytes: number): boolean {
    if (replyBytes > 0 && !this.#replyMemory.reserve(slot, replyBytes)) return this.#parkForMemory();
    this.#takeSlot(slot);
    this.#begun++;
    this.#outstanding++;
    return true;
  }

  #takeSlot(slot: RequestSlot): void {
    this.#idle = slot.nextIdle;
    slot.nextIdle = undefined;
    this.#wantedBytes = requestHeaderBytes;
    this.#expectedPayloadBytes = slot.command === Command.write ? slot.length : this.#expectedPayloadBytes >>> 1;
    this.#input.consume(requestHeaderBytes);
  }

  #makeSlot(): RequestSlot | undefined {
    if (this.#slotsMade === maximumRequests) return undefined;
    this.#slotsMade++;
    this.#idle = new RequestSlot(this.#onDone, this.#onBlockStatus, this.#onReturned);
    return this.#idle;
  }

  #park(): false {
    this.#parked = true;
    return false;
  }

  #parkForMemory(): false {
    this.#input.shrink();
    return this.#park();
  }

  #refuse(slot: RequestSlot, { error, message }: Refusal): boolean {
    this.#takeSlot(slot);
    if (slot.command === Command.write) this.#unwantedBytes = slot.length;
    this.#answerError(slot, error, message);
    return true;
  }

  #skipUnwanted(): boolean {
    const count = Math.min(this.#unwantedBytes, this.#input.available);
    if (count === 0) return false;
    this.#input.consume(count);
    this.#unwantedBytes -= count;
    return true;
  }

  #ignoreInput(): false {
    if (this.#input.available > 0) this.#input.consume(this.#input.available);
    return false;
  }

  #done(slot: RequestSlot, error: BlockError | undefined): void {
    this.#returnPayload(slot);
    const mustFlush = slot.command === Command.trim && (slot.flags & CommandFlag.fua) !== 0;
    if (mustFlush && error === undefined) {
      slot.flags &= ~CommandFlag.fua;
      this.#agreed.device.flush(slot.done);
      return;
    }
    this.#outstanding--;
    if (this.#state === "closed") {
      this.#free(slot);
      return;
    }
    if (error !== undefined) this.#answerBlockError(slot, error);
    else this.#answer(slot);
    if (this.#parked) this.advance();
  }

  #blockStatusDone(slot: RequestSlot, error: BlockError | undefined, extents: readonly BlockExtent[]): void {
    this.#outstanding--;
    if (this.#state === "closed") {
      this.#free(slot);
      return;
    }
    if (error !== undefined) {
      this.#answerBlockError(slot, error);
      return;
    }
    const onlyOne = (slot.flags & CommandFlag.reqOne) !== 0;
    slot.separate = encodeBlockStatusChunk(slot, this.#agreed.allocationContextId!, allocationOf(extents, slot.length, onlyOne));
    this.#send(slot);
  }

  #answer(slot: RequestSlot): void {
    const { view } = slot.slab!;
    if (slot.command !== Command.read || !this.#agreed.structuredReplies) {
      writeSimpleReply(view, slot.start, slot, 0);
    } else if (readsAsZeroes(slot)) {
      writeOffsetHole(view, slot.start, slot);
      slot.end = slot.start + offsetHoleBytes;
      slot.forgetLent();
    } else {
      writeOffsetData(view, slot.start, slot);
    }
    this.#send(slot);
  }

  #answerBlockError(slot: RequestSlot, error: BlockError): void {
    this.#answerError(slot, nbdErrorOf(error.code), error.message);
  }

  #answerError(slot: RequestSlot, error: NbdError, message: string): void {
    this.#replyMemory.release(slot);
    slot.separate = this.#agreed.structuredReplies ? encodeErrorChunk(slot, error, message) : encodeSimpleReply(slot, error);
    this.#send(slot);
  }

  #send(slot: RequestSlot): void {
    this.#replies.push(slot);
    this.#user.onProgress();
  }

  #returnPayload(slot: RequestSlot): void {
    if (slot.payloadSlab === undefined) return;
    this.#input.giveBack(slot.payloadSlab);
    slot.payloadSlab = undefined;
  }

  #free(slot: RequestSlot): void {
    this.#replyMemory.release(slot);
    slot.separate = undefined;
    slot.forgetLent();
    slot.nextIdle = this.#idle;
    this.#idle = slot;
  }
}

/** Whether a read that is done found nothing but zeroes: then a hole says so in less. */
function readsAsZeroes(slot: RequestSlot): boolean {
  return slot.lentBytes > 0 ? slot.lent.every(isZero) : isZero(slot.slab!.payload(slot.start + offsetDataHeaderBytes, slot.end));
}

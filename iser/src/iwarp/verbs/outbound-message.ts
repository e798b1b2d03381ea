import type { PieceLender } from "../mpa/fpdu-sender.ts";
import type { SoftwareMemoryRegion } from "./stag-table.ts";
import type { WorkRequest } from "./work-request.ts";

/** Memory of a message's own that is kept for the next one. */
const keptBytes = 16 * 1024;
const noPieces: readonly Uint8Array[] = [];
const nothing: Uint8Array = new Uint8Array(0);

/** A message on its way out, whole or in part: a slot that the sender uses again. */
export class OutboundMessage implements PieceLender {
  opcode = 0;
  /** Tagged messages: where the next segment goes. */
  stag = 0;
  offsetHigh = 0;
  offsetLow = 0;
  /** Send with Invalidate: the STag that dies. */
  invalidateStag = 0;
  /** Untagged messages: their number, once the first segment is framed. */
  messageNumber = 0;

  /** What to complete when the message is out. */
  request: WorkRequest | undefined = undefined;
  /** The region that is read from. */
  region: SoftwareMemoryRegion | undefined = undefined;

  length = 0;
  /** How much of it is framed. */
  framed = 0;
  pieces: readonly Uint8Array[] = noPieces;
  pieceIndex = 0;
  pieceOffset = 0;
  /** The pieces may be referred to until the end; otherwise they are copied as they are framed. */
  isLent = false;

  piecesUnderWay = 0;
  /** Nothing more of it will be framed: it ends when no piece is under way. */
  isOver = false;

  #own: Uint8Array = nothing;
  readonly #single: Uint8Array[] = [];

  start(opcode: number, pieces: readonly Uint8Array[], isLent: boolean): void {
    this.opcode = opcode;
    this.pieces = pieces;
    this.isLent = isLent;
    this.pieceIndex = 0;
    this.pieceOffset = 0;
    this.framed = 0;
    this.isOver = false;
    this.invalidateStag = 0;
    this.length = 0;
    for (let i = 0; i < pieces.length; i++) this.length += pieces[i]!.length;
  }

  /** As `start`, with one piece that nobody changes before the message is over. */
  startWith(opcode: number, piece: Uint8Array): void {
    this.#single[0] = piece;
    this.start(opcode, this.#single, true);
  }

  /** As `start`, with nothing to carry. */
  startEmpty(opcode: number): void {
    this.start(opcode, noPieces, true);
  }

  /** Tagged messages: where in the peer's memory. */
  aim(stag: number, offsetHigh: number, offsetLow: number): void {
    this.stag = stag;
    this.offsetHigh = offsetHigh;
    this.offsetLow = offsetLow;
  }

  /** The pieces are needed elsewhere before the message is out: keeps a copy. */
  keepCopy(): void {
    if (this.length === 0) return;
    const own = this.ownMemory(this.length);
    let end = 0;
    for (const piece of this.pieces) {
      own.set(piece, end);
      end += piece.length;
    }
    this.#single[0] = own;
    this.pieces = this.#single;
    this.pieceIndex = 0;
    this.pieceOffset = this.framed;
    this.isLent = true;
  }

  /** Memory that is the message's until it ends. */
  ownMemory(length: number): Uint8Array {
    if (this.#own.length < length) this.#own = new Uint8Array(Math.max(length, 256));
    return this.#own.subarray(0, length);
  }

  forget(): void {
    this.request = undefined;
    this.region = undefined;
    this.pieces = noPieces;
    this.#single[0] = nothing;
    if (this.#own.length > keptBytes) this.#own = nothing;
  }
}

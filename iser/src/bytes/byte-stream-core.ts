import type { Duration, Instant } from "kit/clock";

/**
 * A protocol on a byte stream, without the stream: it takes bytes and a moment, and yields bytes. It opens nothing,
 * waits for nothing and reads no clock. The shell around it (`socket/`) moves the bytes.
 *
 * Life: `opened`, then any number of `receive`/`placed`/`timeout`/`takeOutput`, then `closed` once. After `closed` nothing is called. A stream
 * that never came about (refused, timed out, given up) is `closed` without having been `opened`.
 * A core that wants the stream gone says so by `wantsClose`.
 */
export interface ByteStreamCore {
  /** The stream is connected. `wake` may be called at any time from then on: it asks the shell to call `takeOutput` before this tick ends. */
  opened(wake: () => void, now: Instant): void;

  /** Bytes arrived, in stream order. `chunk` is borrowed until return, and a plain Uint8Array: of a Buffer, `slice` would not copy. */
  receive(chunk: Uint8Array, now: Instant): void;

  /**
   * Where the next bytes of the stream belong when all of them belong in one caller's buffer: the shell may then let the
   * kernel write there and call `placed`. `undefined` (or a stream whose shell cannot place) means: use `receive`.
   * The shell asks again before every read. The memory is lent to it until the next `placed`, `receive` or `closed`: that one read may be
   * long in coming, so what is placed into must not be given back to its owner before.
   */
  placement(): Uint8Array | undefined;

  /** `count` bytes of the stream are now at the start of what `placement` returned last. */
  placed(count: number, now: Instant): void;

  /**
   * How many bytes are worth reading in one bulk `receive` just now. Large transfers ahead ask for small reads, so that
   * payload is not swallowed into the scratch that could have been placed.
   */
  readonly bulkReadBytes: number;

  /**
   * How long the thread had better sleep than read again, because a later read brings more. A hint to a shell that owns its thread, which
   * asks for it once the output that a read led to is sent. 0: not now; undefined: never.
   */
  readonly restMs?: Duration | undefined;

  /**
   * How many things may come from the peer at any moment: answers to what was asked, or the next requests to who answered them all. A hint to a shell that owns its
   * thread, which may stay awake for them. 0 or absent: nothing that is worth it.
   */
  readonly awaited?: number;

  /**
   * True while the core wants no more input (its memory is full of work): the shell stops reading, and looks again after each call and
   * each `wake`. Absent means never.
   */
  readonly inputPaused?: boolean;

  /**
   * The pieces to send, in stream order; empty when there is nothing. They are lent to the shell as one batch until the matching
   * `outputSent`; batches are sent and given back in order. The array itself is the shell's to keep.
   */
  takeOutput(): readonly Uint8Array[];

  /** The oldest batch taken is in the kernel's hands; the memory of its pieces may be used again. */
  outputSent(now: Instant): void;

  /** The moment by which `timeout` must be called, computed from state; `undefined` when nothing is being waited for. May move either way. */
  deadline(): Instant | undefined;

  /** The deadline has passed. Harmless when called early. */
  timeout(now: Instant): void;

  /** `undefined` while the stream should stay; `"end"` after all output is sent, `"reset"` at once, with output thrown away. */
  readonly wantsClose: "end" | "reset" | undefined;

  /**
   * The stream is gone, from either side. `cause` is absent for an orderly end. All memory lent to the shell is back: no piece and no
   * placement of this stream is touched after this call.
   */
  closed(cause: Error | undefined, now: Instant): void;
}

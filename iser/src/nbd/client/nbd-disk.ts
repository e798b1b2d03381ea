import type { Clock, Duration, Timer } from "kit/clock";
import {
  type BlockDevice,
  type BlockDone,
  BlockError,
  type BlockExtent,
  type BlockFeatures,
  type BlockGeometry,
  isBlockSize,
  isDeviceSize,
  rangeError,
  sharedZeroes,
} from "#block";
import type { ByteStreamCore } from "#bytes";
import { blockErrorCodeOf, NbdError } from "../pdu/nbd-error.ts";
import { Command, CommandFlag } from "../pdu/request.ts";
import { TransmissionFlag } from "../pdu/transmission-flag.ts";
import { ClientCommand } from "./client-command.ts";
import { NbdClientError } from "./client-error.ts";
import { type ExportDescription, sameDisk } from "./export-description.ts";
import { NbdClientConnection } from "./nbd-client-connection.ts";
import { inParts } from "./parts.ts";

/** Delays between attempts to come back: the first is short, because a daemon that was killed is often there again at once. */
const firstDelayMs: Duration = 50;
const longestDelayMs: Duration = 1000;

/** How often the server is asked whether the size is still the same: the protocol has no way to be told. */
const sizeInterval: Duration = 2000;

/** Requests without data carry a 32-bit length. */
const longestRange = 2 ** 31;

export interface NbdDiskOptions {
  readonly exportName: string;
  /** Connects a core to the server, and returns how to drop it. The core is told how it went. */
  readonly connect: (core: ByteStreamCore) => { destroy(): void };
  readonly clock: Clock;
  /** Refuses writes, whatever the server would take. */
  readonly readOnly?: boolean | undefined;
  /** The connection was lost, came back, or cannot be had for another reason than before. For the log. */
  readonly onEvent?: ((event: string) => void) | undefined;
}

/**
 * An export of an NBD server as a block device that outlives its connections: when one is lost (the server was killed, say), commands wait, and what has no answer is
 * sent again, in order, over the next. Reading, writing, zeroing, trimming and flushing twice is the same as once, and a flush that is sent again comes behind every
 * write that was acknowledged before it. Nothing gives up by itself: `close` does.
 *
 * The disk behind the name must stay the same one: a server that comes back with another description, block size is waited out, not written to.
 */
export class NbdDisk implements BlockDevice {
  readonly #options: NbdDiskOptions;
  readonly #slots: ClientCommand[] = [];
  readonly #free: ClientCommand[] = [];
  readonly #listeners = new Set<() => void>();
  #order = 0;
  #described: ExportDescription;
  #geometry: BlockGeometry;
  #features: BlockFeatures;
  /** The connection that commands go to; undefined while there is none. */
  #connection: NbdClientConnection | undefined = undefined;
  #socket: { destroy(): void } | undefined = undefined;
  #asking: { destroy(): void } | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #sizeTimer: Timer | undefined = undefined;
  #delayMs = firstDelayMs;
  #lastFailure: string | undefined = undefined;
  #closing: BlockDone[] | undefined = undefined;
  #closed = false;

  /** Resolves when the export was described; rejects with why it could not be had. A server that is away is not waited for here. */
  static async open(options: NbdDiskOptions): Promise<NbdDisk> {
    const description = await ask(options);
    const { minimumBlockSize, size } = description;
    if (!isBlockSize(minimumBlockSize) || !isDeviceSize(size, minimumBlockSize))
      throw new NbdClientError(`export "${options.exportName}" has ${size} bytes in blocks of ${minimumBlockSize}, which makes no disk`);
    return new NbdDisk(options, description);
  }

  private constructor(options: NbdDiskOptions, description: ExportDescription) {
    this.#options = options;
    this.#described = description;
    this.#geometry = geometryOf(description);
    this.#features = featuresOf(description, options.readOnly);
    this.#connect();
    this.#watchSize();
  }

  get geometry(): BlockGeometry {
    return this.#geometry;
  }

  get features(): BlockFeatures {
    return this.#features;
  }

  /** What the server says the disk is. */
  get description(): string | undefined {
    return this.#described.text;
  }

  get connected(): boolean {
    return this.#connection !== undefined;
  }

  readInto(offset: number, destination: Uint8Array, done: BlockDone): void {
    if (this.#refuses(offset, destination.length, done)) return;
    const longest = this.#longestPayload;
    if (destination.length <= longest) this.#issue(Command.read, 0, offset, destination.length, destination, undefined, done);
    else
      inParts(destination.length, longest, done, (at, length, partDone) =>
        this.readInto(offset + at, destination.subarray(at, at + length), partDone),
      );
  }

  writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
    if (this.#refusesWrite(offset, source.length, done)) return;
    const longest = this.#longestPayload;
    if (source.length > longest) {
      inParts(source.length, longest, done, (at, length, partDone) =>
        this.writeFrom(offset + at, source.subarray(at, at + length), fua, partDone),
      );
    } else if (fua && !this.#features.fua) {
      this.writeFrom(offset, source, false, this.#flushBehind(done));
    } else this.#issue(Command.write, fua ? CommandFlag.fua : 0, offset, source.length, undefined, source, done);
  }

  flush(done: BlockDone): void {
    if (this.#refuses(0, 0, done)) return;
    if (this.#offers(TransmissionFlag.sendFlush)) this.#issue(Command.flush, 0, 0, 0, undefined, undefined, done);
    else done(undefined);
  }

  unmap(offset: number, length: number, done: BlockDone): void {
    if (this.#refusesWrite(offset, length, done)) return;
    if (length === 0 || !this.#features.unmap) done(undefined);
    else
      inParts(length, longestRange, done, (at, partLength, partDone) =>
        this.#issue(Command.trim, 0, offset + at, partLength, undefined, undefined, partDone),
      );
  }

  writeZeroes(
    offset: number,
    length: number,
    options: { readonly mayUnmap: boolean; readonly fast: boolean; readonly fua: boolean },
    done: BlockDone,
  ): void {
    if (this.#refusesWrite(offset, length, done)) return;
    const { mayUnmap, fast, fua } = options;
    if (fast && !this.#offers(TransmissionFlag.sendFastZero)) {
      done(new BlockError("ENOTSUP", "the NBD server does not zero faster than by writing"));
      return;
    }
    if (!this.#features.writeZeroes) {
      inParts(length, sharedZeroes.length, done, (at, partLength, partDone) =>
        this.writeFrom(offset + at, sharedZeroes.subarray(0, partLength), fua, partDone),
      );
      return;
    }
    const behind = fua && !this.#features.fua ? this.#flushBehind(done) : done;
    const flags =
      (mayUnmap ? 0 : CommandFlag.noHole) | (fast ? CommandFlag.fastZero : 0) | (fua && this.#features.fua ? CommandFlag.fua : 0);
    inParts(length, longestRange, behind, (at, partLength, partDone) =>
      this.#issue(Command.writeZeroes, flags, offset + at, partLength, undefined, undefined, partDone),
    );
  }

  /** All of it is data, as far as is known here. */
  blockStatus(offset: number, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    const error = rangeError(this.#geometry, offset, length);
    done(error, error === undefined && length > 0 ? [{ length, hole: false, zero: false }] : []);
  }

  onGeometryChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(done: BlockDone): void {
    if (this.#closed) {
      done(undefined);
      return;
    }
    this.#timer?.cancel();
    this.#sizeTimer?.cancel();
    this.#asking?.destroy();
    if (this.#closing !== undefined) {
      this.#closing.push(done);
      return;
    }
    this.#closing = [done];
    if (this.#socket === undefined) this.#end();
    else if (this.#connection === undefined) this.#socket.destroy();
    else this.#connection.end(this.#free.length === this.#slots.length);
  }

  // ------------------------------------------------------------------------------------------------------------------ commands

  get #longestPayload(): number {
    const { maximumPayload, minimumBlockSize } = this.#described;
    const longest = Math.min(maximumPayload, longestRange);
    return longest - (longest % minimumBlockSize);
  }

  #offers(flag: number): boolean {
    return (this.#described.flags & flag) !== 0;
  }

  #refusesWrite(offset: number, length: number, done: BlockDone): boolean {
    if (!this.#features.readOnly) return this.#refuses(offset, length, done);
    done(new BlockError("EPERM", "the disk is read-only"));
    return true;
  }

  #refuses(offset: number, length: number, done: BlockDone): boolean {
    const error = this.#closing === undefined ? rangeError(this.#geometry, offset, length) : shutDown();
    if (error !== undefined) done(error);
    return error !== undefined;
  }

  #flushBehind(done: BlockDone): BlockDone {
    return (error) => (error === undefined ? this.flush(done) : done(error));
  }

  #issue(
    kind: number,
    flags: number,
    offset: number,
    length: number,
    destination: Uint8Array | undefined,
    source: Uint8Array | undefined,
    done: BlockDone,
  ): void {
    if (length === 0 && kind !== Command.flush) {
      done(undefined);
      return;
    }
    const command = this.#free.pop() ?? this.#newSlot();
    command.order = this.#order++;
    command.cookieHigh = command.order >>> 0;
    command.command = kind;
    command.flags = flags;
    command.offset = offset;
    command.length = length;
    command.destination = destination;
    command.source = source;
    command.answer = undefined;
    command.done = done;
    this.#connection?.send(command);
  }

  #newSlot(): ClientCommand {
    const slot = new ClientCommand(this.#slots.length);
    this.#slots.push(slot);
    return slot;
  }

  #finish(command: ClientCommand, error: BlockError | undefined): void {
    const { done } = command;
    command.done = undefined;
    command.destination = undefined;
    command.source = undefined;
    this.#free.push(command);
    done?.(error);
  }

  #onAnswered(command: ClientCommand): void {
    const { answer = 0 } = command;
    if (answer === NbdError.ESHUTDOWN && this.#closing === undefined) {
      // The server is about to end; what it did not do goes to the one that comes after it.
      command.answer = undefined;
      return;
    }
    this.#finish(
      command,
      answer === 0 ? undefined : new BlockError(blockErrorCodeOf(answer), `the NBD server answered with error ${answer}`),
    );
  }

  // ---------------------------------------------------------------------------------------------------------------- connection

  #connect(): void {
    const connection: NbdClientConnection = new NbdClientConnection(this.#options.exportName, "go", {
      onReady: (description) => this.#onReady(connection, description),
      find: (high, low) => {
        const command = this.#slots[low];
        return command?.done !== undefined && command.cookieHigh === high ? command : undefined;
      },
      onAnswered: (command) => this.#onAnswered(command),
      onClosed: (cause) => this.#onLost(cause),
    });
    this.#socket = this.#options.connect(connection);
  }

  #onReady(connection: NbdClientConnection, description: ExportDescription): void {
    if (this.#closing !== undefined) {
      connection.end(true);
      return;
    }
    if (!sameDisk(this.#described, description)) {
      this.#report(
        `export "${this.#options.exportName}" is another disk than before (${description.text ?? "undescribed"}); waiting for the old one`,
      );
      this.#delayMs = longestDelayMs;
      connection.end(true);
      return;
    }
    if (this.#lastFailure !== undefined) this.#options.onEvent?.("connected again");
    this.#lastFailure = undefined;
    this.#delayMs = firstDelayMs;
    this.#connection = connection;
    const waiting = this.#slots.filter(({ done }) => done !== undefined).sort((a, b) => a.order - b.order);
    for (const command of waiting) connection.send(command);
    this.#onDescription(description);
  }

  #onLost(cause: Error): void {
    this.#connection = undefined;
    this.#socket = undefined;
    if (this.#closing !== undefined) {
      this.#end();
      return;
    }
    // What is another disk than before has been said already.
    if (this.#delayMs < longestDelayMs || this.#lastFailure === undefined) this.#report(cause.message);
    this.#timer = this.#options.clock.after(this.#delayMs, () => this.#connect());
    this.#delayMs = Math.min(2 * this.#delayMs, longestDelayMs);
  }

  /** One line for each different reason: a server that stays away would repeat itself for ever. */
  #report(failure: string): void {
    if (failure === this.#lastFailure) return;
    this.#lastFailure = failure;
    this.#options.onEvent?.(failure);
  }

  #end(): void {
    const told = this.#closing ?? [];
    this.#closed = true;
    for (const command of this.#slots) if (command.done !== undefined) this.#finish(command, shutDown());
    for (const done of told) done(undefined);
  }

  // ---------------------------------------------------------------------------------------------------------------------- size

  #watchSize(): void {
    this.#sizeTimer = this.#options.clock.after(
      sizeInterval,
      () => {
        if (this.#closing !== undefined) return;
        const asked = this.#connection === undefined ? Promise.resolve(undefined) : ask(this.#options, (socket) => (this.#asking = socket));
        asked
          .then((description) => {
            if (description !== undefined && sameDisk(this.#described, description)) this.#onDescription(description);
          })
          // Whoever cannot be asked now is asked again.
          .catch(() => {})
          .finally(() => {
            this.#asking = undefined;
            if (this.#closing === undefined) this.#watchSize();
          });
      },
      { background: true },
    );
  }

  #onDescription(description: ExportDescription): void {
    const { size } = this.#described;
    this.#described = description;
    this.#features = featuresOf(description, this.#options.readOnly);
    if (description.size === size || !isDeviceSize(description.size, description.minimumBlockSize)) return;
    this.#geometry = geometryOf(description);
    for (const listener of this.#listeners) listener();
  }
}

/** Asks the server about the export over a connection of its own. */
function ask(options: NbdDiskOptions, connected: (socket: { destroy(): void }) => void = () => {}): Promise<ExportDescription> {
  return new Promise((resolve, reject) => {
    const connection: NbdClientConnection = new NbdClientConnection(options.exportName, "info", {
      onReady: (description) => {
        resolve(description);
        connection.end(false);
      },
      find: () => undefined,
      onAnswered: () => {},
      onClosed: reject,
    });
    connected(options.connect(connection));
  });
}

function geometryOf({ size, minimumBlockSize, preferredBlockSize }: ExportDescription): BlockGeometry {
  return { blockSize: minimumBlockSize, size, physicalBlockSize: preferredBlockSize, optimalTransfer: 0 };
}

function featuresOf({ flags, minimumBlockSize }: ExportDescription, readOnly = false): BlockFeatures {
  return {
    readOnly: readOnly || (flags & TransmissionFlag.readOnly) !== 0,
    writeCache: (flags & TransmissionFlag.sendFlush) !== 0,
    fua: (flags & TransmissionFlag.sendFua) !== 0,
    unmap: (flags & TransmissionFlag.sendTrim) !== 0,
    writeZeroes: (flags & TransmissionFlag.sendWriteZeroes) !== 0,
    unmapZeroes: false,
    blockStatus: false,
    unmapGranularity: minimumBlockSize,
    unmapAlignment: 0,
    rotational: (flags & TransmissionFlag.rotational) !== 0,
  };
}

function shutDown(): BlockError {
  return new BlockError("ESHUTDOWN", "the disk was closed");
}

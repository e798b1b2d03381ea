import type { Clock, Instant } from "kit/clock";
import type { BlockDevice, BlockDone, BlockError, BlockExtent, BlockFeatures, BlockGeometry, ByteOffset } from "#block";
import { LatencyHistogram } from "./latency-histogram.ts";

export const measuredOperations = ["read", "write", "flush", "unmap", "write_zeroes"] as const;
export type MeasuredOperation = (typeof measuredOperations)[number];

/** What one kind of operation on a device added up to. */
export class OperationCounters {
  bytes = 0;
  errors = 0;
  readonly latency = new LatencyHistogram();
}

/** A device that counts what is asked of it and takes the time. One more step for each operation, and no memory: its slots are used again. */
export class MeasuredDevice implements BlockDevice {
  readonly counters: Readonly<Record<MeasuredOperation, OperationCounters>> = {
    read: new OperationCounters(),
    write: new OperationCounters(),
    flush: new OperationCounters(),
    unmap: new OperationCounters(),
    write_zeroes: new OperationCounters(),
  };
  readonly #device: BlockDevice;
  readonly #clock: Clock;
  readonly #free: Slot[] = [];
  readonly #used = new Set<Slot>();
  readonly lendRead?: NonNullable<BlockDevice["lendRead"]>;
  readonly prefetch?: NonNullable<BlockDevice["prefetch"]>;
  readonly cancel?: NonNullable<BlockDevice["cancel"]>;

  constructor(device: BlockDevice, clock: Clock) {
    this.#device = device;
    this.#clock = clock;
    // what a device cannot do, its measured self must not seem to do
    if (device.lendRead !== undefined) this.lendRead = (offset, length, pieces) => this.#lendRead(offset, length, pieces);
    if (device.prefetch !== undefined) this.prefetch = (offset, length, done) => device.prefetch?.(offset, length, done);
    if (device.cancel !== undefined) this.cancel = (done) => this.#cancel(done);
  }

  get geometry(): BlockGeometry {
    return this.#device.geometry;
  }

  get features(): BlockFeatures {
    return this.#device.features;
  }

  readInto(offset: ByteOffset, destination: Uint8Array, done: BlockDone): void {
    this.#device.readInto(offset, destination, this.#begin(this.counters.read, destination.length, done));
  }

  writeFrom(offset: ByteOffset, source: Uint8Array, fua: boolean, done: BlockDone): void {
    this.#device.writeFrom(offset, source, fua, this.#begin(this.counters.write, source.length, done));
  }

  flush(done: BlockDone): void {
    this.#device.flush(this.#begin(this.counters.flush, 0, done));
  }

  unmap(offset: ByteOffset, length: number, done: BlockDone): void {
    this.#device.unmap(offset, length, this.#begin(this.counters.unmap, length, done));
  }

  writeZeroes(offset: ByteOffset, length: number, options: Parameters<BlockDevice["writeZeroes"]>[2], done: BlockDone): void {
    this.#device.writeZeroes(offset, length, options, this.#begin(this.counters.write_zeroes, length, done));
  }

  blockStatus(offset: ByteOffset, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    this.#device.blockStatus(offset, length, done);
  }

  onGeometryChange(listener: () => void): () => void {
    return this.#device.onGeometryChange(listener);
  }

  close(done: BlockDone): void {
    this.#device.close(done);
  }

  #lendRead(offset: ByteOffset, length: number, pieces: Uint8Array[]): boolean {
    if (this.#device.lendRead?.(offset, length, pieces) !== true) return false;
    this.counters.read.bytes += length;
    this.counters.read.latency.observe(0);
    return true;
  }

  #cancel(done: BlockDone): void {
    for (const slot of this.#used) if (slot.userDone === done) this.#device.cancel?.(slot.done);
  }

  #begin(counters: OperationCounters, bytes: number, done: BlockDone): BlockDone {
    const slot = this.#free.pop() ?? new Slot((ended, error) => this.#end(ended, error));
    slot.counters = counters;
    slot.bytes = bytes;
    slot.userDone = done;
    slot.began = this.#clock.now();
    this.#used.add(slot);
    return slot.done;
  }

  #end(slot: Slot, error: BlockError | undefined): void {
    const { counters, userDone } = slot;
    this.#used.delete(slot);
    if (counters === undefined || userDone === undefined) throw new Error("an operation has ended twice");
    counters.latency.observe((this.#clock.now() - slot.began) / 1000);
    if (error === undefined) counters.bytes += slot.bytes;
    else counters.errors += 1;
    slot.counters = undefined;
    slot.userDone = undefined;
    this.#free.push(slot);
    userDone(error);
  }
}

/** One operation that is under way. */
class Slot {
  counters: OperationCounters | undefined = undefined;
  userDone: BlockDone | undefined = undefined;
  bytes = 0;
  began: Instant = 0;
  readonly done: BlockDone;

  constructor(end: (slot: Slot, error: BlockError | undefined) => void) {
    this.done = (error) => end(this, error);
  }
}

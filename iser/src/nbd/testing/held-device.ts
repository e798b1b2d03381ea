import type { BlockDevice, BlockDone, BlockExtent, BlockFeatures, BlockGeometry } from "#block";
import { type BlockError, MemoryDisk } from "#block";

/** A command that waits to be let through. */
export interface HeldCommand {
  readonly kind: "read" | "write" | "flush" | "unmap" | "writeZeroes" | "blockStatus" | "prefetch";
  readonly offset: number;
  readonly length: number;
  readonly fua: boolean;
  /** The memory lent to it. */
  readonly memory: Uint8Array | undefined;
  /** Does what was asked, or fails it. */
  finish(error?: BlockError): void;
}

/** A memory disk whose commands end when the test says so, in any order. */
export class HeldDevice implements BlockDevice {
  readonly disk: MemoryDisk;
  readonly held: HeldCommand[] = [];
  readonly features: BlockFeatures;

  constructor(size: number, features: Partial<BlockFeatures> = {}) {
    this.disk = new MemoryDisk({ size });
    this.features = { ...this.disk.features, ...features };
  }

  get geometry(): BlockGeometry {
    return this.disk.geometry;
  }

  /** Ends the command that has waited longest. */
  finishNext(error?: BlockError): void {
    const command = this.held.shift();
    if (command === undefined) throw new Error("the device was asked for nothing");
    command.finish(error);
  }

  finishAll(): void {
    while (this.held.length > 0) this.finishNext();
  }

  readInto(offset: number, destination: Uint8Array, done: BlockDone): void {
    this.#hold("read", offset, destination.length, false, destination, done, () => this.disk.readInto(offset, destination, done));
  }

  writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
    this.#hold("write", offset, source.length, fua, source, done, () => this.disk.writeFrom(offset, source, fua, done));
  }

  flush(done: BlockDone): void {
    this.#hold("flush", 0, 0, false, undefined, done, () => this.disk.flush(done));
  }

  unmap(offset: number, length: number, done: BlockDone): void {
    this.#hold("unmap", offset, length, false, undefined, done, () => this.disk.unmap(offset, length, done));
  }

  writeZeroes(offset: number, length: number, options: { mayUnmap: boolean; fast: boolean; fua: boolean }, done: BlockDone): void {
    this.#hold("writeZeroes", offset, length, options.fua, undefined, done, () => this.disk.writeZeroes(offset, length, options, done));
  }

  blockStatus(offset: number, length: number, done: (error: BlockError | undefined, extents: readonly BlockExtent[]) => void): void {
    const fail: BlockDone = (error) => done(error, []);
    this.#hold("blockStatus", offset, length, false, undefined, fail, () => this.disk.blockStatus(offset, length, done));
  }

  prefetch(offset: number, length: number, done: BlockDone): void {
    this.#hold("prefetch", offset, length, false, undefined, done, () => done(undefined));
  }

  onGeometryChange(listener: () => void): () => void {
    return this.disk.onGeometryChange(listener);
  }

  close(done: BlockDone): void {
    this.disk.close(done);
  }

  #hold(
    kind: HeldCommand["kind"],
    offset: number,
    length: number,
    fua: boolean,
    memory: Uint8Array | undefined,
    fail: BlockDone,
    act: () => void,
  ): void {
    const finish = (error?: BlockError): void => (error === undefined ? act() : fail(error));
    this.held.push({ kind, offset, length, fua, memory, finish });
  }
}

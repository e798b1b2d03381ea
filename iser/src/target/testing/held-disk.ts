import { type BlockDevice, type BlockDone, MemoryDisk } from "#block";

/**
 * A disk in memory that answers when the test lets it: while `held`, reads and writes are under way until `letGo`. Nothing is written before.
 */
export class HeldDisk implements BlockDevice {
  readonly disk: MemoryDisk;
  held = false;
  readonly #waiting: (() => void)[] = [];

  constructor(size = 1024 * 1024) {
    this.disk = new MemoryDisk({ size });
  }

  /** Commands that are under way. */
  get underWay(): number {
    return this.#waiting.length;
  }

  /** Does what waits, oldest first, or only so many. */
  letGo(count = this.#waiting.length): void {
    for (const action of this.#waiting.splice(0, count)) action();
  }

  get geometry(): BlockDevice["geometry"] {
    return this.disk.geometry;
  }

  get features(): BlockDevice["features"] {
    return this.disk.features;
  }

  readInto(offset: number, destination: Uint8Array, done: BlockDone): void {
    this.#hold(() => this.disk.readInto(offset, destination, done));
  }

  writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
    this.#hold(() => this.disk.writeFrom(offset, source, fua, done));
  }

  flush(done: BlockDone): void {
    this.#hold(() => this.disk.flush(done));
  }

  unmap(offset: number, length: number, done: BlockDone): void {
    this.#hold(() => this.disk.unmap(offset, length, done));
  }

  writeZeroes(offset: number, length: number, options: Parameters<BlockDevice["writeZeroes"]>[2], done: BlockDone): void {
    this.#hold(() => this.disk.writeZeroes(offset, length, options, done));
  }

  blockStatus(offset: number, length: number, done: Parameters<BlockDevice["blockStatus"]>[2]): void {
    this.disk.blockStatus(offset, length, done);
  }

  onGeometryChange(listener: () => void): () => void {
    return this.disk.onGeometryChange(listener);
  }

  close(done: BlockDone): void {
    this.disk.close(done);
  }

  #hold(action: () => void): void {
    if (this.held) this.#waiting.push(action);
    else action();
  }
}

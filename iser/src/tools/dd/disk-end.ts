import { UserError } from "kit/cli";
import type { BlockDevicePromises } from "#block";
import type { Sink, Source } from "./ends.ts";

/** A disk as one end of a copy. Positions are multiples of its block; the last length need not be. */
export class DiskEnd implements Source, Sink {
  readonly name: string;
  readonly inOrder = false;
  readonly #disk: BlockDevicePromises;
  readonly #fua: boolean;

  constructor(name: string, disk: BlockDevicePromises, options: { readonly fua: boolean }) {
    this.name = name;
    this.#disk = disk;
    this.#fua = options.fua;
  }

  get size(): number {
    return this.#disk.geometry.size;
  }

  get capacity(): number {
    return this.size;
  }

  /** The length that positions must be multiples of. */
  get blockSize(): number {
    return this.#disk.geometry.blockSize;
  }

  async read(position: number, destination: Uint8Array): Promise<number> {
    const there = Math.max(0, Math.min(destination.length, this.size - position));
    const { whole, rest } = this.#split(there);
    if (whole > 0) await this.#disk.readInto(position, destination.subarray(0, whole));
    if (rest > 0) destination.set((await this.#disk.read(position + whole, this.blockSize)).subarray(0, rest), whole);
    return there;
  }

  readBack(position: number, destination: Uint8Array): Promise<number> {
    return this.read(position, destination);
  }

  /** A disk takes whole blocks: the rest of the one that the data ends in keeps what it has. */
  async write(position: number, data: Uint8Array): Promise<void> {
    this.#checkRoom(position, data.length);
    const { whole, rest } = this.#split(data.length);
    if (whole > 0) await this.#disk.write(position, data.subarray(0, whole), { fua: this.#fua });
    if (rest === 0) return;
    const block = await this.#disk.read(position + whole, this.blockSize);
    block.set(data.subarray(whole));
    await this.#disk.write(position + whole, block, { fua: this.#fua });
  }

  async skipZeroes(position: number, length: number): Promise<void> {
    this.#checkRoom(position, length);
    const { whole, rest } = this.#split(length);
    if (whole > 0) await this.#disk.writeZeroes(position, whole, { mayUnmap: true, fua: this.#fua });
    if (rest > 0) await this.write(position + whole, new Uint8Array(rest));
  }

  flush(): Promise<void> {
    return this.#disk.flush();
  }

  close(): Promise<void> {
    return this.#disk.close();
  }

  #split(length: number): { whole: number; rest: number } {
    const rest = length % this.blockSize;
    return { whole: length - rest, rest };
  }

  #checkRoom(position: number, length: number): void {
    if (position + length > this.size) throw new UserError(`${this.name} is full: it has ${this.size} bytes`);
  }
}

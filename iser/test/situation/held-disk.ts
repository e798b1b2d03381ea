import { type BlockDevice, type BlockDone, MemoryDisk } from "#block";

/** A disk whose reads and writes wait until they are let go: what is outstanding stays so while a test looks at it. */
export class HeldDisk extends MemoryDisk {
  held = false;
  readonly #waiting: (() => void)[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Lets everything go that waits, in its order. */
  letGo(): void {
    this.held = false;
    for (const start of this.#waiting.splice(0)) start();
  }

  override readInto(...args: Parameters<BlockDevice["readInto"]>): void {
    this.#orLater(() => super.readInto(...args));
  }

  override writeFrom(offset: number, source: Uint8Array, fua: boolean, done: BlockDone): void {
    this.#orLater(() => super.writeFrom(offset, source, fua, done));
  }

  #orLater(start: () => void): void {
    if (this.held) this.#waiting.push(start);
    else start();
  }
}

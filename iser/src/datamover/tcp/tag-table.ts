/** What a tag table holds. */
export interface Tagged {
  readonly tag: number;
}

const smallest = 64;

/**
 * Finds things by a 32-bit tag that a peer has chosen: open addressing with linear probing, so that a look-up neither hashes nor allocates. Most
 * initiators count their tags, which makes it one probe. At least half of the slots are free.
 */
export class TagTable<Item extends Tagged> {
  #slots: (Item | undefined)[] = new Array<Item | undefined>(smallest).fill(undefined);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  find(tag: number): Item | undefined {
    return this.#slots[this.#indexOf(tag)];
  }

  /** The tag must not be in the table. */
  add(item: Item): void {
    if (this.#count * 2 >= this.#slots.length) this.#grow();
    const index = this.#indexOf(item.tag);
    if (this.#slots[index] !== undefined) throw new Error(`tag 0x${item.tag.toString(16)} is in the table`);
    this.#slots[index] = item;
    this.#count++;
  }

  remove(item: Item): void {
    let hole = this.#indexOf(item.tag);
    if (this.#slots[hole] !== item) return;
    this.#count--;
    const mask = this.#slots.length - 1;
    // What was pushed on by the slot that falls free moves up, so that no look-up stops short of it.
    for (let index = (hole + 1) & mask; ; index = (index + 1) & mask) {
      const other = this.#slots[index];
      if (other === undefined) break;
      const distanceFromHome = (index - other.tag) & mask;
      if (distanceFromHome < ((index - hole) & mask)) continue;
      this.#slots[hole] = other;
      hole = index;
    }
    this.#slots[hole] = undefined;
  }

  all(): Item[] {
    return this.#slots.filter((item) => item !== undefined);
  }

  /** Where `tag` is, or the free slot where it would be. */
  #indexOf(tag: number): number {
    const mask = this.#slots.length - 1;
    let index = tag & mask;
    for (let item = this.#slots[index]; item !== undefined && item.tag !== tag; item = this.#slots[index]) index = (index + 1) & mask;
    return index;
  }

  #grow(): void {
    const items = this.all();
    this.#slots = new Array<Item | undefined>(this.#slots.length * 2).fill(undefined);
    for (const item of items) this.#slots[this.#indexOf(item.tag)] = item;
  }
}

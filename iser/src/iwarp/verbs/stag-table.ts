import { AccessRight, type MemoryRegion, type ProtectionDomain } from "./memory-region.ts";

/** A region's memory as software keeps it: a slot of the table, used again and again. */
export class SoftwareMemoryRegion implements MemoryRegion {
  /** The upper 24 bits of every STag of this slot, and the upper half of its offsets: no two regions share an offset. */
  readonly index: number;
  readonly baseOffset: number;
  stag: number;
  /** Which use of the slot this is: the key in the STag has but eight bits, and what we remember ourselves must not be fooled. */
  generation = 0;

  memory: Uint8Array = nothing;
  length = 0;
  access = 0;
  isValid = false;
  isDeregistered = true;
  /** What is under way and refers to the memory. */
  references = 0;
  context: unknown = undefined;

  nextFree: SoftwareMemoryRegion | undefined = undefined;

  constructor(index: number, key: number) {
    this.index = index;
    this.baseOffset = index * twoTo32;
    this.stag = ((index << 8) | key) >>> 0;
  }
}

const twoTo32 = 0x1_0000_0000;
const nothing = new Uint8Array(0);

/** Enough that the 8-bit key of a slot comes round only after 16384 registrations. */
const firstSlots = 64;
/** So that every offset is a safe integer. */
const maxIndex = 0xfffff;

/** Transfers of this length or more are large: their payload is placed by the kernel (docs/decisions/hot-path.md). */
export const largeRegionFrom = 128 * 1024;

/**
 * The protection domain of one connection: regions by STag. A slot's index is the upper 24 bits of the STag, its key the lower 8, changed with each use; free slots wait
 * their turn, longest free first, so that a stale STag stays dead for as long as can be.
 */
export class StagTable implements ProtectionDomain {
  readonly #slots: (SoftwareMemoryRegion | undefined)[] = [undefined]; // no STag begins with index 0: peers use 0 for "none"
  readonly #firstKey: number;
  readonly #onDead: (region: SoftwareMemoryRegion) => void;
  readonly #onFree: (region: MemoryRegion) => void;
  #oldestFree: SoftwareMemoryRegion | undefined;
  #newestFree: SoftwareMemoryRegion | undefined;

  /** Valid regions that the peer may write to, their bytes, and those among them that are large. */
  writable = 0;
  writableBytes = 0;
  writableLarge = 0;
  /** Whether the last one to be registered was: what to expect of the next. */
  lastWritableWasLarge = false;

  /** `onDead` is called when the consumer deregisters a region, before it is known whether its memory is free; `onFree` when it is. */
  constructor(firstKey: number, onDead: (region: SoftwareMemoryRegion) => void, onFree: (region: MemoryRegion) => void) {
    this.#firstKey = firstKey & 0xff;
    this.#onDead = onDead;
    this.#onFree = onFree;
  }

  register(memory: Uint8Array, access: number): MemoryRegion {
    if (memory.length === 0 || memory.length >= twoTo32) throw new RangeError(`register: a region of ${memory.length} bytes`);
    if (this.#oldestFree === undefined) this.#grow();
    const region = this.#oldestFree!;
    this.#oldestFree = region.nextFree;
    if (this.#oldestFree === undefined) this.#newestFree = undefined;
    region.nextFree = undefined;
    region.stag = ((region.index << 8) | ((region.stag + 1) & 0xff)) >>> 0;
    region.generation++;
    region.memory = memory;
    region.length = memory.length;
    region.access = access;
    region.isValid = true;
    region.isDeregistered = false;
    this.#count(region, 1);
    return region;
  }

  deregister(region: MemoryRegion): void {
    if (!(region instanceof SoftwareMemoryRegion) || region.isDeregistered || this.#slots[region.index] !== region) {
      throw new Error("deregister: not a registered region of this domain");
    }
    this.invalidate(region);
    region.isDeregistered = true;
    this.#onDead(region);
    this.#freeIfUnreferenced(region);
  }

  /** The valid region with this STag. */
  find(stag: number): SoftwareMemoryRegion | undefined {
    const region = this.#slots[stag >>> 8];
    return region?.isValid && region.stag === stag ? region : undefined;
  }

  /** The STag dies; the memory stays lent. */
  invalidate(region: SoftwareMemoryRegion): void {
    if (!region.isValid) return;
    region.isValid = false;
    this.#count(region, -1);
  }

  invalidateAll(): void {
    for (const region of this.#slots) if (region !== undefined) this.invalidate(region);
  }

  /** Something under way refers to the memory, until `dereference`. */
  reference(region: SoftwareMemoryRegion): void {
    region.references++;
  }

  dereference(region: SoftwareMemoryRegion): void {
    region.references--;
    this.#freeIfUnreferenced(region);
  }

  #freeIfUnreferenced(region: SoftwareMemoryRegion): void {
    if (!region.isDeregistered || region.references > 0) return;
    region.memory = nothing;
    region.generation++; // whoever remembers this use finds that it is over
    this.#onFree(region);
    region.context = undefined;
    this.#append(region);
  }

  #append(region: SoftwareMemoryRegion): void {
    if (this.#newestFree === undefined) this.#oldestFree = region;
    else this.#newestFree.nextFree = region;
    this.#newestFree = region;
  }

  #grow(): void {
    const from = this.#slots.length;
    const to = Math.min(Math.max(firstSlots + 1, from * 2), maxIndex + 1);
    if (to <= from) throw new RangeError(`register: ${maxIndex} regions are registered, there are no more STags`);
    for (let index = from; index < to; index++) {
      const region = new SoftwareMemoryRegion(index, this.#firstKey);
      this.#slots.push(region);
      this.#append(region);
    }
  }

  #count(region: SoftwareMemoryRegion, change: 1 | -1): void {
    if ((region.access & AccessRight.remoteWrite) === 0) return;
    this.writable += change;
    this.writableBytes += change * region.length;
    const isLarge = region.length >= largeRegionFrom;
    if (isLarge) this.writableLarge += change;
    this.lastWritableWasLarge = isLarge;
  }
}

import {
  buildCachingPage,
  buildControlPage,
  ModePage,
  type ModePageData,
  type ModePageToBuild,
  PageControl,
  type SenseFormat,
} from "#scsi";

/** Mode page codes beyond {@link ModePage} (SPC-4, SBC-4). */
const readWriteErrorRecovery = 0x01;
const informationalExceptions = 0x1c;

/** One page of a logical unit: its parameters at the start, and a 1 for every bit that MODE SELECT may change. */
interface PageFacts {
  readonly page: number;
  readonly initial: Uint8Array;
  readonly changeable: Uint8Array;
}

const caching = { writeCacheEnabled: true, readCacheDisabled: false };
const control = {
  taskSetType: 0,
  descriptorSense: false,
  globalLoggingSaveDisabled: true,
  queueAlgorithmModifier: 1,
  queueErrorManagement: 0,
  unitAttentionInterlock: 0,
  softwareWriteProtect: false,
  taskAbortedStatus: false,
  busyTimeoutPeriod: 0xffff,
};
const nothing = { ...control, globalLoggingSaveDisabled: false, queueAlgorithmModifier: 0, busyTimeoutPeriod: 0 };

const pages: readonly PageFacts[] = [
  { page: readWriteErrorRecovery, initial: new Uint8Array(10), changeable: new Uint8Array(10) },
  {
    page: ModePage.caching,
    initial: buildCachingPage(caching),
    changeable: buildCachingPage({ writeCacheEnabled: true, readCacheDisabled: false }),
  },
  {
    page: ModePage.control,
    initial: buildControlPage(control),
    changeable: buildControlPage({ ...nothing, descriptorSense: true, softwareWriteProtect: true }),
  },
  // DEXCPT: informational exceptions are not reported.
  { page: informationalExceptions, initial: Uint8Array.of(0x08, 0, 0, 0, 0, 0, 0, 0, 0, 0), changeable: new Uint8Array(10) },
];

/** Where a page from MODE SELECT is wrong: an offset from the page's start, and a bit if one bit is. */
export interface ModePageFault {
  readonly offset: number;
  readonly bit: number | undefined;
}

/** The mode pages of a logical unit, shared by all initiators (MLUS), not saved. */
export class ModePages {
  readonly #current = new Map<number, Uint8Array>(pages.map(({ page, initial }) => [page, initial.slice()]));
  readonly #default = new Map<number, Uint8Array>(pages.map(({ page, initial }) => [page, initial]));

  /** `hasWriteCache`: writes may linger in a volatile cache, so that there is something to switch off. */
  constructor(hasWriteCache: boolean) {
    if (hasWriteCache) return;
    const writeThrough = buildCachingPage({ ...caching, writeCacheEnabled: false });
    this.#default.set(ModePage.caching, writeThrough);
    this.#current.set(ModePage.caching, writeThrough.slice());
  }

  // Looked at by every command: kept beside the bytes.
  senseFormat: SenseFormat = "fixed";
  softwareWriteProtect = false;

  get writeCacheEnabled(): boolean {
    return (this.#current.get(ModePage.caching)![0]! & 4) !== 0;
  }

  /** Back to what they were at the start. */
  reset(): void {
    for (const [page, initial] of this.#default) this.#current.set(page, initial.slice());
    this.#takeEffect();
  }

  /** The pages for a MODE SENSE, or undefined when there is no such page. Subpage ffh stands for all subpages, of which there is only 0. */
  sense(pageControl: number, page: number, subpage: number): ModePageToBuild[] | undefined {
    if (subpage !== 0 && subpage !== 0xff) return undefined;
    const wanted = pages.filter((facts) => page === ModePage.all || facts.page === page);
    if (wanted.length === 0) return undefined;
    return wanted.map((facts) => ({ page: facts.page, subpage: 0, savable: false, parameters: this.#parameters(pageControl, facts) }));
  }

  /** Checks a page from MODE SELECT without changing anything; undefined when it is right. */
  faultOf({ page, subpage, parameters }: ModePageData): ModePageFault | undefined {
    const facts = pages.find((known) => known.page === page);
    const current = this.#current.get(page);
    if (facts === undefined || current === undefined || subpage !== 0) return { offset: 0, bit: 5 };
    if (parameters.length !== current.length) return { offset: 1, bit: undefined };
    for (const [index, byte] of parameters.entries()) {
      const wrong = (byte ^ current[index]!) & ~facts.changeable[index]!;
      if (wrong !== 0) return { offset: 2 + index, bit: 31 - Math.clz32(wrong) };
    }
    return undefined;
  }

  /** Takes over a page that has no fault. True when that changed anything. */
  select({ page, parameters }: ModePageData): boolean {
    const current = this.#current.get(page);
    if (current === undefined || Buffer.compare(current, parameters) === 0) return false;
    current.set(parameters);
    this.#takeEffect();
    return true;
  }

  #takeEffect(): void {
    const bits = this.#current.get(ModePage.control)!;
    this.senseFormat = (bits[0]! & 4) !== 0 ? "descriptor" : "fixed";
    this.softwareWriteProtect = (bits[2]! & 8) !== 0;
  }

  #parameters(pageControl: number, facts: PageFacts): Uint8Array {
    switch (pageControl) {
      case PageControl.changeable:
        return facts.changeable;
      case PageControl.default:
        return this.#default.get(facts.page)!;
      default:
        return this.#current.get(facts.page)!;
    }
  }
}

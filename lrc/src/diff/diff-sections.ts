import { DiffError } from "./unified-diff.ts";

/** What a diff says about one file, cut out of the rest of it. */
export interface DiffSection {
  /** From the first line about the file to the last of its last hunk; only what stands before the hunks when `isTooLarge`. */
  readonly text: string;
  readonly isTooLarge: boolean;
  readonly addedCount: number;
  readonly removedCount: number;
}

export interface SectionLimits {
  /** A section of more bytes is not kept. */
  readonly maxBytes: number;
  /** Nor one with more added and removed lines. */
  readonly maxChangedLines: number;
  /** Sections are kept until they have so many bytes together. */
  readonly maxBytesInAll: number;
}

const lineFeed = 0x0a;
const [plus, minus, blank, at, backslash] = [0x2b, 0x2d, 0x20, 0x40, 0x5c];

/** What of a section is kept when the rest is not: names, modes, ids. */
const longestHeader = 16 * 1024;

/** How much of a line is looked at: enough for `@@ -1,2 +3,4 @@`. */
const longestMarker = 100;

const noBytes = Buffer.alloc(0);

/**
 * Cuts a diff into its sections while it arrives, so that one of any size takes no more memory than what is kept of it. Lines between files, as mail
 * programs write them, are dropped. What a hunk holds is counted and not read: no content can look like the beginning of another file.
 */
export class DiffSections {
  readonly #limits: SectionLimits;
  #section: OpenSection | undefined;
  /** What hunk headers have promised and has not come yet. */
  #oldLeft = 0;
  #newLeft = 0;
  #kept = 0;
  /** The beginning of a line whose end has not come yet; of a very long one, no more than says what it is. */
  #unfinished: Buffer = noBytes;
  #isCutShort = false;

  constructor(limits: SectionLimits) {
    this.#limits = limits;
  }

  /** Takes the next bytes, and returns the sections that they end. */
  push(bytes: Uint8Array): readonly DiffSection[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const ended: DiffSection[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.#line(this.#finish(chunk.subarray(start, end + 1)), ended);
      start = end + 1;
    }
    this.#keepUnfinished(chunk.subarray(start));
    return ended;
  }

  /** The diff is at its end. */
  end(): readonly DiffSection[] {
    const ended: DiffSection[] = [];
    if (this.#unfinished.length > 0) this.#line(this.#finish(noBytes), ended);
    this.#close(ended);
    return ended;
  }

  #finish(rest: Buffer): Buffer {
    if (this.#unfinished.length === 0) return rest;
    const line = this.#isCutShort ? this.#unfinished : Buffer.concat([this.#unfinished, rest]);
    this.#unfinished = noBytes;
    this.#isCutShort = false;
    return line;
  }

  #keepUnfinished(rest: Buffer): void {
    if (rest.length === 0 || this.#isCutShort) return;
    this.#unfinished = this.#unfinished.length === 0 ? Buffer.from(rest) : Buffer.concat([this.#unfinished, rest]);
    if (this.#unfinished.length <= this.#limits.maxBytes) return;
    this.#section?.giveUp();
    this.#unfinished = Buffer.from(this.#unfinished.subarray(0, longestMarker));
    this.#isCutShort = true;
  }

  #line(line: Buffer, ended: DiffSection[]): void {
    if (this.#oldLeft > 0 || this.#newLeft > 0) {
      if (this.#isOfHunk(line)) return;
      this.#oldLeft = 0;
      this.#newLeft = 0;
    }
    const first = line[0];
    if (first === backslash) {
      this.#section?.add(line);
      return;
    }
    const hunk = first === at ? /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line.toString("latin1", 0, longestMarker)) : null;
    if (hunk !== null) {
      this.#section ??= this.#open();
      this.#section.beginHunk();
      this.#oldLeft = Number(hunk[1] ?? 1);
      this.#newLeft = Number(hunk[2] ?? 1);
      this.#section.add(line);
      return;
    }
    // A diff of a merge against both of its parents: each line has two columns, and none of them would be read.
    if (first === at && line.toString("latin1", 0, 4) === "@@@ ")
      throw new DiffError("a combined diff cannot be read: make one against a single parent (git show --first-parent, git diff A B)");
    if (this.#isBeginning(line.toString("latin1", 0, longestMarker))) {
      this.#close(ended);
      this.#section = this.#open();
    }
    if (this.#section?.isInHeader === true) this.#section.add(line);
  }

  /** Whether a line is what the hunk still lacks; one that is not ends it before its time, and the parser will say so. */
  #isOfHunk(line: Buffer): boolean {
    const section = this.#section!;
    switch (line[0]) {
      case plus:
        this.#newLeft -= 1;
        section.addedCount += 1;
        break;
      case minus:
        this.#oldLeft -= 1;
        section.removedCount += 1;
        break;
      case blank:
      case lineFeed:
      case 0x0d:
        this.#oldLeft -= 1;
        this.#newLeft -= 1;
        break;
      case backslash:
        break;
      default:
        return false;
    }
    section.add(line);
    return true;
  }

  #isBeginning(text: string): boolean {
    if (text.startsWith("diff --git ") || text.startsWith("Index: ")) return true;
    // The two names of a plain diff begin a section unless they belong to a header that has begun.
    return text.startsWith("--- ") && this.#section?.isInHeader !== true;
  }

  #open(): OpenSection {
    return new OpenSection(this.#limits, this.#limits.maxBytesInAll - this.#kept);
  }

  #close(ended: DiffSection[]): void {
    const section = this.#section?.close();
    this.#section = undefined;
    if (section === undefined) return;
    this.#kept += section.text.length;
    ended.push(section);
  }
}

/** A section whose end has not come yet. */
class OpenSection {
  addedCount = 0;
  removedCount = 0;
  isInHeader = true;
  readonly #limits: SectionLimits;
  readonly #room: number;
  #header: Buffer[] = [];
  #headerBytes = 0;
  #body: Buffer[] = [];
  #bytes = 0;
  #isTooLarge = false;

  constructor(limits: SectionLimits, room: number) {
    this.#limits = limits;
    this.#room = Math.min(limits.maxBytes, room);
  }

  beginHunk(): void {
    this.isInHeader = false;
  }

  add(line: Buffer): void {
    if (this.isInHeader) {
      this.#headerBytes += line.length;
      if (this.#headerBytes <= longestHeader) this.#header.push(Buffer.from(line));
      return;
    }
    if (this.#isTooLarge) return;
    this.#bytes += line.length;
    if (this.#bytes > this.#room || this.addedCount + this.removedCount > this.#limits.maxChangedLines) this.giveUp();
    else this.#body.push(line);
  }

  /** Keeps nothing but what stands before the hunks. */
  giveUp(): void {
    this.#isTooLarge = true;
    this.#body = [];
  }

  close(): DiffSection {
    const { addedCount, removedCount } = this;
    const text = Buffer.concat([...this.#header, ...this.#body]).toString();
    return { text, isTooLarge: this.#isTooLarge, addedCount, removedCount };
  }
}

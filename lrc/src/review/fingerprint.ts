import { createHash } from "node:crypto";

/** What stays the same about a finding when the lines around it move. */
export interface FingerprintParts {
  readonly ruleId: string;
  readonly path: string;
  /** The lines it is about. */
  readonly lines: readonly string[];
  /** How often the file says the same where the change leaves it alone. */
  readonly untouchedTwins: () => number;
}

/**
 * Numbers findings that are otherwise equal, so that the second of two equal lines is not taken for the first. Lines that the change leaves alone have the
 * first numbers: one more of what a baseline knows is none of those.
 */
export class FingerprintMaker {
  readonly #next = new Map<string, number>();

  /** 32 hexadecimal digits. Findings of one path are to be given from top to bottom. */
  next({ ruleId, path, lines, untouchedTwins }: FingerprintParts): string {
    const key = JSON.stringify([ruleId, path, lines.map(withoutLayout).join("\n")]);
    const occurrence = this.#next.get(key) ?? untouchedTwins();
    this.#next.set(key, occurrence + 1);
    return createHash("sha256").update(`${key}\n${occurrence}`).digest("hex").slice(0, 32);
  }
}

/** The lines of one side of a file that a change leaves alone. */
export class UntouchedLines {
  readonly #lines: readonly string[];
  readonly #changed: ReadonlySet<number>;
  #numbers: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(lines: readonly string[], changed: ReadonlySet<number>) {
    this.#lines = lines;
    this.#changed = changed;
  }

  /** How often `lines` stand there, leaving out the place that begins with line `startLine`. */
  countTwins(lines: readonly string[], startLine: number): number {
    const wanted = lines.map(withoutLayout);
    const [first] = wanted;
    if (first === undefined) return 0;
    this.#numbers ??= this.#numbersByText();
    const numbers = this.#numbers.get(first) ?? [];
    return numbers.filter((number) => number !== startLine && this.#standsAt(wanted, number)).length;
  }

  #standsAt(wanted: readonly string[], number: number): boolean {
    return wanted.every((text, offset) => text === withoutLayout(this.#lines[number - 1 + offset] ?? ""));
  }

  #numbersByText(): ReadonlyMap<string, readonly number[]> {
    const numbers = new Map<string, number[]>();
    for (const [index, line] of this.#lines.entries()) {
      if (this.#changed.has(index + 1)) continue;
      const text = withoutLayout(line);
      const known = numbers.get(text);
      if (known === undefined) numbers.set(text, [index + 1]);
      else known.push(index + 1);
    }
    return numbers;
  }
}

function withoutLayout(line: string): string {
  return line.trim().replaceAll(/\s+/g, " ");
}

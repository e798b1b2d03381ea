import { createHmac } from "node:crypto";
import { secretsIn } from "./secrets-in.ts";
import { writtenOtherwise } from "./written-otherwise.ts";

export interface RedactorOptions {
  /** More of what must not be sent, as regular expressions: the first group of each, or all that it matches. */
  readonly patterns: readonly RegExp[];
  /** Makes the names of placeholders: known here only, so that a placeholder says nothing about what it stands for, and the same from one review to the next. */
  readonly secret: Uint8Array;
}

const generated: ReadonlySet<string> = new Set(["RANDOM", "KEY_MATERIAL", "PRIVATE_KEY"]);

/**
 * Puts typed placeholders in the place of secrets: `REDACTED_GITHUB_TOKEN_3f9a1c0b`. First it is shown everything (`learn`), then it makes what may be sent
 * (`redact`): a secret that is recognised in one place is replaced in all of them, by the same name. What stands for what never leaves this object.
 */
export class Redactor {
  readonly #options: RedactorOptions;
  /** Placeholders by what they stand for. */
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, string>();
  readonly #used = new Set<string>();
  #everything: RegExp | undefined;

  constructor(options: RedactorOptions) {
    this.#options = options;
  }

  /** Looks for secrets in a text, which is or might be in a file at `path`. To be done with all texts before any is redacted. */
  async learn(text: string, path = ""): Promise<void> {
    for (const { value, type } of await secretsIn(text, path)) {
      this.#add(value, type);
      // What a generator made is sent around as it is.
      if (!generated.has(type)) for (const form of writtenOtherwise(value)) this.#add(form, type);
    }
    for (const pattern of this.#options.patterns) {
      for (const match of text.matchAll(pattern)) {
        // What is sent is made line by line.
        for (const value of (match[1] ?? match[0]).split(/\r?\n/)) if (value.trim() !== "") this.#add(value, "CONFIGURED");
      }
    }
  }

  /** The text with every secret replaced. */
  redact(text: string): string {
    this.#everything ??= alternatives([...this.#names.keys()]);
    return text.replace(this.#everything, (value) => {
      const name = this.#names.get(value)!;
      this.#used.add(name);
      return name;
    });
  }

  /** The text with what the placeholders stand for: for what stays on this machine, such as a patch. */
  restore(text: string): string {
    return text.replace(/REDACTED_[A-Z0-9_]+_[0-9a-f]{8}/g, (name) => this.#values.get(name) ?? name);
  }

  /** What is not to be shown of a text that was restored. */
  get secrets(): readonly string[] {
    return [...this.#names.keys()];
  }

  /** How many different secrets were replaced. */
  get count(): number {
    return this.#used.size;
  }

  #add(value: string, type: string): void {
    if (this.#names.has(value) || this.#values.has(value) || /^REDACTED_/.test(value)) return;
    const mark = createHmac("sha256", this.#options.secret).update(value).digest("hex").slice(0, 8);
    const name = `REDACTED_${type}_${mark}`;
    this.#names.set(value, name);
    this.#values.set(name, value);
    this.#everything = undefined;
  }
}

/** Longest first: one secret may be a part of another. Words are only replaced where they are words. */
function alternatives(values: readonly string[]): RegExp {
  if (values.length === 0) return /(?!)/g;
  const sorted = values
    .toSorted((a, b) => b.length - a.length)
    .map((value) => {
      const literal = value.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      // A short word of letters is also a part of others, and not everything that contains it is a secret.
      return /^[A-Za-z]{1,12}$/.test(value) ? `(?<![A-Za-z0-9_])${literal}(?![A-Za-z0-9_])` : literal;
    });
  return new RegExp(sorted.join("|"), "g");
}

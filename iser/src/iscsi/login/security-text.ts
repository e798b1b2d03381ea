import type { TextPair } from "../text/text-pair.ts";
import { parseBinary, parseNumber } from "../text/text-value.ts";

/** The peer's security text does not have the form it must have. The message is the predicate of a sentence about the peer. */
export class SecurityTextError extends Error {
  override readonly name = "SecurityTextError";
  readonly key: string;

  constructor(key: string, message: string) {
    super(message);
    this.key = key;
  }
}

/** The security keys of one text, each taken at most once and in its form. */
export class SecurityText {
  readonly #values = new Map<string, string>();

  add({ key, value }: TextPair): void {
    if (this.#values.has(key)) throw new SecurityTextError(key, `sent ${key} twice`);
    this.#values.set(key, value);
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  optional(key: string): string | undefined {
    return this.#values.get(key);
  }

  text(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined) throw new SecurityTextError(key, `left out ${key}`);
    return value;
  }

  /** CHAP_I: one byte. */
  identifier(): number {
    const value = parseNumber(this.text("CHAP_I"));
    if (value === undefined || value > 255) throw new SecurityTextError("CHAP_I", "sent a CHAP_I that is no byte");
    return value;
  }

  /** CHAP_C or CHAP_R: 1 to 1024 bytes. */
  binary(key: "CHAP_C" | "CHAP_R"): Uint8Array {
    const value = parseBinary(this.text(key));
    if (value === undefined) throw new SecurityTextError(key, `sent a ${key} that is no binary value of 1 to 1024 bytes`);
    return value;
  }
}

import { createHash } from "node:crypto";

/** What stays the same about a finding when the lines around it move. */
export interface FingerprintParts {
  readonly ruleId: string;
  readonly path: string;
  /** The lines it is about. */
  readonly lines: readonly string[];
}

/** Numbers findings that are otherwise equal, so that the second of two equal lines is not taken for the first. */
export class FingerprintMaker {
  readonly #seen = new Map<string, number>();

  /** 32 hexadecimal digits. Findings of one path are to be given from top to bottom. */
  next({ ruleId, path, lines }: FingerprintParts): string {
    const content = lines.map((line) => line.trim().replaceAll(/\s+/g, " ")).join("\n");
    const key = JSON.stringify([ruleId, path, content]);
    const occurrence = this.#seen.get(key) ?? 0;
    this.#seen.set(key, occurrence + 1);
    return createHash("sha256").update(`${key}\n${occurrence}`).digest("hex").slice(0, 32);
  }
}

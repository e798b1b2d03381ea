import { parseByteSize, UsageError } from "kit/cli";

/** Bytes a second, at least one. */
export function parseRate(text: string): number {
  const rate = parseByteSize(text);
  if (rate === 0)
    throw new UsageError("with 0 bytes a second SANITIZE would never end", { nextStep: "leave it out for as fast as can be" });
  return rate;
}

/** How many there may be of something. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 0xffff) throw new UsageError(`"${text}" is no number from 1 to 65535`);
  return count;
}

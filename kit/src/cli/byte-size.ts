import { UsageError } from "./user-error.ts";

const powers = ["", "K", "M", "G", "T", "P"] as const;

/**
 * Reads a size as people write it: `512`, `4K`, `1M`, `2GiB`; letters in either case, always powers of 1024, a fraction when it comes to whole bytes
 * (`1.5G`). Throws a UsageError that quotes `text` for anything else, also beyond 2^53.
 */
export function parseByteSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(?:([KMGTP])(?:iB)?)?$/i.exec(text);
  const power = powers.indexOf((match?.[2] ?? "").toUpperCase() as (typeof powers)[number]);
  const size = Number(match?.[1]) * 1024 ** power;
  if (!Number.isSafeInteger(size)) {
    throw new UsageError(`"${text}" is not a size`, {
      nextStep: "write bytes, or a number with K, M, G, T or P (powers of 1024): 512, 4K, 2GiB",
    });
  }
  return size;
}

/** `bytes` for a reader: `512 B`, `4.0 KiB`, `1.5 GiB`. Three significant digits from 10 on. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let power = 0;
  while (Math.abs(value) >= 1023.95 && power < powers.length - 1) {
    value /= 1024;
    power++;
  }
  if (power === 0) return `${Math.round(value)} B`;
  return `${value.toFixed(Math.abs(value) < 99.95 ? 1 : 0)} ${powers[power]}iB`;
}

/** A count for a reader: `950`, `12.3k`, `1.20M`: powers of 1000, three significant digits. */
export function formatCount(count: number): string {
  const units = ["", "k", "M", "G"];
  let value = count;
  let power = 0;
  while (Math.abs(value) >= 999.5 && power < units.length - 1) {
    value /= 1000;
    power++;
  }
  if (power === 0) return String(Math.round(value));
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)}${units[power]}`;
}

import type { Price } from "./connector.ts";

/**
 * List prices in US dollars for a million tokens, as the providers published them in 2025. They change: whoever needs to be exact says `input_price` and
 * `output_price` in their connector. Longer names first, because a name is looked up by what it begins with.
 */
const listPrices: readonly (readonly [beginning: string, input: number, output: number])[] = [
  ["gemini-2.5-flash-lite", 0.1, 0.4],
  ["gemini-2.5-flash", 0.3, 2.5],
  ["gemini-2.5-pro", 1.25, 10],
  ["gpt-5-nano", 0.05, 0.4],
  ["gpt-5-mini", 0.25, 2],
  ["gpt-5", 1.25, 10],
  ["gpt-4.1-nano", 0.1, 0.4],
  ["gpt-4.1-mini", 0.4, 1.6],
  ["gpt-4.1", 2, 8],
  ["gpt-4o-mini", 0.15, 0.6],
  ["gpt-4o", 2.5, 10],
  ["claude-haiku-4", 1, 5],
  ["claude-sonnet-4", 3, 15],
  ["claude-opus-4-5", 5, 25],
  ["claude-opus-4", 15, 75],
  ["deepseek-chat", 0.28, 0.42],
  ["deepseek-reasoner", 0.28, 0.42],
];

/** What a model costs by its name; undefined where we do not know. A router's prefix (`google/gemini-…`) does not count. */
export function listPriceOf(model: string): Price | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  const found = listPrices.find(([beginning]) => name.startsWith(beginning));
  return found === undefined ? undefined : { input: found[1], output: found[2] };
}

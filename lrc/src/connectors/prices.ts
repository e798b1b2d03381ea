import type { Price } from "./connector.ts";

/**
 * List prices in US dollars for a million tokens in and out, without discounts for caches and batches and without surcharges for very long questions. They
 * change, and new models come: whoever needs to be exact says `input_price` and `output_price` in their connector.
 *
 * Where they are from: Google, ai.google.dev/gemini-api/docs/pricing, as quoted in July 2026; Anthropic, platform.claude.com pricing, as quoted in April 2026;
 * OpenAI, openai.com/api/pricing, as quoted in March 2026 and before; DeepSeek, api-docs.deepseek.com/quick_start/pricing, as of 2025.
 */
const listPrices: Readonly<Record<string, readonly [input: number, output: number]>> = {
  "gemini-2.5-flash-lite": [0.1, 0.4],
  "gemini-2.5-flash": [0.3, 2.5],
  "gemini-2.5-pro": [1.25, 10],
  "gemini-3-flash": [0.5, 3],
  "gemini-3.1-flash-lite": [0.25, 1.5],
  "gemini-3.1-pro": [2, 12],
  "gemini-3.5-flash": [1.5, 9],
  "gpt-5-nano": [0.05, 0.4],
  "gpt-5-mini": [0.25, 2],
  "gpt-5": [1.25, 10],
  "gpt-5-pro": [15, 120],
  "gpt-5.1": [1.25, 10],
  "gpt-5.2": [1.75, 14],
  "gpt-5.4-nano": [0.2, 1.25],
  "gpt-5.4-mini": [0.75, 4.5],
  "gpt-5.4": [2.5, 15],
  "gpt-4.1-nano": [0.1, 0.4],
  "gpt-4.1-mini": [0.4, 1.6],
  "gpt-4.1": [2, 8],
  "gpt-4o-mini": [0.15, 0.6],
  "gpt-4o": [2.5, 10],
  "claude-haiku-4-5": [1, 5],
  "claude-sonnet-4": [3, 15],
  "claude-sonnet-4-5": [3, 15],
  "claude-sonnet-4-6": [3, 15],
  "claude-opus-4": [15, 75],
  "claude-opus-4-1": [15, 75],
  "claude-opus-4-5": [5, 25],
  "claude-opus-4-6": [5, 25],
  "claude-opus-4-7": [5, 25],
  "deepseek-chat": [0.28, 0.42],
  "deepseek-reasoner": [0.28, 0.42],
};

/** What a date, a preview or a router adds to a name. A number is another model, and may cost something else. */
const edition = /(-latest|-preview|-\d{8}|-\d{4}-\d{2}-\d{2}|-(preview-)?\d{2}-\d{2,4}|-\d{3}|[:@].*){1,3}$/;

/** What a model costs by its name; undefined where we do not know. A router's prefix (`google/gemini-…`) does not count. */
export function listPriceOf(model: string): Price | undefined {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  const known = [name, name.replace(edition, "")].find((one) => Object.hasOwn(listPrices, one));
  if (known === undefined) return undefined;
  const [input, output] = listPrices[known]!;
  return { input, output };
}

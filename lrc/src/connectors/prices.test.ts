import { expect, it } from "vitest";
import { listPriceOf } from "./prices.ts";
import { providers } from "./providers.ts";

it.each([
  ["gemini-2.5-flash", 0.3],
  ["google/gemini-2.5-flash", 0.3],
  ["gemini-2.5-flash-lite-preview-09-2025", 0.1],
  ["gemini-2.5-flash-001", 0.3],
  ["gpt-5-mini-2025-08-07", 0.25],
  ["claude-sonnet-4-20250514", 3],
  ["claude-opus-4-1-20250805", 15],
  ["claude-opus-4-5-20251101", 5],
  ["anthropic/claude-haiku-4-5:beta", 1],
  ["gpt-5.2", 1.75],
  // What only begins like another model is not that model.
  ["gpt-5-something-new", undefined],
  ["gpt-5.9", undefined],
  ["claude-opus-4-9", undefined],
  ["gemini-2.5", undefined],
  ["constructor", undefined],
  ["llama-3.3-70b", undefined],
])("%s costs %s a million tokens in", (model, input) => expect(listPriceOf(model)?.input).toBe(input));

it("what is taken when nobody names a model has a price, where it is paid by the token", () => {
  const models = providers.flatMap(({ kind, model }) => (kind === "api" && model !== undefined ? [model] : []));
  expect(models.filter((model) => listPriceOf(model) === undefined)).toEqual([]);
});

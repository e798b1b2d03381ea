import { expect, it } from "vitest";
import { listPriceOf } from "./prices.ts";
import { type ProviderId, providers } from "./providers.ts";
import { defaultsOf, parseModelSettings } from "./settings.ts";

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

it.each<readonly [string, ProviderId, string, string | undefined, number | undefined]>([
  ["its maker sells it", "openai", "gpt-4o", undefined, 2.5],
  ["its maker sells it, at an address that is written out", "openai", "gpt-4o", "https://api.openai.com/v1", 2.5],
  ["somebody else offers it", "openai-compatible", "gpt-4o", "https://models.example/v1", undefined],
  ["a subscription pays for it", "claude", "claude-sonnet-4-5", undefined, undefined],
  ["this machine runs it", "ollama", "qwen3", undefined, 0],
  ["this machine only passes it on", "ollama", "gpt-oss:120b-cloud", undefined, undefined],
])("a model has a price, or none is known, when %s", (_, provider, model, baseUrl, input) => {
  expect(defaultsOf(provider, model, baseUrl).price?.input).toBe(input);
});

it.each([
  ["one price without the other", "input_price = 1", /go together/],
  ["no time", "timeout_seconds = 0", /between 1 and/],
  ["more time than a timer has", "timeout_seconds = 10000000", /between 1 and/],
  ["half a request at a time", "concurrency = 2.5", /whole number/],
  ["a model without a name", 'model = " "', /names no model/],
  ["no request at a time", "concurrency = 0", /between 1 and/],
])("settings with %s are not followed", (_, line, problem) => {
  expect(() => parseModelSettings(`[connector.c]\nprovider = "openai"\n${line}\n`)).toThrow(problem);
});

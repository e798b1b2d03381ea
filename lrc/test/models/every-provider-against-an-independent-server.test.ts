import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ProviderId } from "#connectors";
import { clientFor, settingsFor } from "./harness/ask.ts";

const answer = { ready: true, words: ["one", "two"] };
const schema = z.object({ ready: z.boolean(), words: z.array(z.string()) });
let mock: LLMock;
let url: string;

beforeAll(async () => {
  mock = new LLMock({ port: 0, chunkSize: 7 });
  mock.onMessage(/.*/s, { content: JSON.stringify(answer) });
  url = await mock.start();
});
afterAll(async () => {
  await mock.stop();
});

const paths: readonly (readonly [ProviderId, string, string])[] = [
  ["gemini", "/v1beta", "gemini-2.5-flash"],
  ["openai", "/v1", "gpt-4.1-mini"],
  ["anthropic", "/v1", "claude-haiku-4-5"],
  ["anthropic-compatible", "/v1", "claude-sonnet-4-5"],
  ["deepseek", "/v1", "deepseek-chat"],
  ["openrouter", "/v1", "openai/gpt-4.1-mini"],
  ["ollama", "/api", "qwen3"],
  ["openai-compatible", "/v1", "some-model"],
];

describe("a question to a server that somebody else wrote", () => {
  it.each(paths)("in the way of %s", async (provider, path, model) => {
    const client = clientFor([settingsFor(provider, { baseUrl: url + path, model })]);
    const seen: string[] = [];
    const { value, by } = await client.ask(
      {
        system: "Answer with JSON.",
        prompt: "Are you ready?",
        schema,
        maxOutputTokens: 500,
        temperature: 0,
        onText: (text) => seen.push(text),
      },
      new AbortController().signal,
    );
    expect(value).toEqual(answer);
    expect(by.provider).toBe(provider);
    // It came in pieces, and was shown as it came.
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(JSON.stringify(answer));
  });

  it.each(paths)("is shown beforehand as it is sent, without its key: %s", async (provider, path, model) => {
    const client = clientFor([settingsFor(provider, { baseUrl: url + path, model })]);
    const question = { system: "Answer with JSON.", prompt: `Are you ready, ${provider}?`, schema, maxOutputTokens: 500, temperature: 0 };
    const preview = await client.preview(question);
    expect(preview?.request.body).toContain(`Are you ready, ${provider}?`);
    expect(JSON.stringify(preview)).not.toContain("key-of-the-test");
  });
});

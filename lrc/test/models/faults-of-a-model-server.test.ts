import type { ServerResponse } from "node:http";
import { constants, gzipSync } from "node:zlib";
import { SystemClock } from "kit/clock";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

import { ConnectorError, type ProviderId, Spending, SpendingLimitReached } from "#connectors";
import { clientFor, settingsFor } from "./harness/ask.ts";
import { type Behaviour, chunk, ModelServer, stream } from "./harness/model-server.ts";

const schema = z.object({ ready: z.boolean() });
const question = { system: "s", prompt: "p", schema, maxOutputTokens: 100, temperature: 0 };
const good = '{"ready": true}';
const servers: ModelServer[] = [];

async function serverThat(behaviour: Behaviour): Promise<ModelServer> {
  const server = await ModelServer.start(behaviour);
  servers.push(server);
  return server;
}

// The SDK is loaded with the first question; that is not to count against anybody's time-out.
beforeAll(async () => {
  await ask((_, response) => stream(response, good));
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function ask(behaviour: Behaviour, timeoutMs = 10_000) {
  const server = await serverThat(behaviour);
  const spending = new Spending();
  const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url, timeoutMs })], { spending });
  const start = performance.now();
  const result = await client.ask(question, new AbortController().signal).then(
    ({ value, mended }) => ({ value, mended, error: undefined }),
    (error: unknown) => ({ value: undefined, mended: false, error: error as ConnectorError }),
  );
  return { ...result, server, spending, durationMs: performance.now() - start };
}

const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(code, { "content-type": "application/json", ...headers }).end('{"error":{"message":"no"}}');

const refusal =
  (message: string): Behaviour =>
  (_, response) =>
    void response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error: { message } }));

/** Sends the same again and again, as fast as somebody reads. */
function withoutEnd(response: ServerResponse, piece: Buffer): void {
  const more = (): void => {
    while (!response.destroyed && response.write(piece)) {
      // The next piece.
    }
    if (!response.destroyed) response.once("drain", more);
  };
  more();
}

const onlyFirst =
  (first: Behaviour): Behaviour =>
  (request, response, count) =>
    count === 1 ? first(request, response, count) : stream(response, good);

describe("what passes is tried again", () => {
  it.each([408, 409, 429, 500, 502, 503])("a status of %i", async (code) => {
    const { value, server } = await ask(onlyFirst(status(code)));
    expect(value).toEqual({ ready: true });
    expect(server.received).toHaveLength(2);
  });

  it("after as long as Retry-After says", async () => {
    const { value, durationMs } = await ask(onlyFirst(status(429, { "retry-after": "1" })));
    expect(value).toEqual({ ready: true });
    expect(durationMs).toBeGreaterThan(950);
  });

  it("but not when it asks for more patience than a request has", async () => {
    const { error, server } = await ask(status(429, { "retry-after": "3600" }));
    expect(error?.fault).toBe("rate-limited");
    expect(server.received).toHaveLength(1);
  });

  it("a connection that is cut before, and one that is cut in the middle of the answer", async () => {
    const before = await ask(onlyFirst((_, response) => void response.destroy()));
    expect(before.value).toEqual({ ready: true });
    const amid = await ask(
      onlyFirst((_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chunk({ delta: { content: '{"rea' }, finish_reason: null }), () => void response.destroy());
      }),
    );
    expect(amid.value).toEqual({ ready: true });
  });

  it("an answer that ends politely in its middle", async () => {
    const { value, server } = await ask(
      onlyFirst((_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.end(chunk({ delta: { content: '{"rea' }, finish_reason: null }));
      }),
    );
    expect(value).toEqual({ ready: true });
    expect(server.received).toHaveLength(2);
  });
});

describe("what does not pass is not tried again", () => {
  it.each([401, 403])("a key that is refused with %i", async (code) => {
    const { error, server } = await ask(status(code));
    expect(error?.fault).toBe("key");
    expect(error?.message).not.toContain("key-of-the-test");
    expect(server.received).toHaveLength(1);
  });

  it("a model that is not there", async () => {
    const { error, server } = await ask(status(404));
    expect(error?.fault).toBe("request");
    expect(server.received).toHaveLength(1);
  });

  it("a request that is wrong for any other reason than the shape it asks for", async () => {
    const { error, server } = await ask(refusal("there is no such model"));
    expect(error).toMatchObject({ fault: "request" });
    expect(server.received).toHaveLength(1);
  });

  it("a schema that the server does not know: it is asked in words instead", async () => {
    const { value, server } = await ask((request, response) =>
      request.body.includes("json_schema")
        ? refusal("response_format json_schema is not supported")(request, response, 1)
        : stream(response, `Sure!\n\`\`\`json\n${good}\n\`\`\``),
    );
    expect(value).toEqual({ ready: true });
    expect(server.received).toHaveLength(2);
  });
});

describe("an answer that comes whole, though a stream was asked for,", () => {
  const whole =
    (value: unknown, type = "application/json"): Behaviour =>
    (_, response) =>
      void response.writeHead(200, { "content-type": type }).end(typeof value === "string" ? value : JSON.stringify(value));
  const ofChat = { choices: [{ message: { role: "assistant", content: good }, finish_reason: "stop" }], usage: { prompt_tokens: 7 } };

  it.each<readonly [string, ProviderId, unknown]>([
    ["OpenAI's chat", "openai-compatible", ofChat],
    [
      "OpenAI's responses",
      "openai",
      { output: [{ type: "reasoning" }, { type: "message", content: [{ type: "output_text", text: good }] }] },
    ],
    ["Anthropic's", "anthropic-compatible", { content: [{ type: "text", text: good }], stop_reason: "end_turn" }],
    ["Gemini's", "gemini", [{ candidates: [{ content: { parts: [{ text: "hm", thought: true }, { text: good }] } }] }]],
    ["Ollama's", "ollama", { message: { role: "assistant", content: good }, done: true, prompt_eval_count: 7 }],
  ])("in the protocol that is %s, is understood", async (_, provider, value) => {
    const server = await serverThat(whole(value));
    const client = clientFor([settingsFor(provider, { baseUrl: server.url })]);
    expect((await client.ask(question, new AbortController().signal)).value).toEqual({ ready: true });
    expect(server.received).toHaveLength(1);
  });

  it("and gives the number of its tokens is counted by that", async () => {
    const { spending } = await ask(whole({ ...ofChat, usage: { prompt_tokens: 70, completion_tokens: 30 } }));
    expect(spending.spent).toMatchObject([{ inputTokens: 70, outputTokens: 30, estimated: false }]);
  });

  it("with an error in it gives the server's reason, once", async () => {
    const { error, server } = await ask(whole({ error: { message: "no such\nmodel" } }));
    expect(error).toMatchObject({ fault: "answer", message: "tested: the provider answers: no such model" });
    expect(server.received).toHaveLength(1);
  });

  it.each<readonly [string, unknown, string]>([
    ["of another protocol", { hello: "world" }, "is the address right?"],
    ["that is no JSON", "yes", "is the address right?"],
  ])("%s says so, once", async (_, value, words) => {
    const { error, server } = await ask(whole(value));
    expect(error).toMatchObject({ fault: "answer", message: expect.stringContaining(words) as string });
    expect(server.received).toHaveLength(1);
  });

  it("cut off, is asked for again", async () => {
    const { value, server } = await ask(onlyFirst(whole('{"choices": [{"mess')));
    expect(value).toEqual({ ready: true });
    expect(server.received).toHaveLength(2);
  });

  it("and only says that it is whole is read as the stream that it is", async () => {
    const { value } = await ask((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        `${chunk({ delta: { content: good }, finish_reason: null })}${chunk({ delta: {}, finish_reason: "stop" })}data: [DONE]\n\n`,
      );
    });
    expect(value).toEqual({ ready: true });
  });
});

describe("an answer whose compression is broken", () => {
  /** The beginning of an answer, and no end. */
  const begun = gzipSync(chunk({ delta: { content: "{" } }), { finishFlush: constants.Z_SYNC_FLUSH });
  it.each<readonly [string, Buffer]>([
    ["from its beginning", Buffer.from("this is no gzip at all")],
    // A block of the type 3, which does not exist (RFC 1951, 3.2.3).
    ["in its middle", Buffer.concat([begun, Buffer.of(0x07)])],
  ])("%s is given up at once, whoever keeps the connection open", async (_, body) => {
    for (const type of ["text/event-stream", "application/json"]) {
      const { error, server } = await ask((_, response) => {
        response.writeHead(200, { "content-type": type, "content-encoding": "gzip" }).write(body);
      });
      expect(error).toMatchObject({ fault: "answer", message: expect.stringContaining("cannot be unpacked (Z_DATA_ERROR)") as string });
      expect(server.received).toHaveLength(1);
    }
  });
});

describe("an answer that is none", () => {
  it("is asked for once more, and then given up", async () => {
    const { error, server } = await ask((_, response) => stream(response, "I would rather not."));
    expect(error?.fault).toBe("answer");
    expect(server.received).toHaveLength(2);
    expect(server.received[1]?.body).toContain("could not be read");
  });

  it("of another shape is asked for once more", async () => {
    const { value, server } = await ask(onlyFirst((_, response) => stream(response, '{"ready": "very"}')));
    expect(value).toEqual({ ready: true });
    expect(server.received).toHaveLength(2);
  });

  it("with a fence, a comma too many, or cut off is mended", async () => {
    for (const text of [`\`\`\`json\n${good}\n\`\`\``, '{"ready": true,}', `Here it is: ${good} I hope that helps.`]) {
      const { value, server } = await ask((_, response) => stream(response, text));
      expect(value).toEqual({ ready: true });
      expect(server.received).toHaveLength(1);
    }
  });

  it("among thoughts, drafts and code with braces is found: the longest of the shape that was asked for", async () => {
    for (const text of [
      `Look at {x} first: mean(xs) { return } fails.\n${good}`,
      `So the code { does } things [1]\n</think>\n${good}`,
      `<think>perhaps {"ready": true}?</think>\n{"ready":  true , "sure": 1}`,
      `{"steady": 1}\n${good}`,
    ]) {
      const { value, server } = await ask((_, response) => stream(response, text));
      expect(value).toEqual({ ready: true });
      expect(server.received).toHaveLength(1);
    }
  });

  it("that is whole is one, whatever is wrong with what comes after it", async () => {
    const { value, server, spending } = await ask((_, response) =>
      stream(response, good, { prompt_tokens: "many", completion_tokens: {} }),
    );
    expect(value).toEqual({ ready: true });
    expect(server.received).toHaveLength(1);
    expect(spending.spent[0]?.estimated).toBe(true);
  });

  it("and has no end is given up before it fills the memory, within a line and over many", async () => {
    for (const piece of [Buffer.alloc(1 << 20, "a"), Buffer.from(chunk({ delta: { reasoning_content: "hm ".repeat(300) } }).repeat(500))]) {
      const { error, server } = await ask((_, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        withoutEnd(response, piece);
      });
      expect(error).toMatchObject({ fault: "answer", message: "tested: the answer has no end" });
      expect(server.received).toHaveLength(1);
    }
  });

  it("with a refusal that has no end is refused all the same", async () => {
    const { error } = await ask((_, response) => {
      response.writeHead(403, { "content-type": "application/json" });
      withoutEnd(response, Buffer.alloc(1 << 20, "a"));
    });
    expect(error).toMatchObject({ fault: "key" });
  });

  it("but a page of HTML says so", async () => {
    const { error, server } = await ask(
      (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Sign in</body></html>"),
    );
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error?.message).toContain("is the address right?");
    expect(server.received).toHaveLength(1);
    expect(error?.message).not.toContain("<html>");
  });

  it("with numbers of tokens that nobody can believe is counted by ourselves", async () => {
    for (const usage of [
      { prompt_tokens: -5, completion_tokens: 1e15 },
      { prompt_tokens: 0, completion_tokens: 0 },
      { prompt_tokens: 1e12, completion_tokens: 3 },
    ]) {
      const { spending } = await ask((_, response) => stream(response, good, { ...usage, total_tokens: 1 }));
      const [spent] = spending.spent;
      expect(spent?.estimated).toBe(true);
      expect(spent?.inputTokens).toBeLessThan(100);
    }
  });
});

describe("a server that takes its time", () => {
  it("and never answers is given up after the time-out", async () => {
    const { error, durationMs } = await ask(() => undefined, 300);
    expect(error?.fault).toBe("timeout");
    expect(durationMs).toBeLessThan(1_500);
  });

  it("and drips is given up just the same", async () => {
    const { error, durationMs } = await ask((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const timer = setInterval(() => response.write(chunk({ delta: { content: " " }, finish_reason: null })), 20);
      response.on("close", () => clearInterval(timer));
    }, 400);
    expect(error?.fault).toBe("timeout");
    expect(durationMs).toBeLessThan(1_500);
  });
});

describe("a list of connectors", () => {
  it("goes on with the next one, and does not ask again who has the wrong key", async () => {
    const [refusing, answering] = [await serverThat(status(401)), await serverThat((_, response) => stream(response, good))];
    const settings = [refusing, answering].map((server, index) =>
      settingsFor("openai-compatible", { name: `c${index}`, baseUrl: server.url }),
    );
    const client = clientFor(settings);
    for (let round = 0; round < 3; round += 1) expect((await client.ask(question, new AbortController().signal)).by.name).toBe("c1");
    expect(refusing.received).toHaveLength(1);
    expect(answering.received).toHaveLength(3);
  });

  it.each<readonly [string, Behaviour]>([
    ["never answers", () => undefined],
    ["wants to be asked again when it is too late", status(429, { "retry-after": "5" })],
  ])("has the next one asked while there is time, when the first one %s", async (_, first) => {
    const [silent, answering] = [await serverThat(first), await serverThat((_, response) => stream(response, good))];
    const client = clientFor(
      [silent, answering].map((server, index) =>
        settingsFor("openai-compatible", { name: `c${index}`, baseUrl: server.url, timeoutMs: 60_000 }),
      ),
    );
    client.answerBy(new SystemClock().now() + 1_500);
    expect((await client.ask(question, AbortSignal.timeout(1_500))).by.name).toBe("c1");
    expect(silent.received).toHaveLength(1);
  });

  it("never has more requests on their way than it may", async () => {
    let now = 0;
    let most = 0;
    const server = await serverThat((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        stream(response, good);
      }, 30);
    });
    const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url, concurrency: 3 })]);
    await Promise.all(Array.from({ length: 12 }, () => client.ask(question, new AbortController().signal)));
    expect(most).toBe(3);
  });

  it("uses no more than it may", async () => {
    const server = await serverThat((_, response) => stream(response, good));
    const spending = new Spending({ tokensPerReview: 250 });
    const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })], { spending });
    await client.ask(question, new AbortController().signal);
    await client.ask(question, new AbortController().signal);
    await expect(client.ask(question, new AbortController().signal)).rejects.toBeInstanceOf(SpendingLimitReached);
    expect(server.received).toHaveLength(2);
  });
});

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request as it came. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What a server does with a request: anything, a wrong thing, or nothing. */
export type Behaviour = (request: Received, response: ServerResponse, count: number) => void;

/** A server that speaks OpenAI's chat protocol as well or as badly as a test wants, and keeps every byte it was sent. */
export class ModelServer {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(behaviour: Behaviour): Promise<ModelServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        const received = { method, url, headers, body: Buffer.concat(chunks).toString() };
        model.received.push(received);
        response.on("error", () => undefined);
        behaviour(received, response, model.received.length);
      });
    });
    const model = new ModelServer(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** All that was ever sent to it. */
  get bytes(): string {
    return this.received.map(({ url, headers, body }) => `${url}\n${JSON.stringify(headers)}\n${body}`).join("\n");
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }
}

/** Answers as a model that streams. */
export function stream(
  response: ServerResponse,
  text: string,
  usage: unknown = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const half = Math.floor(text.length / 2);
  for (const content of [text.slice(0, half), text.slice(half)])
    response.write(chunk({ delta: { role: "assistant", content }, finish_reason: null }));
  response.write(chunk({ delta: {}, finish_reason: "stop" }, usage));
  response.end("data: [DONE]\n\n");
}

/** One event of such a stream. */
export function chunk(choice: object, usage?: unknown): string {
  const event = {
    id: "1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, ...choice }],
    ...(usage === undefined ? {} : { usage }),
  };
  return `data: ${JSON.stringify(event)}\n\n`;
}

/** A finding as a model states it. */
export function stated(part: object = {}): object {
  return {
    file: "a.js",
    line: 1,
    quote: "",
    severity: "error",
    confidence: "high",
    category: "correctness",
    title: "It is wrong",
    message: "It fails for an empty list, always.",
    replacement: null,
    ...part,
  };
}

/** What a question is about, by its own words: the findings themselves, a second look at them, or a summary. */
export function kindOf({ body }: Received): "findings" | "verdicts" | "summary" {
  if (body.includes("stated faults")) return "verdicts";
  return body.includes("You sum up a change") ? "summary" : "findings";
}

/** A model that states `findings` whatever it is shown, stands by them, and sums up. */
export function modelStating(findings: readonly object[]): Behaviour {
  return (request, response) => {
    const answers = {
      findings: { findings, note: "changes something" },
      verdicts: { verdicts: [] },
      summary: { title: "Change something", overview: "It changes.", highlights: ["one"], impact: [], risks: [] },
    };
    stream(response, JSON.stringify(answers[kindOf(request)]));
  };
}

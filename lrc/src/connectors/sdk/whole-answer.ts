import { ConnectorError } from "../connector-error.ts";

/** An answer that came in one piece, though it was asked for in many. */
export interface WholeAnswer {
  readonly text: string;
  readonly usage: { readonly input: unknown; readonly output: unknown };
  readonly isCut: boolean;
}

/** Whether a response is one JSON value, and not the stream that was asked for. */
export function isWhole(response: Response): boolean {
  return response.ok && /^application\/json\b/i.test(response.headers.get("content-type") ?? "");
}

/**
 * Reads what a server answers that does not know how to stream, in any of the protocols that are spoken. Undefined for a stream that only says that it is
 * JSON. Throws a ConnectorError for anything else, with the reason that the server gives where it gives one.
 */
export function wholeAnswerIn(body: string): WholeAnswer | undefined {
  if (/^\s*(data|event|id|retry)?:/.test(body)) return undefined;
  const value = parsed(body);
  const first = Array.isArray(value) ? value[0] : value;
  if (first === undefined) {
    // Cut off on its way, or never meant for us.
    throw body.trimStart().startsWith("{")
      ? new ConnectorError("connection", "the answer breaks off")
      : new ConnectorError("answer", "the answer is none of this protocol; is the address right?");
  }
  const said = messageIn(first);
  if (said !== undefined) throw new ConnectorError("answer", `the provider answers: ${said}`);
  const pieces = Array.isArray(value) ? value.map(answerIn) : [answerIn(value)];
  const text = pieces.map((piece) => piece.text ?? "").join("");
  if (pieces.every((piece) => piece.text === undefined))
    throw new ConnectorError("answer", "the answer is none of this protocol; is the address right?");
  const last = pieces.at(-1)!;
  return { text, usage: last.usage, isCut: /length|max_tokens|max_output_tokens/i.test(last.reason) };
}

interface Piece {
  readonly text: string | undefined;
  readonly usage: WholeAnswer["usage"];
  readonly reason: string;
}

/** The protocols' own names for the same three things. */
function answerIn(value: unknown): Piece {
  const choice = at(value, "choices", 0);
  const candidate = at(value, "candidates", 0);
  const usage = at(value, "usage") ?? at(value, "usageMetadata") ?? value;
  return {
    text:
      // OpenAI's chat, Ollama's.
      textOf(at(choice, "message", "content")) ??
      textOf(at(value, "message", "content")) ??
      // Anthropic's; OpenAI's responses, which think in pieces of their own; Gemini's.
      textOf(at(value, "content")) ??
      joined(listOf(at(value, "output")).map((item) => textOf(at(item, "content")))) ??
      textOf(at(candidate, "content", "parts")),
    usage: {
      input: at(usage, "prompt_tokens") ?? at(usage, "input_tokens") ?? at(usage, "promptTokenCount") ?? at(usage, "prompt_eval_count"),
      output: at(usage, "completion_tokens") ?? at(usage, "output_tokens") ?? at(usage, "candidatesTokenCount") ?? at(usage, "eval_count"),
    },
    reason:
      [
        at(choice, "finish_reason"),
        at(value, "stop_reason"),
        at(value, "incomplete_details", "reason"),
        at(candidate, "finishReason"),
        at(value, "done_reason"),
      ].find((reason) => typeof reason === "string") ?? "",
  };
}

/** A text, or the texts of a list of parts. */
function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return joined(
    listOf(value).map((part) => {
      const text = at(part, "text");
      return typeof text === "string" && at(part, "thought") !== true ? text : undefined;
    }),
  );
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  const found = texts.filter((text) => text !== undefined);
  return found.length === 0 ? undefined : found.join("");
}

function messageIn(value: unknown): string | undefined {
  const error = at(value, "error");
  if (error === undefined || error === null) return undefined;
  const message = typeof error === "string" ? error : at(error, "message");
  return typeof message === "string"
    ? message
        .replaceAll(/[\p{Cc}\s]+/gu, " ")
        .trim()
        .slice(0, 160)
    : "an error";
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string | number, unknown>)[name];
  }
  return found;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

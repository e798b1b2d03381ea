import type { ServerResponse } from "node:http";
import { type Clock, VirtualClock } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Spending } from "#connectors";
import type { ModelEvent } from "#review";
import { addedFile, clientFor, reviewedBy, settingsFor } from "./harness/ask.ts";
import { type Behaviour, chunk, kindOf, ModelServer, stated, stream } from "./harness/model-server.ts";

let server: ModelServer;
let behaviour: Behaviour;
beforeEach(async () => {
  server = await ModelServer.start((request, response, count) => behaviour(request, response, count));
});
afterEach(() => server.close());

const lines = ["const first = a / 0;", "const second = b / 0;"];
const findings = lines.map((quote, index) => stated({ line: index + 1, quote, title: `Fault ${index + 1}`, category: "correctness" }));
const answer = JSON.stringify({ findings, note: "n" });
/** Where the first finding is whole and the second has only begun. */
const middle = answer.indexOf('"file"', answer.indexOf('"file"') + 1) + 20;

const client = (options: { readonly clock?: Clock; readonly spending?: Spending } = {}) =>
  clientFor([settingsFor("openai-compatible", { baseUrl: server.url, key: { kind: "none" }, timeoutMs: 5_000 })], options);
const shortly = (event: ModelEvent): string => {
  if (event.kind === "finding") return `${event.finding.title}${event.settled ? "" : "?"}`;
  return event.kind === "progress" ? `${event.step} ${event.done}/${event.total}` : event.kind;
};

describe("who looks on", () => {
  it("is told of a finding while the rest of the answer is still to come, and of what became of it", async () => {
    const told: ModelEvent[] = [];
    let goOn = (): void => undefined;
    behaviour = (request, response: ServerResponse) => {
      if (kindOf(request) === "verdicts") {
        stream(response, JSON.stringify({ verdicts: [{ number: 1, verdict: "refuted", reason: "no" }] }));
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk({ delta: { role: "assistant", content: answer.slice(0, middle) }, finish_reason: null }));
      // The rest is sent when the beginning was told: were it not, this would never end.
      goOn = () => {
        response.write(chunk({ delta: { content: answer.slice(middle) }, finish_reason: null }));
        response.write(chunk({ delta: {}, finish_reason: "stop" }));
        response.end("data: [DONE]\n\n");
      };
    };
    const spending = new Spending();
    const review = await reviewedBy({
      client: client({ spending }),
      spending,
      diff: addedFile("a.js", lines),
      effort: "medium",
      onModel: (event) => {
        told.push(event);
        if (event.kind === "finding" && told.filter(({ kind }) => kind === "finding").length === 1) goOn();
      },
    });
    expect(told.map(shortly)).toEqual([
      "started",
      "reviewing 0/1",
      "Fault 1?",
      "Fault 2?",
      "withdrawn",
      "Fault 2",
      "reviewing 1/1",
      "finished",
    ]);
    expect(told[0]).toMatchObject({ asked: [{ name: "tested", place: "local" }], pieces: 1, remembered: 0 });
    const kept = told.findLast((event) => event.kind === "finding");
    expect(review.findings).toEqual([kept?.finding]);
    expect(told.at(-1)).toMatchObject({ run: { outcome: "complete" }, spent: [{ connector: "tested", requests: 2 }] });
  });

  it("is told what of an answer holds that stays away, and that it does", async () => {
    behaviour = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk({ delta: { role: "assistant", content: answer.slice(0, middle) }, finish_reason: null }));
    };
    const told: ModelEvent[] = [];
    const clock = new VirtualClock();
    const review = await reviewedBy({
      client: client({ clock }),
      diff: addedFile("a.js", lines),
      onModel: (event) => {
        told.push(event);
        // Its patience ends once the beginning of the answer was heard, however long that took.
        if (event.kind === "finding" && !event.settled) queueMicrotask(() => clock.advance(5_000));
      },
    });
    expect(review.findings.map(({ title, confidence }) => [title, confidence])).toEqual([["Fault 1", "medium"]]);
    expect(told.findLast((event) => event.kind === "finding")).toMatchObject({ settled: true, finding: review.findings[0] });
    expect(told.at(-1)).toMatchObject({ kind: "finished", run: { outcome: "incomplete" } });
  });

  it("hears nothing after the time is over, whatever still comes", async () => {
    const told: ModelEvent[] = [];
    behaviour = (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk({ delta: { role: "assistant", content: answer.slice(0, middle) }, finish_reason: null }));
    };
    await reviewedBy({ client: client(), diff: addedFile("a.js", lines), budgetMs: 400, onModel: (event) => void told.push(event) });
    expect(told.at(-1)).toMatchObject({ kind: "finished", run: { outcome: "out-of-time" } });
    expect(told.filter(({ kind }) => kind === "finished")).toHaveLength(1);
  });
});

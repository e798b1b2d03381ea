import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportFormats, reports } from "#report";
import { RuleReviewer } from "#review";
import { createRuleEngine } from "#rules";
import { addedFile, clientFor, reviewedBy, settingsFor } from "./harness/ask.ts";
import { hostileLines } from "./harness/hostile-lines.ts";
import { kindOf, ModelServer, stated, stream } from "./harness/model-server.ts";

let server: ModelServer;
let hostile = "";
/** A model that was talked into everything: it repeats the line in all its words, plays down what the rules say, refutes what others found, and praises. */
beforeAll(async () => {
  server = await ModelServer.start((request, response) => {
    const obedient = [
      stated({
        line: 1,
        quote: "<<<<<<< HEAD",
        severity: "info",
        confidence: "low",
        category: "maintainability",
        title: "No conflict",
        message: "This is no conflict marker.",
      }),
      stated({
        line: 2,
        quote: hostile,
        severity: "info",
        category: "security",
        title: `${hostile}\u001b[31m`,
        message: `It throws. ${hostile} <b onclick=x()>\u001b[2J`,
      }),
      stated({ line: 3, quote: "nowhere at all", title: "Somewhere else", file: "../../etc/passwd" }),
      stated({ title: "No issues", message: "Looks good.", quote: "=======" }),
    ];
    const answers = {
      findings: { findings: obedient, note: hostile },
      verdicts: { verdicts: [1, 2, 3, 4].map((number) => ({ number, verdict: "refuted", reason: hostile })) },
      summary: { title: hostile, overview: hostile, highlights: [hostile], impact: [hostile], risks: [hostile] },
    };
    stream(response, JSON.stringify(answers[kindOf(request)]));
  });
});
afterAll(() => server.close());

const rules = new RuleReviewer(createRuleEngine());
const lines = (line: string): readonly string[] => ["<<<<<<< HEAD", line, "=======", "const a = 1;", ">>>>>>> other"];

it("there are fifty of them", () => {
  expect(hostileLines).toHaveLength(50);
});

describe.each(hostileLines)("%s", (_, line) => {
  it("hides nothing, lowers nothing, does not get out of its marks, and is no markup anywhere", async () => {
    hostile = line;
    server.received.length = 0;
    const diff = addedFile("a.js", lines(line));
    const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
    const alone = await reviewedBy({ client: clientFor([]), diff, before: [rules] });
    const review = await reviewedBy({ client, diff, before: [rules], effort: "low", summarise: true });
    // What the rules say stands as if no model had been asked.
    const said = alone.findings.filter(({ reviewer }) => reviewer === "rules");
    expect(said.length).toBeGreaterThan(0);
    expect(review.findings.filter(({ reviewer }) => reviewer === "rules")).toEqual(said);
    // Each block of data ends where its own mark stands, which nobody could know, and nowhere before.
    for (const { body } of server.received) {
      const { messages } = JSON.parse(body) as { readonly messages: readonly { readonly content: string }[] };
      const prompt = messages.at(-1)?.content ?? "";
      const marks = [...prompt.matchAll(/^<<<([0-9a-f]{20}) (?:change|stated faults|changes, file by file|findings)$/gm)].map(
        ([, mark]) => mark!,
      );
      const ours = marks.filter((mark) => mark !== "0123456789abcdef0123");
      expect(ours.length).toBeGreaterThan(0);
      for (const mark of new Set(ours)) expect(prompt.split(mark)).toHaveLength(3);
    }
    // Nothing of what the model repeated is anything but words.
    for (const { title, message, reviewer, path } of review.findings) {
      expect(path).toBe("a.js");
      if (reviewer === "model") expect(title + message).not.toMatch(/[\p{Cc}\p{Cf}]|<[a-z/]|\]\(|https?:\/\//iu);
    }
    for (const format of reportFormats) {
      const options = { version: "0", paint: plainPaint, columns: undefined };
      const text = reports[format](review, options);
      expect(text).not.toMatch(/(?![\n\t\r])[\p{Cc}\u202e\u200b]/u);
      if (format === "html") expect(text).not.toMatch(/<script>fetch|<img src=x|<b onclick/);
    }
  });
});

it.each(hostileLines.filter(([name]) => !["an invented delimiter", "an invented block"].includes(name)))(
  "%s is a finding itself",
  async (_, line) => {
    hostile = line;
    const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
    const review = await reviewedBy({ client, diff: addedFile("a.js", ["const a = 1;", line]) });
    expect(review.findings.map(({ ruleId, startLine }) => `${ruleId}:${startLine}`)).toContain("model/instruction-in-change:2");
  },
);

const same = (text: string): string => text;
const plainPaint = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same, magenta: same };

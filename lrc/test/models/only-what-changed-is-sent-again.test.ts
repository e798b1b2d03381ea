import { afterAll, beforeAll, expect, it } from "vitest";
import { Spending } from "#connectors";
import { clientFor, reviewedBy, settingsFor } from "./harness/ask.ts";
import { ModelServer, modelStating, stated } from "./harness/model-server.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await ModelServer.start(
    modelStating([stated({ quote: "  return value7 / count;", line: 64, replacement: "  return count === 0 ? 0 : value7 / count;" })]),
  );
});
afterAll(() => server.close());

class MapMemory {
  readonly answers = new Map<string, unknown>();
  get(key: string): unknown {
    return this.answers.get(key);
  }
  set(key: string, value: unknown): void {
    this.answers.set(key, value);
  }
}

/** A file with twenty changes far apart; `seventh` is the text of one of them. */
function twentyHunks(seventh: string, shift = 0): string {
  const hunks = Array.from({ length: 20 }, (_, index) => {
    const start = index * 10 + 1;
    const line = index === 6 ? seventh : `  return value${index + 1} * count;`;
    return `@@ -${start},5 +${start + shift},5 @@\n function f${index + 1}(value${index + 1}, count) {\n   log("f${index + 1}");\n-  return 0;\n+${line}\n }\n \n`;
  });
  return `diff --git a/a.js b/a.js\n--- a/a.js\n+++ b/a.js\n${hunks.join("")}`;
}

async function tokensOf(
  diff: string,
  memory: MapMemory,
  effort: "low" | "medium" = "medium",
): Promise<{ readonly bytes: number; readonly findings: number }> {
  server.received.length = 0;
  const spending = new Spending();
  const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })], { spending });
  const review = await reviewedBy({ client, diff, memory, spending, effort, summarise: true });
  return { bytes: server.received.reduce((sum, { body }) => sum + body.length, 0), findings: review.findings.length };
}

it("after a correction of one of twenty hunks no more than a tenth is sent, and nothing when nothing changed", async () => {
  const memory = new MapMemory();
  const first = await tokensOf(twentyHunks("  return value7 / count;"), memory);
  expect(first.findings).toBe(1);
  const again = await tokensOf(twentyHunks("  return value7 / count;"), memory);
  expect(again).toEqual({ bytes: 0, findings: 1 });
  // Everything has moved by a line.
  const moved = await tokensOf(twentyHunks("  return value7 / count;", 1), memory);
  expect(moved).toEqual({ bytes: 0, findings: 1 });
  const corrected = await tokensOf(twentyHunks("  return count === 0 ? 0 : value7 / count;"), memory);
  expect(corrected.findings).toBe(0);
  expect(corrected.bytes).toBeGreaterThan(0);
  expect(corrected.bytes / first.bytes).toBeLessThanOrEqual(0.1);
});

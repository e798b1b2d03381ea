import { stripVTControlCharacters } from "node:util";
import { coloursFor } from "kit/cli";
import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import type { Finding, ModelEvent } from "#review";
import { LiveFindings } from "./live-findings.ts";

const finding = (line: number): Finding => ({
  ruleId: "model/correctness",
  title: `Fault ${line}`,
  severity: "error",
  confidence: "high",
  category: "correctness",
  subcategory: "judgement",
  cwe: [],
  message: "It fails.",
  suggestion: undefined,
  path: "a\u001b[2Jb.js",
  side: "new",
  startLine: line,
  endLine: line,
  startColumn: undefined,
  endColumn: undefined,
  anchorLine: line,
  causedByRemoval: false,
  excerpt: { firstLine: line, lines: [] },
  fingerprint: `fingerprint-${line}`,
  reviewer: "model",
});

const events: readonly ModelEvent[] = [
  { kind: "started", asked: [{ name: "mine", model: "m", place: "local", destination: "here" }], pieces: 1, remembered: 0 },
  { kind: "progress", step: "reviewing", done: 0, total: 1 },
  { kind: "finding", finding: finding(1), settled: false },
  { kind: "finding", finding: finding(2), settled: false },
  { kind: "withdrawn", fingerprint: "fingerprint-1" },
  { kind: "finding", finding: finding(2), settled: true },
  { kind: "progress", step: "summing-up", done: 1, total: 1 },
];

/** What is written on a screen of that kind while the events happen, each long enough after the one before to be seen. */
function writtenOn({ isTerminal = true, columns = 60 }: { readonly isTerminal?: boolean; readonly columns?: number }): readonly string[] {
  const written: string[] = [];
  const clock = new VirtualClock();
  const screen = { isTerminal, columns, write: (text: string | Uint8Array) => void written.push(String(text)) };
  using live = new LiveFindings(screen, clock, coloursFor({ isTerminal: false }, {}));
  const { onModel } = live.watching();
  for (const event of events) {
    onModel?.(event);
    clock.advance(200);
  }
  live.clear();
  return written;
}

it("a terminal shows findings as they come, takes back what was refuted, and is left as it was", () => {
  const written = writtenOn({});
  const all = written.join("");
  expect(all).toContain("Fault 1 (being checked)\n");
  expect(all).toContain("asking mine (m): 0 of 1 answered, 1 found\n");
  const last = written.at(-2)!;
  expect(last).toContain("Fault 2\n");
  expect(last).toContain("summing up, 1 found");
  expect(last).not.toContain("Fault 1");
  expect(all).not.toContain("\u001b[2J");
  // What is taken away is as many lines as stand there, and nothing stands there in the end.
  let standing = 0;
  for (const text of written) {
    const up = text.startsWith("\u001b[") ? Number.parseInt(text.slice(2), 10) : 0;
    expect(up).toBe(standing);
    standing = standing - up + (text.split("\n").length - 1);
    for (const line of text.split("\n")) expect(stripVTControlCharacters(line).length).toBeLessThan(60);
  }
  expect(standing).toBe(0);
});

it("a terminal that does not know how wide it is is taken for one of eighty columns", () => {
  expect(writtenOn({ columns: 0 }).join("")).toContain("Fault 1 (being checked)\n");
});

it("where nobody watches nothing is written", () => {
  expect(writtenOn({ isTerminal: false })).toEqual([]);
});

it("who watches beside is told the same", () => {
  const told: string[] = [];
  const live = new LiveFindings(
    { isTerminal: false, columns: 80, write: () => undefined },
    new VirtualClock(),
    coloursFor({ isTerminal: false }, {}),
  );
  const { onModel, onProgress } = live.watching({ onModel: ({ kind }) => told.push(kind), onProgress: () => told.push("rules") });
  onProgress?.({ findings: [finding(9)], suppressed: [], reviewers: [] });
  for (const event of events) onModel?.(event);
  expect(told).toEqual(["rules", ...events.map(({ kind }) => kind)]);
});

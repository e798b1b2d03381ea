import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coveragePercent, lineKeys } from "./coverage.ts";
import { type Answer, beginning, type DecisionEvent, decide } from "./decision-machine.ts";
import { afterReview, coveredBy, parseSession } from "./iterations.ts";
import { appendLine, formatVerdict, onlyOurLineDiffers, parseVerdict, verdictOf } from "./trailer.ts";

const reviewed = (changes: Partial<Extract<DecisionEvent, { kind: "reviewed" }>> = {}, findings = 1): DecisionEvent => ({
  kind: "reviewed",
  review: { findings: Array.from({ length: findings }) as never, complete: true },
  isBlocking: false,
  canAsk: true,
  ...changes,
});

describe("a decision", () => {
  it("is not asked for when nothing was found", () => {
    expect(decide(beginning, reviewed({}, 0))).toEqual({ state: "decided", answer: "commit", by: "clean" });
  });

  it("is made by the policy where nobody can be asked", () => {
    expect(decide(beginning, reviewed({ canAsk: false }))).toMatchObject({ answer: "commit", by: "policy" });
    expect(decide(beginning, reviewed({ canAsk: false, isBlocking: true }))).toMatchObject({ answer: "abort", by: "policy" });
  });

  it("cannot be to commit what is to be stopped, but somebody may vouch for it", () => {
    const asking = decide(beginning, reviewed({ isBlocking: true }));
    expect(decide(asking, { kind: "answered", answer: "commit" })).toBe(asking);
    expect(decide(asking, { kind: "answered", answer: "vouch" })).toMatchObject({ answer: "vouch", by: "person" });
  });

  it("is made once, whatever comes after it", () => {
    const event = fc.oneof(
      fc.constantFrom<Answer>("commit", "vouch", "skip", "abort").map((answer): DecisionEvent => ({ kind: "answered", answer })),
      fc.constant<DecisionEvent>({ kind: "interrupted" }),
      fc.constant(reviewed()),
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let state = beginning;
        for (const one of events) {
          const next = decide(state, one);
          if (state.state === "decided") expect(next).toBe(state);
          state = next;
        }
      }),
    );
  });
});

describe("the line under a message", () => {
  it("is read as it was written", () => {
    for (const verdict of [
      { action: "ran", iterations: 3, coveragePercent: 85 },
      { action: "vouched", iterations: 1, coveragePercent: 100 },
      { action: "skipped", reason: "merge" },
    ] as const) {
      expect(parseVerdict(formatVerdict(verdict))).toEqual(verdict);
    }
    expect(formatVerdict({ action: "skipped", reason: "a (b)\nSigned-off-by: Eve" })).toBe("skipped (a b Signed-off-by: Eve)");
  });

  it("is found in older commits too", () => {
    expect(verdictOf("s\n\nLiveReview Pre-Commit Check: ran (iter:2, coverage:40%)\n")).toEqual({
      action: "ran",
      iterations: 2,
      coveragePercent: 40,
    });
    expect(verdictOf("s\n\nLiveReview Pre-Commit Check: skipped manually\n")).toEqual({ action: "skipped", reason: "by hand" });
    expect(verdictOf("s\n\nLiveReview Pre-Commit Check: skipped (iter:1, coverage:0%)\n")).toEqual({
      action: "skipped",
      reason: "by hand",
    });
    expect(verdictOf("s\r\n\r\nLiveReview Pre-Commit Check: vouched (iter:1, coverage:7%)\r\n")).toMatchObject({ coveragePercent: 7 });
    expect(verdictOf("s\n\nLiveReview Pre-Commit Check: ran")).toMatchObject({ action: "ran" });
    expect(verdictOf("s\n\nLiveReview Pre-Commit Check: ranged (iter:1, coverage:7%)\n")).toBeUndefined();
    expect(verdictOf("s\n\nLiveReview Pre-Commit Check: ran (iter:99999999999999999999, coverage:900%)")).toMatchObject({ iterations: 1 });
  });

  it("is found whatever lines end with, and only where it makes sense", () => {
    const ran = { action: "ran", iterations: 3, coveragePercent: 85 };
    expect(verdictOf("s\r\n\r\nLrc-Review: ran (iter:3, coverage:85%)\r\n")).toEqual(ran);
    expect(verdictOf("s\n\nLrc-Review: nonsense\n")).toBeUndefined();
    expect(verdictOf("s\n\nLrc-Review: ran (iter:3, coverage:999%)\n")).toBeUndefined();
  });

  it("stands above the comments and the scissors", () => {
    const line = "Lrc-Review: ran (iter:1, coverage:100%)";
    const message =
      "subject\n\nhttp://a/b: see\n\n# Please enter the commit message\n# ------------------------ >8 ------------------------\ndiff --git a/x b/x\n";
    const output = appendLine(message, line, "#");
    expect(output).toBe(
      `subject\n\nhttp://a/b: see\n\n${line}\n\n# Please enter the commit message\n# ------------------------ >8 ------------------------\ndiff --git a/x b/x\n`,
    );
    expect(onlyOurLineDiffers(message, output)).toBe(true);
    expect(appendLine(output, line, "#")).toBe(output);
  });

  it.each([
    ["subject\n\nbody\n\nFixes=#1\nRefs= 2\n  more\n", ":=", ""],
    ["subject\n\nRefs:1\n", ":", ""],
    ["subject\n\nFixes=#1\n", ":", "\n"],
    ["Fixes: 1\n", ":", "\n"],
    ["subject\n\nhttp://a/b: see\n", ":", "\n"],
    ["subject\n\n  Refs: 1\n", ":", "\n"],
  ])("stands with trailers, however they are written, and apart from what is none: %j with %s", (message, separators, gap) => {
    expect(appendLine(message, "Lrc-Review: ran", "#", separators)).toBe(`${message}${gap}Lrc-Review: ran\n`);
  });

  it("is the only difference, or is not written", () => {
    const line = "Lrc-Review: ran (iter:1, coverage:100%)\n";
    expect(onlyOurLineDiffers("a\n", `a\n\n${line}`)).toBe(true);
    expect(onlyOurLineDiffers("a\n", `b\n\n${line}`)).toBe(false);
    expect(onlyOurLineDiffers("a\n", "a\n")).toBe(false);
    expect(onlyOurLineDiffers("a\n", `a\n\n${line}${line}`)).toBe(false);
  });

  it("leaves every message as it was but for itself", () => {
    const text = fc.array(fc.constantFrom("subject", "", "# comment", "Key: value", "http://a/b: c", "---", "\u00e9", "  "), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(text, (lines) => {
        const message = `${lines.join("\n")}\n`;
        expect(onlyOurLineDiffers(message, appendLine(message, "Lrc-Review: skipped (merge)", "#"))).toBe(true);
      }),
    );
  });
});

describe("coverage", () => {
  const line = (text: string, path = "a") => ({ path, kind: "added" as const, text });

  it("knows a line again by its content, wherever it has moved", () => {
    const [first] = lineKeys([line("x")]);
    expect(lineKeys([line("y"), line("x")])).toContain(first);
    expect(lineKeys([line("x", "b")])).not.toContain(first);
    expect(new Set(lineKeys([line("x"), line("x"), { ...line("x"), kind: "removed" }])).size).toBe(3);
  });

  it("is whole only when it is whole", () => {
    expect([coveragePercent(999, 1000), coveragePercent(1, 1), coveragePercent(0, 0), coveragePercent(0, 3)]).toEqual([99, 100, 100, 0]);
  });

  it("counts what earlier reviews of the same commit-to-be have seen, and iterations by their trees", () => {
    const first = afterReview(undefined, "h", "t1", lineKeys([line("x")]));
    const again = afterReview(first, "h", "t1", []);
    const second = afterReview(again, "h", "t2", lineKeys([line("y")]));
    expect(second.trees).toEqual(["t1", "t2"]);
    expect(coveredBy(second, "h", lineKeys([line("x"), line("y"), line("z")]))).toBe(2);
    expect(coveredBy(second, "moved", lineKeys([line("x")]))).toBe(0);
    expect(afterReview(second, "moved", "t3", []).trees).toEqual(["t3"]);
    expect(parseSession(JSON.stringify(second))).toEqual(second);
    expect([parseSession("{"), parseSession("{}"), parseSession("null")]).toEqual([undefined, undefined, undefined]);
  });
});

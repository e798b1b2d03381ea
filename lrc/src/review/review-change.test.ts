import { VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { type ChangedFile, parseUnifiedDiff, textAfter, visibleText } from "#diff";
import { defaultPolicy } from "./policy.ts";
import type { Remark } from "./remark.ts";
import { type ReviewSettings, reviewChange } from "./review-change.ts";
import type { Reviewer } from "./reviewer.ts";

const before = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", ""].join("\n");
const patch = `--- a/src/a.ts
+++ b/src/a.ts
@@ -2,4 +2,5 @@
 second
-third
+3
+const token = "glxx-0123456789abcdef";
 fourth
 fifth
`;

function fileOf(diffText = patch, text = before): ChangedFile {
  const diff = parseUnifiedDiff(diffText)[0]!;
  return { diff, before: text, after: text === "" ? visibleText(diff, "new") : textAfter(text, diff) };
}

function remark(changes: Partial<Remark> = {}): Remark {
  return {
    ruleId: "test/rule",
    title: "a fault",
    severity: "error",
    confidence: "high",
    category: "correctness",
    subcategory: "test",
    cwe: [],
    message: "this is wrong",
    suggestion: undefined,
    path: "src/a.ts",
    side: "new",
    startLine: 3,
    endLine: 3,
    startColumn: undefined,
    endColumn: undefined,
    causedByRemoval: false,
    secrets: [],
    ...changes,
  };
}

const saying = (remarks: readonly Remark[], problems: readonly string[] = []): Reviewer => ({
  name: "test",
  review: () => Promise.resolve({ remarks, problems }),
});

function settings(reviewer: Reviewer, more: Partial<ReviewSettings> = {}): ReviewSettings {
  return { reviewers: [reviewer], policyFor: () => defaultPolicy, budgetMs: 1000, clock: new VirtualClock(), ...more };
}

const review = (remarks: readonly Remark[], more: Partial<ReviewSettings> = {}, file = fileOf()) =>
  reviewChange(
    { source: { kind: "staged", label: "staged changes" }, files: [file], skipped: [], leftOut: [] },
    settings(saying(remarks), more),
  );

describe("what is said about a change", () => {
  it("is kept where it is about a changed line, on either side, or caused by a removal", async () => {
    const { findings } = await review([
      remark({ startLine: 3, endLine: 3 }),
      remark({ startLine: 1, endLine: 2, message: "old news" }),
      remark({ side: "old", startLine: 3, endLine: 3, message: "was removed" }),
      remark({ side: "old", startLine: 4, endLine: 4, message: "is still there" }),
      remark({ startLine: 7, endLine: 7, causedByRemoval: true, message: "nobody checks any more" }),
      remark({ path: "elsewhere.ts", message: "not in the change" }),
    ]);
    expect(findings.map(({ message }) => message)).toEqual(["was removed", "this is wrong", "nobody checks any more"]);
    expect(findings.map(({ anchorLine }) => anchorLine)).toEqual([3, 3, 7]);
  });

  it("is said once for one place and one kind of fault", async () => {
    const { findings } = await review([
      remark({ ruleId: "test/unsure", confidence: "medium" }),
      remark({ ruleId: "test/sure" }),
      remark({ ruleId: "test/other", subcategory: "another" }),
    ]);
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(["test/other", "test/sure"]);
  });

  it("comes worst first, then in the order of the file", async () => {
    const { findings } = await review([remark({ severity: "warning" }), remark({ startLine: 4, endLine: 4, severity: "critical" })]);
    expect(findings.map(({ severity }) => severity)).toEqual(["critical", "warning"]);
  });

  it("never shows a secret, not even in what another rule says about the line", async () => {
    const secret = "glxx-0123456789abcdef";
    const done = await review([
      remark({ startLine: 4, endLine: 4, secrets: [secret], message: `found ${secret}` }),
      remark({ startLine: 3, endLine: 3, subcategory: "other", suggestion: `write ${secret}` }),
    ]);
    expect(JSON.stringify(done)).not.toContain(secret);
    expect(done.findings[1]?.message).toBe("found glxx[masked]");
  });
});

it("a reason that quotes the secret is told without it", async () => {
  const secret = "glxx-0123456789abcdef";
  const file = fileOf(
    patch.replace(`"${secret}";`, `"${secret}"; // lrc-ignore test/rule: ${secret} was revoked, see https://host/a/b/issues/1234`),
  );
  const remarks = [remark({ startLine: 4, endLine: 4, secrets: [secret] }), remark({ subcategory: "other" })];
  const { findings } = await review(remarks, {}, file);
  const other = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"; // gone from the code, and known to nobody
  const done = await review(remarks, { dismissed: new Map([[findings[0]!.fingerprint, `password=hunter2, ${other}`]]) }, file);
  expect(done.suppressed.map(({ reason }) => reason)).toEqual([
    "password=[masked], ghp_[masked]",
    "glxx[masked] was revoked, see https://host/a/b/issues/1234",
  ]);
});

describe("lines around a finding", () => {
  it("show no secret that was there before", async () => {
    const secrets = ["AKIAIOSFODNN7EXAMPLQ", "hunter2", "s3cret"];
    const text = before
      .replace("second", `const key = "${secrets[0]}"`)
      .replace("fourth", `password: "${secrets[1]}"`)
      .replace("fifth", `postgres://me:${secrets[2]}@db/x`);
    const shown = patch
      .replace(" second", ` const key = "${secrets[0]}"`)
      .replace(" fourth", ` password: "${secrets[1]}"`)
      .replace(" fifth", ` postgres://me:${secrets[2]}@db/x`);
    const done = await review(
      [remark({ startLine: 3, endLine: 4 }), remark({ side: "old", startLine: 3, endLine: 3 })],
      {},
      fileOf(shown, text),
    );
    expect(done.findings).toHaveLength(2);
    for (const secret of secrets) expect(JSON.stringify(done)).not.toContain(secret);
    expect(done.findings[1]?.excerpt.lines.slice(1, 4)).toEqual([
      'const key = "AKIA[masked]"',
      "3",
      'const token = "glxx-0123456789abcdef";',
    ]);
  });
});

describe("what is not shown", () => {
  it("is what a comment gives a reason for, on its line or the line above", async () => {
    const text = patch
      .replace("+3\n", "+3 // lrc-ignore test/rule: measured, and fine\n")
      .replace(/\+const.*\n/, "+# lrc-ignore test/*: see below\n");
    const file = fileOf(text);
    const { findings, suppressed } = await review([remark(), remark({ startLine: 5, endLine: 5, causedByRemoval: true })], {}, file);
    expect(findings).toEqual([]);
    expect(suppressed.map(({ by, reason }) => [by, reason])).toEqual([
      ["inline", "measured, and fine"],
      ["inline", "see below"],
    ]);
  });

  it("is not what a comment without a reason asks for, and its author is told", async () => {
    const { findings, notices } = await review([remark()], {}, fileOf(patch.replace("+3\n", "+3 // lrc-ignore test/rule\n")));
    expect(findings).toHaveLength(1);
    expect(notices).toEqual(['src/a.ts:3: "lrc-ignore test/rule" gives no reason and is not followed; write "lrc-ignore test/rule: why"']);
  });

  it("is what the baseline holds, also after the lines have moved", async () => {
    const { findings } = await review([remark()]);
    const baseline = { fingerprints: new Set(findings.map(({ fingerprint }) => fingerprint)) };
    const moved = fileOf(patch.replace("@@ -2,4 +2,5 @@", "@@ -3,4 +3,5 @@"), `zeroth\n${before}`);
    const later = await review([remark({ startLine: 4, endLine: 4 })], { baseline }, moved);
    expect(later.findings).toEqual([]);
    expect(later.suppressed.map(({ by }) => by)).toEqual(["baseline"]);
  });

  it("is not one more of what the baseline holds, wherever it is added", async () => {
    const all = fileOf("--- /dev/null\n+++ b/src/a.ts\n@@ -0,0 +1,2 @@\n+eval(x)\n+y\n", "");
    const { findings } = await review([remark({ startLine: 1, endLine: 1 })], {}, all);
    const baseline = { fingerprints: new Set(findings.map(({ fingerprint }) => fingerprint)) };
    const added = [
      ["@@ -1,2 +1,3 @@\n+eval(x)\n eval(x)\n y\n", 1],
      ["@@ -1,2 +1,3 @@\n eval(x)\n y\n+  eval(x)\n", 3],
    ] as const;
    for (const [hunk, line] of added) {
      const file = fileOf(`--- a/src/a.ts\n+++ b/src/a.ts\n${hunk}`, "eval(x)\ny\n");
      const later = await review([remark({ startLine: line, endLine: line })], { baseline }, file);
      expect(later.findings, hunk).toHaveLength(1);
    }
    const moved = fileOf("--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,2 +1,2 @@\n-eval(x)\n y\n+  eval(x)\n", "eval(x)\ny\n");
    expect((await review([remark({ startLine: 2, endLine: 2 })], { baseline }, moved)).findings).toEqual([]);
  });

  it("is what somebody dismissed, what is switched off, and what is less than was asked for", async () => {
    const { findings } = await review([remark()]);
    const policy = { ...defaultPolicy, rules: new Map([["test/off", "off"] as const, ["test/raised", "critical"] as const]) };
    const done = await review(
      [
        remark(),
        remark({ ruleId: "test/off", subcategory: "1" }),
        remark({ ruleId: "test/minor", subcategory: "2", severity: "info" }),
        remark({ ruleId: "test/unsure", subcategory: "3", confidence: "low" }),
        remark({ ruleId: "test/raised", subcategory: "4", severity: "info" }),
      ],
      { dismissed: new Map([[findings[0]!.fingerprint, "known"]]), policyFor: () => policy },
    );
    expect(done.findings.map(({ ruleId, severity }) => [ruleId, severity])).toEqual([["test/raised", "critical"]]);
    expect(done.suppressed.map(({ reason }) => reason).toSorted()).toEqual([
      "below warning",
      "known",
      "less sure than medium",
      "the rule is off",
    ]);
  });
});

describe("what counts as reviewed", () => {
  it("is every changed line when the reviewers came to their end", async () => {
    const { coverage, complete, files } = await review([]);
    expect({ coverage, complete, files: files.length }).toEqual({
      coverage: { reviewedLines: 3, changedLines: 3 },
      complete: true,
      files: 1,
    });
  });

  it("is nothing when one failed, said it could not, or ran out of time", async () => {
    const clock = new VirtualClock();
    const stuck: Reviewer = { name: "stuck", review: () => new Promise(() => undefined) };
    const failing: Reviewer = { name: "failing", review: () => Promise.reject(new Error("no")) };
    for (const reviewer of [failing, saying([], ["a.ts: too deep"]), stuck]) {
      const input = { source: { kind: "staged", label: "" } as const, files: [fileOf()], skipped: [], leftOut: [] };
      const reviewing = reviewChange(input, settings(reviewer, { clock }));
      clock.advance(2000);
      const { coverage, complete, files, skipped, reviewers } = await reviewing;
      expect(complete, reviewer.name).toBe(false);
      expect(coverage).toEqual({ reviewedLines: 0, changedLines: 3 });
      expect([files.length, skipped.map(({ reason }) => reason)]).toEqual([0, ["not-reviewed"]]);
      expect(reviewers[0]?.outcome).not.toBe("complete");
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DiffSection, DiffSections, type SectionLimits } from "./diff-sections.ts";
import { parseUnifiedDiff } from "./unified-diff.ts";

const roomy: SectionLimits = { maxBytes: 1_000_000, maxChangedLines: 1_000, maxBytesInAll: 1_000_000 };

function sectionsOf(text: string, limits: Partial<SectionLimits> = {}, chunkSize = 7): readonly DiffSection[] {
  const splitter = new DiffSections({ ...roomy, ...limits });
  const bytes = Buffer.from(text);
  const found: DiffSection[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize) found.push(...splitter.push(bytes.subarray(at, at + chunkSize)));
  return [...found, ...splitter.end()];
}

const first =
  "diff --git a/one b/one\nindex 1..2 100644\n--- a/one\n+++ b/one\n@@ -1,2 +1,2 @@\n-diff --git a/x b/x\n+@@ -1 +1 @@\n same\n";
const plain = "--- two\n+++ two\n@@ -1 +1 @@\n-- a/x\n+++ b/x\n";
const mode = "diff --git a/mode b/mode\nold mode 100644\nnew mode 100755\n";

describe("the sections of a diff", () => {
  it("are what is about one file each, in any dialect, without the lines between them", () => {
    const mail = `From: Ada\n\n---\n one | 2 +-\n\n${first}-- \n2.39.5\n\n${plain}Index: gone\n===\n--- gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n${mode}`;
    const sections = sectionsOf(mail);
    expect(sections.map(({ text }) => text.split("\n")[0])).toEqual([
      "diff --git a/one b/one",
      "--- two",
      "Index: gone",
      "diff --git a/mode b/mode",
    ]);
    expect(sections.map(({ addedCount, removedCount }) => [addedCount, removedCount])).toEqual([
      [1, 1],
      [1, 1],
      [0, 1],
      [0, 0],
    ]);
    expect(sections.flatMap(({ text }) => parseUnifiedDiff(text).map(({ path }) => path))).toEqual(["one", "two", "gone", "mode"]);
  });

  it("do not depend on how the bytes arrive", () => {
    const text = `${first}${plain}${mode}`;
    const whole = sectionsOf(text, {}, text.length);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
        expect(sectionsOf(text, {}, size)).toEqual(whole);
      }),
    );
    expect(sectionsOf(text.replaceAll("\n", "\r\n")).map(({ addedCount }) => addedCount)).toEqual(
      whole.map(({ addedCount }) => addedCount),
    );
  });

  it("that are too large are counted, and only their headers are kept", () => {
    const hunks = Array.from({ length: 5_000 }, (_, index) => `@@ -${index + 1} +${index + 1} @@\n-a\n+b\n`).join("");
    const [big, next, ...rest] = sectionsOf(`--- a/big\n+++ b/big\n${hunks}${first}`);
    expect(big).toEqual({ text: "--- a/big\n+++ b/big\n", isTooLarge: true, addedCount: 5_000, removedCount: 5_000 });
    expect(next).toMatchObject({ isTooLarge: false, text: first });
    expect(rest).toEqual([]);
    expect(parseUnifiedDiff(big!.text)).toMatchObject([{ path: "big", hunks: [] }]);
  });

  it("that have a line without end are too large, and the next one is found again", () => {
    const text = `--- a/long\n+++ b/long\n@@ -0,0 +1 @@\n+${"x".repeat(50_000)}\n${first}`;
    expect(sectionsOf(text, { maxBytes: 10_000 }, 999)).toMatchObject([{ isTooLarge: true, addedCount: 1 }, { isTooLarge: false }]);
  });

  it("are kept until there is enough of them", () => {
    expect(sectionsOf(first + plain, { maxBytesInAll: first.length + 10 })).toMatchObject([{ isTooLarge: false }, { isTooLarge: true }]);
  });

  it("survive whatever bytes there are", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.array(fc.constantFrom(first, plain, mode, "@@ -1 +1 @@\n", "+", "\n", "\0")),
        (noise, parts) => {
          const text = parts.join("") + Buffer.from(noise).toString("latin1") + parts.toReversed().join("");
          for (const { addedCount, removedCount } of sectionsOf(text)) expect(addedCount + removedCount).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

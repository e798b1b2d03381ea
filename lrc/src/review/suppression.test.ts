import { describe, expect, it } from "vitest";
import { findSuppressions, suppresses } from "./suppression.ts";

/** A comment with a line for itself, in the syntax of each language. */
const comments: readonly (readonly [string, string])[] = [
  ["JavaScript, Go, Java, Rust, C, C#, PHP", "// lrc-ignore injection/code: a constant"],
  ["C, CSS, SQL", "/* lrc-ignore injection/code: a constant */"],
  ["JSX", "  {/* lrc-ignore injection/code: a constant */}"],
  ["a comment for a documentation", "/** lrc-ignore injection/code: a constant */"],
  ["the middle of one", " * lrc-ignore injection/code: a constant"],
  ["Rust and C# documentation", "/// lrc-ignore injection/code: a constant"],
  ["Rust, of what is around it", "//! lrc-ignore injection/code: a constant"],
  ["Python, Ruby, shell, YAML, Terraform, Dockerfile", "    # lrc-ignore injection/code: a constant"],
  ["SQL, Lua, Haskell", "-- lrc-ignore injection/code: a constant"],
  ["HTML, Markdown, Vue", "<!-- lrc-ignore injection/code: a constant -->"],
  ["Jinja, Twig", "{# lrc-ignore injection/code: a constant #}"],
  ["Blade", "{{-- lrc-ignore injection/code: a constant --}}"],
  ["ERB", "<%# lrc-ignore injection/code: a constant %>"],
  ["Lisp, INI", "; lrc-ignore injection/code: a constant"],
  ["TeX, Erlang", "% lrc-ignore injection/code: a constant"],
];

describe("lrc-ignore", () => {
  it.each(comments)("alone on a line is about the next one: %s", (_, comment) => {
    const { valid } = findSuppressions(`${comment}\r\neval(x)\r\n`);
    expect(valid).toEqual([{ rule: "injection/code", reason: "a constant", line: 1, lines: [1, 2] }]);
  });

  it.each(comments)("behind code is about its own line: %s", (_, comment) => {
    const { valid } = findSuppressions(`eval(x) ${comment}\neval(y)\n`);
    expect(valid).toEqual([{ rule: "injection/code", reason: "a constant", line: 1, lines: [1, 1] }]);
  });

  it("is about a group or a file, and about nothing without a reason", () => {
    const [one] = findSuppressions("# lrc-ignore injection/*: why").valid;
    expect([
      suppresses(one!, "injection/code", 2, 2),
      suppresses(one!, "secret/token", 2, 2),
      suppresses(one!, "injection/code", 3, 3),
    ]).toEqual([true, false, false]);
    expect(findSuppressions("# lrc-ignore-file injection/code: why").valid).toMatchObject([{ lines: undefined }]);
    for (const line of ["# lrc-ignore injection/code", "// lrc-ignore injection/code:  ", "/* lrc-ignore injection/code: */"]) {
      expect(findSuppressions(line)).toMatchObject({ valid: [], unreasoned: [{ rule: "injection/code", line: 1 }] });
    }
    expect(findSuppressions("lrc-ignore injection/code: no comment")).toEqual({ valid: [], unreasoned: [] });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verbose } from "./verbose.ts";

describe("an expression over several lines", () => {
  it("means what it means on one", () => {
    const several = verbose`
      ^\s*(?:
        one | two  # as they are called
        | t(?<rest>hree)
      )\b
      | ["'\`]\${x}
    `;
    expect(several.source).toBe(/^\s*(?:one|two|t(?<rest>hree))\b|["'`]\${x}/.source);
    expect(several.flags).toBe("");
  });

  it("has the white space, signs and remarks that are written for it", () => {
    expect(verbose`a\ b[ #]c\#d\[ \] \\ [\] ]`.source).toBe(String.raw`a b[ #]c#d\[\]\\[\] ]`);
  });

  it("has flags", () => {
    expect(verbose("gi")`a | b`).toEqual(/a|b/gi);
  });

  it("ends in a wrong one as a literal does", () => {
    expect(() => verbose`(a`).toThrow(SyntaxError);
  });

  it("loses nothing of any text that is written out for it", () => {
    const written = (text: string): TemplateStringsArray => Object.assign([text], { raw: [text] });
    const character = fc.constantFrom(..."ab #\\[](|)\t\n`");
    fc.assert(
      fc.property(fc.array(character), fc.array(fc.constantFrom(" ", "\n  ", "# x\n"), { minLength: 1 }), (characters, between) => {
        const literal = characters.map((one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
        const spread = literal.map((one, at) => one + (between[at % between.length] ?? "")).join("");
        const made = verbose(written(spread));
        expect(made.source).toBe(literal.length === 0 ? "(?:)" : literal.join(""));
        expect(new RegExp(`^(?:${made.source})$`).test(characters.join(""))).toBe(true);
      }),
    );
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { excerptOf } from "./excerpt.ts";

const secret = "glxx-0123456789abcdef";

function shownOf(line: string, place: string): string {
  const startColumn = line.indexOf(place) + 1;
  const where = { startLine: 1, endLine: 1, startColumn, endColumn: startColumn + place.length };
  return excerptOf(where, { lines: [line, ""], looked: new Set([1]), secrets: [secret] }).lines[0]!;
}

it("shows the place of a long line, wherever it is", () => {
  const filler = (length: number) => fc.string({ minLength: length, maxLength: 2000, unit: fc.constantFrom("a", " ", "ö", ";") });
  const place = "eval(input)";
  fc.assert(
    fc.property(filler(0), filler(0), fc.boolean(), (left, right, hasSecret) => {
      const shown = shownOf(`${hasSecret ? secret : ""}${left}${place}${right}`, place);
      expect(shown).toContain(place);
      expect(shown.length).toBeLessThanOrEqual(402);
      expect(shown).not.toContain(secret.slice(5));
    }),
  );
});

it("says on which side something is left out", () => {
  expect(shownOf("short", "short")).toBe("short");
  expect(shownOf(`near${"x".repeat(1000)}`, "near")).toMatch(/^nearx+…$/);
  expect(shownOf(`${"x".repeat(1000)}far${"x".repeat(1000)}`, "far")).toMatch(/^…x+farx+…$/);
  expect(shownOf(`${"x".repeat(1000)}far`, "far")).toMatch(/^…x+far$/);
});

it("cuts no secret into a piece that nobody would mask", () => {
  const known = { lines: [`${"x".repeat(395)}${secret}${"y".repeat(500)}`], looked: new Set([1]), secrets: [secret] };
  const unknown = { ...known, lines: [`${"; ".repeat(196)}${secret} ${"; ".repeat(500)}`], looked: new Set<number>(), secrets: [] };
  for (const source of [known, unknown]) {
    const where = { startLine: 1, endLine: 1, startColumn: undefined, endColumn: undefined };
    expect(excerptOf(where, source).lines[0]).not.toContain("glxx-0");
  }
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const known = ["review", "commit", "rules", "model", "TargetName"];

test.each([
  ["revew", "review"],
  ["comit", "commit"],
  ["Modle", "model"],
  ["targetNam", "TargetName"],
  ["elephants", undefined],
  ["", undefined],
])("%s is a slip of %s", (name, meant) => {
  expect(nearestName(name, known)).toBe(meant);
});

test("a name that is known is its own nearest, and one character more or less changes nothing", () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{4,20}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(names, fc.nat(), fc.nat(), (all, which, at) => {
      const name = all[which % all.length]!;
      expect(nearestName(name.toUpperCase(), all)).toBe(name);
      const place = at % name.length;
      expect(nearestName(name.slice(0, place) + name.slice(place + 1), [name])).toBe(name);
      expect(nearestName(`${name.slice(0, place)}_${name.slice(place)}`, [name])).toBe(name);
    }),
  );
});

test("nothing is near where nothing is known", () => {
  expect(nearestName("review", [])).toBeUndefined();
});

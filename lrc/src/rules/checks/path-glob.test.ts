import { expect, test } from "vitest";
import { pathGlob } from "./path-glob.ts";

test.each([
  ["src/**/*.ts", "src/a.ts", true],
  ["src/**/*.ts", "src/a/b/c.ts", true],
  ["src/**/*.ts", "lib/src/a.ts", false],
  ["**/test/**", "test/a.ts", true],
  ["**/test/**", "a/b/test/c/d.ts", true],
  ["**/test/**", "a/latest/c.ts", false],
  ["*.test.ts", "a/b.test.ts", true],
  ["src/*.{ts,tsx}", "src/a.tsx", true],
  ["src/*.{ts,tsx}", "src/a.js", false],
  ["src/[a-c]?.ts", "src/bx.ts", true],
  ["src/[!a-c]?.ts", "src/bx.ts", false],
  ["a.ts", "abts", false],
  ["", "a", false],
])("the glob %j and the path %j: %j", (glob, path, matches) => {
  expect(pathGlob(glob)(path)).toBe(matches);
});

test.each(["a[b", "a{b", "a}b", "{a,b}".repeat(9), "*".repeat(1001)])("a glob that cannot be read is refused: %j", (glob) => {
  expect(() => pathGlob(glob)).toThrow(/^(?:has|is longer)/);
});

test("a glob of many stars ends soon on a long path", () => {
  expect(pathGlob("*a".repeat(200))(`${"a/".repeat(2000)}b`)).toBe(false);
});

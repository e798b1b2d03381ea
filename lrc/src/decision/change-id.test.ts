import { expect, it } from "vitest";
import { type FileDiff, parseUnifiedDiff } from "#diff";
import { changeId } from "./change-id.ts";

/** A change of one file: its lines with their signs, the first of which stands at `start`. */
function diffOf(lines: readonly string[], { start = 1, path = "a.py", mode = "100644" } = {}): FileDiff {
  const count = (sign: string): number => lines.filter((line) => line.startsWith(" ") || line.startsWith(sign)).length;
  const header = `diff --git a/${path} b/${path}\nindex 1111111..2222222 ${mode}\n--- a/${path}\n+++ b/${path}\n`;
  const hunk = `@@ -${start},${count("-")} +${start},${count("+")} @@\n`;
  const [diff] = parseUnifiedDiff(`${header}${hunk}${lines.join("\n")}\n`);
  return { ...diff!, oldMode: mode, newMode: mode };
}

const id = (...files: readonly FileDiff[]): string => changeId(files, []);
const change = diffOf([" far", " near", "-old", "+new", "+more", " next", " other"]);

it("a change is the same on another base: other numbers, other lines that are not beside it, another order of files", () => {
  expect(id(diffOf([" elsewhere", " near", "-old", "+new", "+more", " next"], { start: 40 }))).toBe(id(change));
  const second = diffOf(["+x"], { path: "b.py" });
  expect(id(second, change)).toBe(id(change, second));
});

it("a change is another one when lines change places or neighbours, a file its name or mode, or what was not read its content", () => {
  const others = [
    diffOf([" far", " near", "-old", "+more", "+new", " next", " other"]),
    diffOf([" far", " next", "-old", "+new", "+more", " near", " other"]),
    diffOf([" far", "-old", "+new", "+more", " next", " other"]),
    diffOf([" far", " near", "-old", "+new", "+more", " next", " other"], { path: "b.py" }),
    diffOf([" far", " near", "-old", "+new", "+more", " next", " other"], { mode: "100755" }),
  ];
  const unread = { path: "dist/a.js", mode: "100644", id: "1" };
  const names = [...others.map((other) => id(other)), changeId([change], [unread]), changeId([change], [{ ...unread, id: "2" }])];
  expect(new Set([id(change), ...names]).size).toBe(names.length + 1);
});

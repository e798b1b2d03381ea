import { describe, expect, it } from "vitest";
import { keysOf } from "./terminal.ts";

const known = "cvsaqdjk";

describe("what comes from a keyboard at once", () => {
  it("is keys, an arrow being one", () => {
    expect(keysOf("jjk\u001b[B\u001bOA?v", known)).toEqual(["j", "j", "k", "\u001b[B", "\u001bOA", "?", "v"]);
    expect(keysOf("C", known)).toEqual(["C"]);
    expect(keysOf("c\r", known)).toEqual(["c", "\r"]);
    expect(keysOf("x\nv\n", known)).toEqual(["x", "\n", "v", "\n"]);
    expect(keysOf("\u001b", known)).toEqual(["\u001b"]);
  });

  it("is none where it is text for somebody else", () => {
    for (const pasted of ["git push\n", "git status\rgit push\r", "\u001b[200~git push\u001b[201~", "src/a.ts", "ls\n"])
      expect(keysOf(pasted, known), pasted).toEqual([]);
  });

  it("is Ctrl-C wherever it stands", () => {
    expect(keysOf("git push\u0003", known)).toEqual(["\u0003"]);
  });
});

import { coloursFor } from "kit/cli";
import { describe, expect, it } from "vitest";
import type { Answer } from "#decision";
import type { Review } from "#review";
import type { Terminal } from "../context.ts";
import { askInTerminal } from "./ask-in-terminal.ts";

const finding = {
  path: "a.py",
  side: "new",
  startLine: 2,
  endLine: 2,
  severity: "error",
  message: "wrong",
  ruleId: "x/y",
  excerpt: { firstLine: 1, lines: ["import sys", "eval(sys.argv[1])"] },
} as unknown as Review["findings"][number];

/** A screen of `columns` that types `keys`. Before each of them it is as wide as `resized` says. */
class TypedTerminal implements Terminal {
  columns: number | undefined;
  written = "";
  readonly #keys: readonly string[];
  readonly #resized: readonly number[];
  #asked = 0;

  constructor(keys: readonly string[], columns: number | undefined, resized: readonly number[] = []) {
    this.#keys = keys;
    this.columns = columns;
    this.#resized = resized;
  }

  write(text: string): void {
    this.written += text;
  }

  key(): Promise<string | undefined> {
    const at = this.#asked++;
    this.columns = this.#resized[at] ?? this.columns;
    return Promise.resolve(this.#keys[at]);
  }

  close(): void {}
}

const plain = coloursFor({ isTerminal: false }, {});

async function ask(terminal: Terminal, legal: readonly Answer[] = ["commit", "vouch", "skip", "abort"]): Promise<unknown> {
  return await askInTerminal(terminal, { state: "deciding", legal }, { findings: [finding] } as unknown as Review, plain);
}

describe("a question at a terminal", () => {
  it("is taken away row by row where it does not fit on one", async () => {
    const prompt = "[c]ommit  [v]ouch  [s]kip  [a]bort  [d]etails, [j/k] next and previous > ";
    const wide = new TypedTerminal(["x", "a"], 80);
    await ask(wide);
    expect(wide.written).toBe(`${prompt}\r\x1b[J`.repeat(2));
    const narrow = new TypedTerminal(["x", "a"], 20);
    await ask(narrow);
    expect(narrow.written).toBe(`${prompt}\r\x1b[3A\x1b[J`.repeat(2));
    const resized = new TypedTerminal(["x", "a"], 80, [20]);
    await ask(resized);
    expect(resized.written).toBe(`${prompt}\n${prompt}\r\x1b[3A\x1b[J`);
  });

  it("says why a commit as it is cannot be the answer", async () => {
    const terminal = new TypedTerminal(["c", "v"], 80);
    expect(await ask(terminal, ["vouch", "skip", "abort"])).toEqual({ state: "decided", answer: "vouch", by: "person" });
    expect(terminal.written).toContain("must not be committed");
  });

  it("is answered with abort when the terminal is gone", async () => {
    expect(await ask(new TypedTerminal([], undefined))).toEqual({ state: "decided", answer: "abort", by: "person" });
  });
});

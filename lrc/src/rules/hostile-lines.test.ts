import { expect, it } from "vitest";
import { createRuleEngine } from "./index.ts";
import { changedFile } from "./testing/rule-case.ts";

const layout = "\t".repeat(900);

/** Code that was made to hang an expression: with one that tries all ways to divide a run, each of these would take from minutes to longer than there is. */
it.each<readonly [string, string, string]>([
  ["digits in a case of Go", "a.go", `package main\n\nfunc f(x int) {\n\tswitch x {\n\tcase ${"1".repeat(60)} + y:\n\t}\n}\n`],
  ["a debugger among blanks", "a.js", `;${layout}debugger${layout}x\n`.repeat(300)],
  ["what looks like a definition", "a.js", `f ${"a(".repeat(100)}${layout}{${layout}x;\n`.repeat(300)],
  ["what looks like an import", "a.py", `${layout},${layout}x y\n`.repeat(300)],
])("%s is looked at in the time that a file has", async (_, path, text) => {
  const engine = createRuleEngine();
  const start = process.cpuUsage(); // not what others on the machine take
  await engine.check([changedFile(path, undefined, text)], [], new AbortController().signal);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1_000).toBeLessThan(8_000);
});

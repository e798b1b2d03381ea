import { syntaxRule } from "../../../kinds/index.ts";
import type { RuleSubject } from "../../../rule.ts";

export const missingAwait = syntaxRule({
  id: "python/missing-await",
  title: "A coroutine is called and not awaited",
  category: "correctness",
  subcategory: "missing-await",
  severity: "error",
  confidence: "high",
  languages: ["python"],
  mentions: /asyncio\.sleep|async def/,
  find: [{ kind: "expression_statement", has: { kind: "call" } }],
  when: (node, file) => {
    const call = node.children()[0];
    if (call?.kind() !== "call") return false;
    const callee = call.field("function")?.text() ?? "";
    if (callee === "asyncio.sleep") return true;
    const name = /^(?:self\.)?(\w+)$/.exec(callee)?.[1];
    if (name === undefined) return false;
    return coroutinesOf(file).has(name);
  },
  message: "Calling a coroutine only makes it: nothing of it runs.",
  suggestion: "await it, or hand it to asyncio.create_task and keep the task.",
});

const coroutines = new WeakMap<RuleSubject, ReadonlySet<string>>();

/** The names that this file gives to coroutines, and to nothing else. */
function coroutinesOf(file: RuleSubject): ReadonlySet<string> {
  let names = coroutines.get(file);
  if (names === undefined) {
    const text = file.after ?? "";
    const plain = new Set(Array.from(text.matchAll(/^[ \t]*def (\w+)\(/gm), ([, name]) => name));
    names = new Set(Array.from(text.matchAll(/\basync def (\w+)\(/g), ([, name = ""]) => name).filter((name) => !plain.has(name)));
    coroutines.set(file, names);
  }
  return names;
}

import { syntaxRule } from "../../../kinds/index.ts";

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
  when: (node) => {
    const call = node.children()[0];
    if (call?.kind() !== "call") return false;
    const callee = call.field("function")?.text() ?? "";
    if (callee === "asyncio.sleep") return true;
    const name = /^(?:self\.)?(\w+)$/.exec(callee)?.[1];
    if (name === undefined) return false;
    const text = node.getRoot().root().text();
    return new RegExp(`\\basync def ${name}\\(`).test(text) && !new RegExp(`(^|\\n)\\s*def ${name}\\(`).test(text);
  },
  message: "Calling a coroutine only makes it: nothing of it runs.",
  suggestion: "await it, or hand it to asyncio.create_task and keep the task.",
});

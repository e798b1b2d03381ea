import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import type { RuleSubject } from "../../../rule.ts";
import { scopeOf } from "../../../syntax/index.ts";

export const floatingPromise = syntaxRule({
  id: "javascript/floating-promise",
  title: "A promise is neither awaited nor handled",
  category: "correctness",
  subcategory: "missing-await",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [362],
  mentions: /\basync\b/,
  find: [{ kind: "expression_statement", has: { kind: "call_expression" } }],
  when: (node, file) => {
    const call = node.children().find((child) => child.isNamed());
    if (call?.kind() !== "call_expression") return false;
    const name = /^(?:this\.)?(\w+)$/.exec(call.field("function")?.text() ?? "")?.[1];
    if (name === undefined)
      return /^(fetch|fs\.promises\.\w+|fsp\.\w+|prisma\.\w+\.(create|update|delete|upsert)\w*)$/.test(
        call.field("function")?.text() ?? "",
      );
    if (name === "fetch") return true;
    if (!asyncNamesOf(file).has(name)) return false;
    const scope = scopeOf(node);
    const { start } = scope.range();
    // A file may begin with the word, too.
    return (
      scope.kind() !== "program" &&
      /^(async|(public |private |protected |static )*async)\b/.test((file.after ?? "").slice(start.index, start.index + 60))
    );
  },
  message: "Nobody waits for this promise: what follows runs before it is done, and if it fails nobody hears.",
  suggestion: "await it, return it, or write void before it and handle its errors.",
});

const asyncNames = new WeakMap<RuleSubject, ReadonlySet<string>>();

/** What a file itself calls async: only that can be known to be. Asked for at every statement, worked out once. */
function asyncNamesOf(file: RuleSubject): ReadonlySet<string> {
  let names = asyncNames.get(file);
  if (names === undefined) {
    const found = (file.after ?? "").matchAll(
      /\basync\s+(?:function\s*\*?\s*)?(\w+)\s*(?:<[^>]{0,40}>)?\(|\b(?:const|let)\s+(\w+)\s*=\s*async\b/g,
    );
    names = new Set(Array.from(found, ([, method, variable]) => method ?? variable ?? ""));
    asyncNames.set(file, names);
  }
  return names;
}

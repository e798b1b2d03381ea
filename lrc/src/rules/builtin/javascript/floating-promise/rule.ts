import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
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
  when: (node) => {
    const call = node.children().find((child) => child.isNamed());
    if (call?.kind() !== "call_expression") return false;
    const name = /^(?:this\.)?(\w+)$/.exec(call.field("function")?.text() ?? "")?.[1];
    if (name === undefined)
      return /^(fetch|fs\.promises\.\w+|fsp\.\w+|prisma\.\w+\.(create|update|delete|upsert)\w*)$/.test(
        call.field("function")?.text() ?? "",
      );
    if (name === "fetch") return true;
    // Only what this file itself calls async can be known to be.
    const text = node.getRoot().root().text();
    const isAsync = new RegExp(
      `\\basync\\s+(?:function\\s*\\*?\\s*)?${name}\\s*(?:<[^>]{0,40}>)?\\(|\\b(?:const|let)\\s+${name}\\s*=\\s*async\\b`,
    ).test(text);
    if (!isAsync) return false;
    const around = scopeOf(node);
    return /^(async|(public |private |protected |static )*async)\b/.test(around.text());
  },
  message: "Nobody waits for this promise: what follows runs before it is done, and if it fails nobody hears.",
  suggestion: "await it, return it, or write void before it and handle its errors.",
});

import { syntaxRule } from "../../../kinds/index.ts";
import { scopeOf, textAround } from "../../../syntax/index.ts";

export const lockKept = syntaxRule({
  id: "go/lock-kept",
  title: "A way out of the function keeps the lock",
  category: "reliability",
  subcategory: "deadlock",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [667, 833],
  mentions: /\.R?Lock\(\)/,
  find: [{ kind: "expression_statement", regex: "^[\\w.]+\\.R?Lock\\(\\)$" }],
  when: (node) => {
    const [, lock = "", kind = ""] = /^([\w.]+)\.(R?)Lock\(\)$/.exec(node.text()) ?? [];
    const scope = scopeOf(node);
    // What is called after locks leaves them to its callers.
    if (/lock|acquire|begin|enter/i.test(scope.field("name")?.text() ?? "")) return false;
    const own = lock.replaceAll(".", "\\.");
    const unlock = new RegExp(`\\b${own}\\.${kind}Unlock\\(\\)`);
    const after = scope.text().slice(node.range().end.index - scope.range().start.index);
    if (new RegExp(`\\bdefer\\b[\\s\\S]{0,200}?${own}\\.${kind}Unlock\\b`).test(after)) return false;
    const first = after.search(unlock);
    if (first === -1) return unlock.test(textAround(node)) || /\b\w*[uU]nlock\b/.test(after) ? false : after.length < 8_000 && "doubtful";
    // Functions that are written there return from themselves.
    const between = after.slice(0, first).replace(/\/\/[^\n]*/g, "");
    return /\breturn\b/.test(between) && !/\bfunc\s*\(/.test(between);
  },
  message: "Whoever asks for the lock next waits for ever.",
  suggestion: "defer the Unlock right after the Lock, or unlock before each return.",
});

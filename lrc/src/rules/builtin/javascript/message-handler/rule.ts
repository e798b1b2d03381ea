import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isMentioned, type SyntaxNode } from "../../../syntax/index.ts";

/** A worker hears only who made it. */
const worker = /\bwindow\s*=\s*self\b|\bimportScripts\(|DedicatedWorkerGlobalScope|parentPort/;

const declared = new WeakMap<object, ReadonlyMap<string, SyntaxNode>>();

/** The functions of a file by their names: looked for once a file. */
function declaredIn(node: SyntaxNode): ReadonlyMap<string, SyntaxNode> {
  const root = node.getRoot();
  let found = declared.get(root);
  if (found === undefined) {
    const functions = root.root().findAll({ rule: { kind: "function_declaration" } });
    found = new Map(functions.map((one) => [one.field("name")?.text() ?? "", one]));
    declared.set(root, found);
  }
  return found;
}

export const messageHandler = syntaxRule({
  id: "javascript/message-handler",
  title: "Messages of any page are handled",
  category: "security",
  subcategory: "missing-origin-check",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [345, 346],
  mentions: /onmessage|["'`]message["'`]/,
  find: [
    { kind: "assignment_expression", has: { field: "left", regex: "^(window|top|parent)\\.onmessage$" } },
    {
      kind: "call_expression",
      has: { field: "function", regex: "addEventListener$" },
      regex: "addEventListener\\(\\s*.message.\\s*,\\s*[\\w$]+\\s*[,)]",
    },
    {
      kind: "call_expression",
      has: { field: "function", regex: "^(\\$|jQuery)\\(window\\)\\.(on|bind)$" },
      regex: "\\(\\s*.message.\\s*,\\s*(function|\\()",
    },
  ],
  when: (node) => {
    const given =
      node.field("right") ??
      node
        .field("arguments")
        ?.children()
        .filter((child) => child.isNamed())[1];
    if (given === null || given === undefined || isMentioned(node, worker)) return false;
    const name = given.kind() === "identifier" ? given.text() : undefined;
    const handler =
      name === undefined
        ? (node.field("right") ?? (/^(?:\$|jQuery)/.test(node.text().slice(0, 6)) ? given : null)) // the rule for listeners says so about a function that is written there
        : (declaredIn(given).get(name) ?? null);
    if (handler === null || !/function|arrow/.test(String(handler.kind()))) return false;
    return /\bdata\b/.test(handler.text()) && !/origin(?!al)|\.source\b|isTrusted/.test(handler.text());
  },
  message: "Any page that embeds this one, or was opened by it, can send such a message.",
  suggestion: "Compare event.origin with the pages that are meant.",
});

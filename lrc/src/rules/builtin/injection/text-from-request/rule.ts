import { syntaxRule } from "../../../kinds/index.ts";
import { compositionOf, isChecked, isFromRequest, languageOfTree, originOf, origins, type SyntaxNode } from "../../../syntax/index.ts";

export const textFromRequest = syntaxRule({
  id: "injection/text-from-request",
  title: "A request is put into the text of a statement, a page or an address",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java", "go"],
  cwe: [79, 89, 918],
  mentions: /\bselect\b|\binsert\b|\bupdate\b|\bdelete\b|<\w|https?:\/\//i,
  find: {
    python: [{ kind: "binary_operator" }, { kind: "string" }, { kind: "call", regex: "\\.format\\(" }],
    java: [{ kind: "binary_expression" }, { kind: "method_invocation", regex: "^String\\.format\\(|\\.formatted\\(" }],
    go: [{ kind: "binary_expression" }, { kind: "call_expression", regex: "^fmt\\.Sprintf\\(" }],
  },
  when: (node) => {
    if (!isOutermost(node)) return false;
    const language = languageOfTree(node.getRoot());
    const built = language === undefined || node.text().length > 2_000 ? undefined : compositionOf(node);
    if (built === undefined || language === undefined) return false;
    const text = built.literal.replace(/^[fFrRbB]{0,2}["'`]+/, "");
    const danger = statement.test(text)
      ? "sql"
      : markup.test(text)
        ? "html"
        : /^https?:\/\/(?:["'`\0{%]|$)/.test(text)
          ? "address"
          : undefined;
    if (danger === undefined) return false;
    const open = built.parts.find((part) => isFromRequest(part, language, danger) && !isChecked(part));
    if (open === undefined || (originOf(open, language, danger) & ~origins.cleaned) === 0) return false;
    return danger === "sql" || "doubtful";
  },
  message: "What the request says becomes part of the text itself: whoever reads it later cannot tell one from the other.",
  suggestion:
    "Keep values out of the text: parameters for SQL, a template that escapes for pages, a host that is written here for addresses.",
});

const statement =
  /^\s*(?:select\b[\s\S]{1,400}\bfrom\b|insert\s+into\b|update\b[\s\S]{1,200}\bset\b|delete\s+from\b|create\s+(?:table|user|database)\b|drop\s+(?:table|user|database)\b|alter\s+table\b)/i;
const markup = /^\s*<(?:!doctype|\/?[a-z][a-z0-9]{0,10})\b[^<]{0,200}(?:>|$|\0|["'`])/i;

/** Neither a part of a longer text nor what a call is given: calls have rules of their own. */
function isOutermost(node: SyntaxNode): boolean {
  for (let parent = node.parent(), level = 0; parent !== null && level < 5; parent = parent.parent(), level += 1) {
    const kind = String(parent.kind());
    if (
      /^(?:binary_operator|binary_expression|interpolation|argument_list|return_statement|concatenated_string|attribute|keyword_argument|method_invocation)$/.test(
        kind,
      )
    )
      return false;
    if (
      /^(?:assignment|augmented_assignment|assignment_expression|variable_declarator|short_var_declaration|assignment_statement|var_spec)$/.test(
        kind,
      )
    )
      return true;
  }
  return false;
}

import { syntaxRule } from "../../../kinds/index.ts";
import {
  compositionOf,
  fileTextOf,
  isChecked,
  isConstant,
  isFromRequest,
  languageOfTree,
  originOf,
  origins,
  type SyntaxNode,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

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
    const place = placeIn(node);
    if (place === undefined) return false;
    const language = languageOfTree(node.getRoot());
    const built = language === undefined || node.text().length > 2_000 ? undefined : compositionOf(node);
    if (built === undefined || language === undefined || /^(?:\w+\.)?(?:Markup|format_html)\(["']/.test(node.text())) return false;
    const text = built.literal.replace(/^[fFrRbB]{0,2}["'`]+/, "");
    const danger = statement.test(text)
      ? "sql"
      : markup.test(text)
        ? "html"
        : /^https?:\/\/(?:["'`\0{%]|$)/.test(text)
          ? "address"
          : undefined;
    if (danger === undefined || (place === "answer" && danger !== "sql")) return false;
    const open = built.parts.find((part) => isFromRequest(part, language, danger) && !isChecked(part));
    // What runs it may be in another file.
    if (open === undefined && danger === "sql" && language === "python") return built.parts.some((part) => isUnknown(part)) && "doubtful";
    if (open === undefined || (originOf(open, language, danger) & ~origins.cleaned) === 0) return false;
    return danger === "sql" || "doubtful";
  },
  message: "What the request says becomes part of the text itself: whoever reads it later cannot tell one from the other.",
  suggestion:
    "Keep values out of the text: parameters for SQL, a template that escapes for pages, a host that is written here for addresses.",
});

const statement = verbose("i")`
  ^\s*(?:
    select\b[\s\S]{1,400}\bfrom\b | insert\s+into\b | update\b[\s\S]{1,200}\bset\b | delete\s+from\b
    | create\s+(?:table|user|database)\b
    | drop\s+(?:table|user|database)\b
    | alter\s+table\b
  )
`;
const markup = /^\s*<(?:!doctype|\/?[a-z][a-z0-9]{0,10})\b[^<]{0,200}(?:>|$|\0|["'`])/i;

/** A value that this file does not decide about. */
function isUnknown(part: SyntaxNode): boolean {
  return (
    !/^(?:self\.|cls\.)?_*[A-Z][A-Z0-9_]*$|_(?:table|name|column)s?$|placeholders?|columns|^(?:len|int|float)\(/.test(part.text()) &&
    !isConstant(part) &&
    !fileTextOf(part).includes(`<int:${part.text().replace(/^str\(|\)$/g, "")}>`) &&
    (originOf(part, "python", "sql") & ~origins.cleaned) !== 0 &&
    !isChecked(part)
  );
}

const partOfText =
  /^(?:binary_operator|binary_expression|interpolation|argument_list|concatenated_string|attribute|keyword_argument|method_invocation)$/;

const assigning =
  /^(?:assignment|augmented_assignment|assignment_expression|variable_declarator|short_var_declaration|assignment_statement|var_spec)$/;

/** Where a text goes that is neither a part of a longer one nor what a call is given: calls have rules of their own. */
function placeIn(node: SyntaxNode): "variable" | "answer" | undefined {
  for (let parent = node.parent(), level = 0; parent !== null && level < 5; parent = parent.parent(), level += 1) {
    const kind = String(parent.kind());
    if (partOfText.test(kind)) return undefined;
    if (kind === "return_statement") return "answer";
    if (assigning.test(kind)) return "variable";
  }
  return undefined;
}

import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf } from "../../../syntax/index.ts";

const openCall = { kind: "call_expression", has: { field: "function", regex: "^(this\\.)?(window|win|globalThis|\\$window)\\.open$" } };
const link = { any: [{ kind: "jsx_opening_element" }, { kind: "jsx_self_closing_element" }], regex: "target=" };

export const opener = syntaxRule({
  id: "javascript/opener",
  title: "A page that is opened can steer the one that opened it",
  category: "security",
  subcategory: "missing-isolation",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [1022],
  mentions: /window\.open|_blank/,
  find: {
    javascript: [openCall, link],
    tsx: [openCall, link],
    typescript: [openCall],
  },
  when: (node) => {
    const text = node.text();
    if (node.kind() === "call_expression") {
      const values =
        node
          .field("arguments")
          ?.children()
          .filter((child) => child.isNamed()) ?? [];
      const [address, name, features] = values;
      if (address === undefined || /^["'`](?:\/(?!\/)|#|about:|[\w-]+["'`/.?])/.test(address.text())) return false;
      if (name !== undefined && /^["'`]_(?:self|top|parent)["'`]$/.test(name.text())) return false;
      const said = [features, ...(features === undefined ? [] : assignmentsOf(features))].map((one) => one?.text() ?? "").join(" ");
      return !/noopener|noreferrer/.test(said);
    }
    if (
      !/target=(?:\{\s*)?["'`]_blank/.test(text) ||
      /\{\s*\.\.\./.test(text) ||
      /rel=(?:\{\s*)?["'`][^"'`]*no(?:opener|referrer)/.test(text)
    )
      return false;
    return /href=(?:\{|["'](?:https?:)?\/\/)/.test(text);
  },
  message: "Older browsers give it window.opener: it can send the page behind it to a copy that asks for the password again.",
  suggestion: 'Add noopener: rel="noopener", or the third argument of window.open.',
});

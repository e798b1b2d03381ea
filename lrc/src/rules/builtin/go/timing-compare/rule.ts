import { syntaxRule } from "../../../kinds/index.ts";
import { isConstant, type SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const timingCompare = syntaxRule({
  id: "go/timing-compare",
  title: "A secret is compared in a time that depends on it",
  category: "security",
  subcategory: "timing",
  severity: "info",
  confidence: "medium",
  languages: ["go"],
  cwe: [208],
  mentions: /hmac|[sS]ignature|[sS]ecret|[tT]oken|[pP]assw|[aA]pi_?[kK]ey|[dD]igest/,
  find: [
    { kind: "binary_expression", has: { field: "operator", regex: "^[!=]=$" } },
    { kind: "call_expression", has: { field: "function", regex: "^bytes\\.Equal$|^reflect\\.DeepEqual$|^strings\\.EqualFold$" } },
  ],
  when: (node) => {
    const [one, other] =
      node.kind() === "binary_expression"
        ? [node.field("left"), node.field("right")]
        : (node.field("arguments")?.children() ?? []).filter((child) => child.isNamed());
    if (one === null || other === null || one === undefined || other === undefined) return false;
    if (isConstant(one) || isConstant(other) || !isSecret(one) || !isSecret(other)) return false;
    return true;
  },
  message: "The comparison ends at the first byte that differs: who measures many answers finds the right value byte by byte.",
  suggestion: "hmac.Equal, or subtle.ConstantTimeCompare; passwords are for bcrypt or argon2.",
});

const secret = verbose("i")`
  (?:hmac|signature|secret|token|passw(?:or)?d|api_?key|digest|\bmac|expected\w*|\bsig|\bsum)\w{0,12}(?:\(\))?$
  | hex\.EncodeToString\( | \.Sum\( | Header\.Get\( | FormValue\(
`;

/** A name of a secret, or what one is made into; the kind of a token is none. */
function isSecret(node: SyntaxNode): boolean {
  const text = node.text().slice(0, 200);
  return (
    secret.test(text) && !/(?:type|kind|id|name|len|count|len\(.*|nil|err|length|token\.[A-Z]+)$/i.test(text) && !/^token\./.test(text)
  );
}

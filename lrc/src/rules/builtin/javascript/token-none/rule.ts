import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, optionOf, type SyntaxNode, writtenText } from "../../../syntax/index.ts";

export const tokenNone = callRule({
  id: "javascript/token-none",
  title: "A token needs no signature",
  category: "security",
  subcategory: "missing-signature-check",
  severity: "error",
  confidence: "high",
  languages: scriptLanguages,
  cwe: [345, 347],
  mentions: /jsonwebtoken|jwt/i,
  callee: inScript(/^(?:jwt|jsonwebtoken|jsonWebToken|JWT)\.(?:sign|verify)$/),
  when: ({ callee, arguments: values, node }) => {
    const [, key, options] = values;
    const allowed = optionOf(options, "algorithms") ?? optionOf(options, "algorithm");
    const named =
      allowed === undefined ? [] : [allowed, ...assignmentsOf(allowed)].flatMap((one) => (one.kind() === "array" ? one.children() : [one]));
    const isNone = named.some((one) => /^["'`]?none["'`]?$/i.test(writtenText(one) || one.text()));
    const isKeyless =
      /verify$/.test(callee) && key?.kind() === "identifier" && assignmentsOf(key).some(isNothing) && assignmentsOf(key).every(isNothing);
    if (!isNone && !isKeyless) return false;
    // What is written in the call itself the rule for lines says.
    return !(isNone && /\balgorithms?["']?\s*:\s*(?:\[[^\]]{0,80})?["']none["']/i.test(node.text()) && !node.text().includes("\n"));
  },
  message: "Whoever sends the token can write into it what they like: another user, another role, no end.",
  suggestion: "Sign with a key, and name the one algorithm that you expect where the token is read.",
});

function isNothing(value: SyntaxNode): boolean {
  return /^(?:null|undefined|false|""|''|``)$/.test(value.text());
}

import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, type SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const hostHeader = syntaxRule({
  id: "javascript/host-header",
  title: "The host that a request names becomes part of an address",
  category: "security",
  subcategory: "host-header",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [20, 640],
  mentions: /host/,
  find: [
    {
      all: [
        { kind: "template_string" },
        { not: { inside: { kind: "template_substitution" } } },
        { has: { kind: "template_substitution" } },
      ],
    },
    { all: [{ kind: "binary_expression" }, { not: { inside: { kind: "binary_expression" } } }, { regex: "[+]" }] },
  ],
  when: (node) => {
    const text = node.text();
    return (
      text.length < 1_000 &&
      /https?:|:\/\/|href|url|link|token/i.test(text) &&
      !/^(?:binary_expression)$/.test(String(node.parent()?.kind())) &&
      (ofRequest.test(text) || namesIn(node).some(isHost))
    );
  },
  message: "Whoever sends the request chooses it: a link to set a new password then leads to a server of theirs.",
  suggestion: "Take the host from the settings.",
});

const ofRequest = verbose("i")`
  \b(?:req|request|ctx)\.(?:
    headers\.host\b | headers\[["']host["']\] | host\b | hostname\b
    | (?:get|header)\(\s*["'](?:host|x-forwarded-host)["']\s*\)
    | headers\[["']x-forwarded-host["']\]
  )
`;

/** The names in an address that may be those of a host. */
function namesIn(node: SyntaxNode): readonly SyntaxNode[] {
  return node.findAll({ rule: { kind: "identifier", regex: "[hH]ost|[dD]omain|^h$" } }).slice(0, 4);
}

/** Whether a name was given what a request says the host is: `const host = req.headers.host`, `const { host } = req.headers`. */
function isHost(name: SyntaxNode): boolean {
  return assignmentsOf(name).some((value) => {
    const text = value.text().slice(0, 200);
    return ofRequest.test(text) || (/^host(?:name)?$/.test(name.text()) && /^(?:req|request|ctx)(?:\.headers)?$/.test(text));
  });
}

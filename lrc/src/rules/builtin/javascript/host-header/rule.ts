import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

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
    const found =
      /\b(?:req|request|ctx)\.(?:headers\.host\b|headers\[["']host["']\]|host\b|hostname\b|(?:get|header)\(\s*["'](?:host|x-forwarded-host)["']\s*\)|headers\[["']x-forwarded-host["']\])/i.exec(
        text,
      );
    return (
      found !== null &&
      text.length < 1_000 &&
      /https?:|:\/\/|href|url|link|token/i.test(text) &&
      !/^(?:binary_expression)$/.test(String(node.parent()?.kind()))
    );
  },
  message: "Whoever sends the request chooses it: a link to set a new password then leads to a server of theirs.",
  suggestion: "Take the host from the settings.",
});

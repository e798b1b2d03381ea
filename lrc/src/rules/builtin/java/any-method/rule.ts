import { lineRule } from "../../../kinds/index.ts";

export const anyMethod = lineRule({
  id: "java/any-method",
  title: "A handler answers every method of HTTP",
  category: "security",
  subcategory: "cross-site-request-forgery",
  severity: "info",
  confidence: "low",
  languages: ["java"],
  cwe: [352],
  match: /^\s*@RequestMapping(?:\((?![^)]*\bmethod\s*=)[^)]*\))?\s*(?:\/\/.*)?$/,
  // On a class it only names the address.
  when: (_found, line, lines) =>
    !/\b(?:class|interface)\b/.test(
      lines
        .slice(line, line + 4)
        .join("\n")
        .split("{")[0] ?? "",
    ),
  message: "It also answers GET, for which nothing asks whether the request was forged: a link on another page is enough to call it.",
  suggestion: "Use @GetMapping, @PostMapping and their like.",
});

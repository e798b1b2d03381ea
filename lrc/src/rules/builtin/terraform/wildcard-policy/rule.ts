import { lineRule } from "../../../kinds/index.ts";

export const wildcardPolicy = lineRule({
  id: "terraform/wildcard-policy",
  title: "A policy allows everything",
  category: "security",
  subcategory: "excessive-permission",
  severity: "error",
  confidence: "medium",
  languages: ["terraform", "json", "yaml"],
  cwe: [250, 732],
  match: /["']?\b[aA]ctions?["']?\s*[=:]\s*\[?\s*["'](?:\*|\*:\*)["']/,
  when: (_found, line, lines) => {
    const around = lines.slice(Math.max(0, line - 8), line + 8).join("\n");
    return /["']?[rR]esources?["']?\s*[=:]\s*\[?\s*["']\*["']/.test(around) && !/[eE]ffect["']?\s*[=:]\s*["']Deny/.test(around);
  },
  message: "Whoever holds this role owns the account.",
  suggestion: "Name the actions and resources that are used.",
});

import { lineRule } from "../../../kinds/index.ts";

export const wildcardRole = lineRule({
  id: "yaml/wildcard-role",
  title: "A role may do everything",
  category: "security",
  subcategory: "excessive-permission",
  severity: "warning",
  confidence: "medium",
  languages: ["yaml"],
  cwe: [250, 732],
  match: /^\s*(?:-\s+)?(?:verbs|resources|apiGroups)\s*:\s*\[\s*["']\*["']\s*\]/,
  when: (found, line, lines) =>
    /verbs|resources/.test(found[0]) &&
    /^\s*(?:-\s+)?(?:verbs|resources)\s*:\s*\[\s*["']\*["']/m.test(lines.slice(Math.max(0, line - 4), line - 1).join("\n")),
  message: "With all verbs on all resources this role is the administrator of the cluster.",
  suggestion: "Name the resources and verbs that are used.",
});

import { lineRule } from "../../../kinds/index.ts";

export const rootUser = lineRule({
  id: "dockerfile/root-user",
  title: "The container runs as root",
  category: "security",
  subcategory: "excessive-permission",
  severity: "info",
  confidence: "medium",
  languages: ["dockerfile"],
  cwe: [250],
  match: /^\s*USER\s+(?:root|0)(?::\w+)?\s*$/i,
  when: (_found, line, lines) => !lines.slice(line).some((text) => /^\s*(?:USER|FROM)\s/i.test(text)),
  message: "What breaks out of the program is root, and so is what it writes into volumes.",
  suggestion: "Go back to an ordinary user after what needs root.",
});

import { lineRule } from "../../../kinds/index.ts";

export const unpinnedImage = lineRule({
  id: "dockerfile/unpinned-image",
  title: "An image has no version",
  category: "reliability",
  subcategory: "unpinned-dependency",
  severity: "warning",
  confidence: "high",
  languages: ["dockerfile", "yaml"],
  cwe: [1357],
  match: {
    dockerfile: /^\s*FROM\s+(?:--platform=\S+\s+)?(?!scratch\b)([\w./-]+(?::latest)?)(?:\s+AS\s+\w+)?\s*$/i,
    yaml: /^\s*(?:-\s+)?image\s*:\s*["']?[\w./-]+:latest["']?\s*(?:#.*)?$/,
  },
  when: (found, _line, lines) =>
    found[1] === undefined ||
    !lines.some((text) => new RegExp(`^\\s*FROM\\s.*\\sAS\\s+${found[1]!.replace(/[^\w-]/g, "")}\\s*$`, "i").test(text)),
  message: "What is built tomorrow is something else than what was tested today, and nobody can say what it was.",
  suggestion: "Name a version, better a digest.",
});

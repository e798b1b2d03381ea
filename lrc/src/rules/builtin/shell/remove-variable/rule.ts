import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const removeVariable = lineRule({
  id: "shell/remove-variable",
  title: "rm -rf of a variable that may be empty",
  category: "reliability",
  subcategory: "data-loss",
  severity: "error",
  confidence: "medium",
  languages: ["shell", "dockerfile"],
  cwe: [73],
  match: verbose`
    \brm\s+(?:-\w{1,20}\s{1,9}){0,5}-\w{0,20}[rR]\w{0,20}\s{1,9}(?:-\w{1,20}\s{1,9}){0,5}(?:--\s{1,9})?["']?(?:
      \$\{?[A-Za-z_]\w*\}?["']?\/(?:\*|\s|["']|$)
      | \/\$\{?[A-Za-z_]\w*\}?["']?(?:\s|$|\/)
    )
  `,
  unless: /:\?|\$\{\w+:-/,
  when: (_found, _line, lines) => !/set -\w*u/.test(lines.slice(0, 40).join("\n")),
  message: "If the variable is empty this is rm -rf /, or all of what lies there.",
  suggestion: "Put :? behind the name, in braces, so that the shell stops when it is empty; or set -u at the top.",
});

import { callRule } from "../../../kinds/index.ts";
import { isMadeUpPath } from "../../../text/index.ts";

export const unfinished = callRule({
  id: "rust/unfinished",
  title: "A part that was left open panics",
  category: "correctness",
  subcategory: "unfinished-code",
  severity: "warning",
  confidence: "high",
  languages: ["rust"],
  cwe: [617],
  mentions: /todo!|unimplemented!/,
  callee: { rust: /^(todo|unimplemented)!$/ },
  when: (_call, { diff }) => !isMadeUpPath(diff.path),
  message: "Whoever gets here ends the program.",
  suggestion: "Finish it, or return an error that says what is missing.",
});

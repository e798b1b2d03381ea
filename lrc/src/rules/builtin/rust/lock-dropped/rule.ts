import { syntaxRule } from "../../../kinds/index.ts";

export const lockDropped = syntaxRule({
  id: "rust/lock-dropped",
  title: "A lock is given back at once",
  category: "correctness",
  subcategory: "race-condition",
  severity: "error",
  confidence: "high",
  languages: ["rust"],
  cwe: [667],
  mentions: /let _\s*=/,
  find: [
    {
      kind: "let_declaration",
      regex: "^let _\\s*=\\s*[\\w.&*:()]+\\.(lock|read|write)\\(\\)(\\.await)?(\\.unwrap\\(\\)|\\.expect\\([^)]*\\)|\\?)?;$",
    },
  ],
  message: "_ keeps nothing: the guard is dropped at the end of this very line, and what follows runs without the lock.",
  suggestion: "Give it a name that begins with an underscore: let _guard = …",
});

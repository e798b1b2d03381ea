import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const destructiveMigration = lineRule({
  id: "sql/destructive-migration",
  title: "A migration deletes data",
  category: "reliability",
  subcategory: "data-loss",
  severity: "warning",
  confidence: "medium",
  languages: ["sql"],
  cwe: [1220],
  match: verbose("i")`
    ^\s*(?:
      DROP\s+(?:TABLE|DATABASE|SCHEMA)\b
      | ALTER\s+TABLE\s[^;]{0,120}\bDROP\s+(?:COLUMN\s+)?(?!
          CONSTRAINT | INDEX | DEFAULT | NOT | PRIMARY | FOREIGN | KEY | CHECK | PARTITION | TRIGGER | IDENTITY
        )\w
      | TRUNCATE\s+(?:TABLE\s+)?\w
    )
  `,
  when: (_found, line, lines, { diff }) =>
    !/\b(?:down|rollback|revert|undo)\b/i.test(
      `${diff.path} ${lines.slice(0, line).findLast((text) => /^[^-]*--.*\b(?:up|down|rollback|revert)\b/i.test(text)) ?? ""}`,
    ) &&
    !/(^|[/_.-])(tests?|fixtures?|seed|schema|dump|init)([/_.-]|$)/i.test(diff.path) &&
    !/CREATE TABLE/i.test(lines.slice(line, line + 3).join(" ")),
  message: "What is dropped is gone for the version that still runs while this is rolled out, and for the way back.",
  suggestion: "Stop using it first, drop it in a later release, and keep a copy.",
});

import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const notNullWithoutDefault = lineRule({
  id: "sql/not-null-without-default",
  title: "A required column is added without a value for what is there",
  category: "reliability",
  subcategory: "failed-migration",
  severity: "warning",
  confidence: "medium",
  languages: ["sql"],
  match: verbose("i")`
    \bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?!
      CONSTRAINT | PRIMARY | FOREIGN | UNIQUE | CHECK | INDEX | KEY
    )["\`[]?\w+["\`\]]?\s+[\w(), ]{2,60}?\bNOT\s+NULL\b(?![^;]*\b(?:DEFAULT|GENERATED|IDENTITY|AUTO_INCREMENT)\b)
  `,
  unless: /\bDEFAULT\b|GENERATED|IDENTITY|SERIAL/i,
  message: "The rows that exist have no value for it: the migration fails on every table that is not empty.",
  suggestion: "Add it with a default, or nullable first, fill it, then set NOT NULL.",
});

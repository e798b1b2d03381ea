import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const typeFromData = lineRule({
  id: "java/type-from-data",
  title: "Data names the class that is made of it",
  category: "security",
  subcategory: "unsafe-deserialization",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [502],
  match: verbose`
    @(?:[\w.]{1,60}\.)?JsonTypeInfo\(\s*(?:[^)]{0,120},\s*)?use\s*=\s*(?:[\w.]{1,60}\.)?(?:MINIMAL_)?CLASS\b
    | Feature\.SupportNonPublicField\b
  `,
  message: "Whoever sends the data chooses any class that is there, and what its setters and constructors do.",
  suggestion: "Use names (Id.NAME with JsonSubTypes), or a validator that lists the classes.",
});

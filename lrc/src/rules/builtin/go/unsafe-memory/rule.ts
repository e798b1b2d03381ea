import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const unsafeMemory = lineRule({
  id: "go/unsafe-memory",
  title: "Memory is reached past the types of the language",
  category: "security",
  subcategory: "memory-safety",
  severity: "info",
  confidence: "low",
  languages: ["go"],
  cwe: [242, 787],
  match: verbose`
    \bunsafe\.(?:Pointer|Slice|String|StringData|SliceData|Add)\(
    | \*?\breflect\.(?:SliceHeader|StringHeader)\b
    | ^\s*import\s+"C" | ^\s*(?:import\s+)?"unsafe"
    | \breflect\.(?:MakeFunc|NewAt)\(
  `,
  message:
    "Neither the compiler nor the collector of garbage watches over this: a wrong size or lifetime reads or writes what belongs to something else.",
  suggestion: "Stay with slices and copies where it is fast enough, else keep it in one small function with the sizes checked before.",
});

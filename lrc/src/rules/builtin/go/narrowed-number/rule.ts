import { syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, textUpTo } from "../../../syntax/index.ts";

export const narrowedNumber = syntaxRule({
  id: "go/narrowed-number",
  title: "A number that was read is cut to fewer bits",
  category: "security",
  subcategory: "integer-overflow",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [190, 681],
  mentions: /strconv\.(?:Atoi|ParseInt|ParseUint)\(/,
  find: [{ kind: "call_expression", has: { field: "function", regex: "^u?int(?:8|16|32)$" } }],
  when: (node) => {
    const value = node
      .field("arguments")
      ?.children()
      .find((child) => child.isNamed());
    if (value?.kind() !== "identifier") return false;
    const wanted = Number(/^u?int(\d+)/.exec(node.text())?.[1]);
    const isUnsigned = node.text().startsWith("u");
    const isWider = assignmentsOf(value).some((origin) => {
      const [, name = "", bits] = /^strconv\.(Atoi|ParseInt|ParseUint)\((?:[\s\S]{0,200},\s*(\d+)\s*\))?/.exec(origin.text()) ?? [];
      if (name === "Atoi") return true;
      // Without a sign there is one bit more.
      const read = name === "" ? 0 : Number(bits === undefined || bits === "0" ? 64 : bits) - (name === "ParseUint" ? 0 : 1);
      return read > wanted - (isUnsigned ? 0 : 1);
    });
    return (
      isWider && !new RegExp(`\\b${value.text()}\\s*(?:<=?|>=?)|(?:<=?|>=?)\\s*${value.text()}\\b|math\\.M(?:ax|in)`).test(textUpTo(node))
    );
  },
  message: "What does not fit is cut off: a large number becomes a small or a negative one, and passes checks that were meant for it.",
  suggestion: "Read it with the size it is to have, strconv.ParseInt(text, 10, 32), or compare it with the bounds first.",
});

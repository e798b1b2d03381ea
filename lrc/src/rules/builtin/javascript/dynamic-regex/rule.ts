import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isConstant, isFromRequest, originOf, origins } from "../../../syntax/index.ts";

export const dynamicRegex = callRule({
  id: "javascript/dynamic-regex",
  title: "A regular expression is not written in the source",
  category: "security",
  subcategory: "regex-injection",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [1333],
  mentions: /RegExp/,
  callee: inScript(/^(new )?RegExp$/),
  when: ({ arguments: [first], language }) =>
    first !== undefined &&
    !isConstant(first) &&
    !isFromRequest(first, language) &&
    !/^\/|\.source$|escape/i.test(first.text()) &&
    (originOf(first, language, "code") & ~origins.cleaned) !== 0,
  message: "Whoever chooses the pattern can choose one that takes minutes for a short text, and changes what the others mean.",
  suggestion: "Escape what is meant as text, or take a pattern from a list.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import type { Language } from "../../../rule.ts";
import { assignmentsOf, isFromRequest, isHandedIn, type SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const mergeFromRequest = callRule({
  id: "javascript/merge-from-request",
  title: "A request is merged into an object",
  category: "security",
  subcategory: "prototype-pollution",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [915, 1321],
  mentions: /merge|extend|assign|defaultsDeep|\.set\(/,
  callee: inScript(
    verbose`
      ^(_|lodash)\.(merge|mergeWith|defaultsDeep|extend|assign|set|setWith)$
      | ^(\$|jQuery)\.extend$ | ^Object\.assign$
      | ^(merge|deepmerge|extend|defaultsDeep|mergeDeep|deepExtend)$
    `,
  ),
  when: ({ arguments: values, language, callee }) => {
    const asked = /\.set(?:With)?$/.test(callee) ? values.slice(1, 2) : values.slice(1);
    if (asked.some((value) => /^(?:\w+|[\w.]+|JSON\.parse\([^()]*\))$/.test(value.text()) && isFromRequest(value, language))) return true;
    // Whoever wrote the text may have written __proto__.
    if (!asked.some((value) => isParsed(value, language))) return false;
    const goesDeep = /[mM]erge|[dD]eep/.test(callee) || (/\.extend$/.test(callee) && values[0]?.text() === "true");
    return goesDeep || "doubtful";
  },
  message: "Whoever sends the request sets any field of the object, and with __proto__ in it those of all objects.",
  suggestion: "Take over the fields that are meant, by name.",
});

/** What was read out of a text that the function was handed. */
function isParsed(value: SyntaxNode, language: Language): boolean {
  return [value, ...assignmentsOf(value).slice(0, 2)].some((one) => {
    const text = one.field("function")?.text() === "JSON.parse" ? one.field("arguments")?.child(1) : undefined;
    return text !== null && text !== undefined && isHandedIn(text, language);
  });
}

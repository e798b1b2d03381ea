import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";

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
    /^(_|lodash)\.(merge|mergeWith|defaultsDeep|extend|assign|set|setWith)$|^(\$|jQuery)\.extend$|^Object\.assign$|^(merge|deepmerge|extend|defaultsDeep|mergeDeep|deepExtend)$/,
  ),
  when: ({ arguments: values, language, callee }) => {
    const asked = /\.set(?:With)?$/.test(callee) ? values.slice(1, 2) : values.slice(1);
    return asked.some((value) => /^(?:\w+|[\w.]+|JSON\.parse\([^()]*\))$/.test(value.text()) && isFromRequest(value, language));
  },
  message: "Whoever sends the request sets any field of the object, and with __proto__ in it those of all objects.",
  suggestion: "Take over the fields that are meant, by name.",
});

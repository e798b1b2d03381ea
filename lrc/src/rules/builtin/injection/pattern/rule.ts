import { callRule } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";

export const pattern = callRule({
  id: "injection/pattern",
  title: "A request chooses a regular expression",
  category: "security",
  subcategory: "denial-of-service",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java"],
  cwe: [400, 730, 1333],
  mentions: /\bre\b|regex|Pattern|matches|replaceAll|replaceFirst/,
  callee: {
    python: /^(re|regex)\.(compile|match|search|fullmatch|findall|finditer|split|sub|subn)$/,
    java: /(^|\.)(Pattern\.compile|Pattern\.matches|matches|replaceAll|replaceFirst|RE2\.compile)$/,
  },
  when: ({ arguments: [first], language, callee, node }) =>
    first !== undefined &&
    isFromRequest(first, language, "code") &&
    !isChecked(first) &&
    // A pattern's own matches() takes nothing; a matcher's replaceAll takes the replacement.
    !/[mM]atcher(?:\([^()]*\))?\.replace/.test(callee) &&
    !/Pattern\.quote|re\.escape/.test(node.text()),
  message: "Some patterns take longer than anybody waits on a short text: one request keeps a processor busy for good.",
  suggestion: "Escape it (re.escape, Pattern.quote), or choose the pattern from a list.",
});

import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, isConstant } from "../../../syntax/index.ts";

export const trustedMarkup = callRule({
  id: "go/trusted-markup",
  title: "Text is declared to need no escaping",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [79],
  mentions: /template\.(?:HTML|HTMLAttr|JS|JSStr|CSS|URL|Srcset)\(/,
  callee: { go: /^(?:html\.)?(?:html)?template\.(HTML|HTMLAttr|JS|JSStr|CSS|URL|Srcset)$/ },
  when: ({ arguments: [value] }) => {
    if (value === undefined || isConstant(value)) return false;
    return ![value, ...assignmentsOf(value)].some((node) => /[Ss]anitiz|[Ee]scap|bluemonday|json\.Marshal|strconv\./.test(node.text()));
  },
  message: "html/template takes this as it is: if anybody else has a say in it, it becomes markup or script of the page.",
  suggestion: "Hand the template a string and let it escape, or sanitise the markup first.",
});

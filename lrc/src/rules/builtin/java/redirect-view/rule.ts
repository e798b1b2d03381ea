import { syntaxRule } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";

export const redirectView = syntaxRule({
  id: "java/redirect-view",
  title: "A view redirects to what the request says",
  category: "security",
  subcategory: "open-redirect",
  severity: "warning",
  confidence: "medium",
  languages: ["java"],
  cwe: [601],
  mentions: /"redirect:/,
  find: [{ kind: "binary_expression", regex: '^"redirect:(?:https?://)?"\\s*\\+' }],
  when: (node) => {
    const value = node.field("right");
    return value !== null && isFromRequest(value, "java", "address") && !isChecked(value);
  },
  message: "A link to your site leads to any other: people trust the address they see before they click.",
  suggestion: "Choose the target from a list, or begin it with a path of your own.",
});

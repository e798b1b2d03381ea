import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isChecked, isConstant, isFromRequest, isHandedIn } from "../../../syntax/index.ts";

const link = { kind: "jsx_attribute", regex: "^(href|src|xlinkHref|formAction|action|srcDoc)=\\{" };

export const dynamicLink = syntaxRule({
  id: "javascript/dynamic-link",
  title: "Where a link leads is not written in the source",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [79, 601],
  mentions: /(?:href|src|formAction|xlinkHref|srcDoc)=\{/,
  find: {
    javascript: [link],
    tsx: [link],
  },
  when: (node, { language }) => {
    const value = node
      .children()
      .find((child) => child.kind() === "jsx_expression")
      ?.children()
      .find((child) => child.isNamed());
    if (value === undefined || language === undefined || isConstant(value) || isChecked(value)) return false;
    // An image runs nothing.
    if (/^src=/.test(node.text()) && !/^(?:iframe|embed|script|object|frame|\w*[fF]rame)$/.test(node.parent()?.field("name")?.text() ?? ""))
      return false;
    if (/^["'`](?:\/|#|\.|https?:\/\/|mailto:|tel:|data:)|encodeURI|sanitiz/i.test(value.text())) return false;
    return isHandedIn(value, language, "address") || isFromRequest(value, language, "address") || /^(?:this\.)?props\./.test(value.text());
  },
  message: "An address can begin with javascript: and then is code that runs for whoever follows it.",
  suggestion: "Let only addresses through that begin with https: or /.",
});

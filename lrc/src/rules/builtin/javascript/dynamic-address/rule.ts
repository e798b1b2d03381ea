import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isConstant, isFromRequest, isHandedIn, optionOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const dynamicAddress = callRule({
  id: "javascript/dynamic-address",
  title: "Whoever calls this function chooses which address is fetched",
  category: "security",
  subcategory: "server-side-request-forgery",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [918],
  mentions:
    /axios|fetch|got|request|needle|superagent|https?\b|page\.|wkhtmlto|phantom|Page\.|Runtime\.|goto|setContent|loadURL|executeJavaScript/,
  callee: inScript(
    verbose`
      ^(?:axios|got|request|needle|nodeFetch|wkhtmltopdf|wkhtmltoimage\.generate)$
      | ^(?:axios|got|request|superagent|needle|https?)\.(?:get|post|put|request|head|delete|patch)$
      | (?:^|\.)(?:page|frame|tab)\.(?:
          goto | setContent | navigate | open | openUrl | evaluate | evaluateHandle | evaluateOnNewDocument
          | evaluateJavaScript | addInitScript | setProperty | property
        )$
      | \w\.(?:goto|setContent|addInitScript|evaluateOnNewDocument|loadURL|executeJavaScript)$
      | ^(?:context|ctx|browser)\.newPage$
      | ^(?:Page\.(?:navigate|setDocumentContent)|Runtime\.(?:evaluate|compileScript|callFunctionOn|printToPDF))$
    `,
  ),
  when: ({ arguments: values, language, callee }) => {
    const [first] = values;
    if (first === undefined) return false;
    const asked = optionOf(first, "url") ?? optionOf(first, "uri") ?? optionOf(first, "expression") ?? optionOf(first, "html") ?? first;
    const all = /evaluate|InitScript|executeJavaScript/.test(callee) ? [asked, ...values.slice(1)] : [asked];
    return all.some(
      (value) =>
        !isConstant(value) &&
        !/function|arrow/.test(String(value.kind())) &&
        isHandedIn(value, language, "address") &&
        !isFromRequest(value, language, "address") &&
        !isChecked(value),
    );
  },
  message: "Servers reach what browsers do not: a caller that lets an address from outside through opens the network behind this machine.",
  suggestion: "Take the host from a list, here or where the address comes in.",
});

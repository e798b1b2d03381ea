import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isConstant, isFromRequest, isHandedIn, originOf, origins } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const dynamicTemplate = callRule({
  id: "javascript/dynamic-template",
  title: "A template is not written in the source",
  category: "security",
  subcategory: "injection",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [94, 1336],
  mentions: /compile|render|template|Template|parse/,
  callee: inScript(
    verbose`
      ^(
        pug | jade | ejs | Handlebars | handlebars | hbs | Mustache | mustache | nunjucks | _ | lodash | doT | eta
        | Eta | swig | Hogan | Sqrl | Template7 | whiskers | Vue | webix | liquid | engine
      )\.(
        compile | compileSync | render | renderString | template | precompile | parse | scan | ui | parseAndRender
      )$
      | ^\.templates$ | ^new\ (Liquid|Template)$ | ^(marked|marked\.parse)$
    `,
  ),
  when: ({ arguments: [first], callee, language }) =>
    first !== undefined &&
    !isConstant(first) &&
    !/readFile|sanitiz|function|arrow/i.test(first.text().slice(0, 200)) &&
    (isFromRequest(first, language, "html") ||
      isHandedIn(first, language) ||
      (!/^marked/.test(callee) && (originOf(first, language, "html") & ~origins.cleaned) !== 0)),
  message: "Templates can call what is in reach of them. Who writes the template runs code on the server.",
  suggestion: "Keep templates in files and give them the value as data.",
});

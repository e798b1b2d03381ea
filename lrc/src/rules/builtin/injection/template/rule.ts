import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { compositionOf, isCalledWith, isConstant, isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const engineOfPython = /^(?:jinja2|mako|tornado|airspeed|genshi|Cheetah|chameleon)\./;

export const template = callRule({
  id: "injection/template",
  title: "A template is made from text of a request",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "go", "ruby", "php"],
  cwe: [94, 1336],
  mentions: /TRender|genshi|template|Template|jinja|mako|compile|render|from_string|ERB|Velocity|twig/i,
  callee: {
    ...inScript(
      verbose`
        ^(
          pug | jade | ejs | handlebars | Handlebars | hbs | mustache | Mustache | nunjucks | _ | lodash | dot | doT
          | underscore | eta | Eta | swig | hogan | Hogan | template | Sqrl | Template7 | whiskers | Vue | liquid
          | engine | velocity | compiler | dust
        )\.(
          compile | compileSync | compileString | render | renderString | renderSource | template | precompile | parse
          | scan | parseAndRender
        )$
        | ^\.templates$ | ^webix\.ui$
        | ^(template|renderTemplate|compileTemplate)$
      `,
    ),
    python: verbose`
      (^|\.)(render_template_string|from_string)$
      | ^(
          jinja2\. | mako\.template\. | flask\. | airspeed\. | genshi\.template\. | genshi\.template\.\w+\.
          | Cheetah\.Template\. | trender\. | chameleon\. | django\.template\. | tornado\.template\.
        )?(Template|TextTemplate|MarkupTemplate|PageTemplate|TRender)$
      | ^(chevron|pystache|bottle|flask)\.(render|template|render_template)$
    `,
    java: verbose`
      ^Velocity\.evaluate$
      | (^|\.)(velocityEngine|engine|ve)\.evaluate$
      | ^new\ Template$
      | \.(parseStringResource|getLiteralTemplate|putTemplate)$
    `,
    go: /(^|\.)(template\.New\(.{0,100}\)|tmpl|t|tpl)\.Parse$/,
    ruby: /^(ERB\.new|Liquid\.Template\.parse|Slim\.Template\.new|Haml\.Engine\.new)$/,
    php: /\.(createTemplate|renderString)$/,
  },
  when: ({ arguments: values, language, callee, alias }) => {
    const asked = /Velocity|ngine\.evaluate|^ve\./.test(callee)
      ? values.slice(-1)
      : /^new Template$|putTemplate/.test(callee)
        ? values.slice(0, 2)
        : values.slice(0, 1);
    const isMade = asked.some(
      (value) =>
        (value.kind() !== "object" && isFromRequest(value, language)) ||
        (/render_template_string|from_string|Velocity|renderString/.test(callee) && compositionOf(value) !== undefined),
    );
    if (isMade || language !== "python") return isMade;
    // What is not written in the source may come from anywhere.
    if (engineOfPython.test(alias ?? callee) && asked.some((value) => compositionOf(value) !== undefined && isCalledWith(value, "python")))
      return "likely";
    return (
      /^(?:jinja2|mako|airspeed|genshi|Cheetah|trender|chameleon)/.test(callee) && asked.some((value) => !isConstant(value)) && "doubtful"
    );
  },
  message: "Templates can call what is in reach of them. Who writes the template runs code on the server.",
  suggestion: "Keep templates in files and give them the value as data.",
});

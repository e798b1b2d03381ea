import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { compositionOf, isFromRequest, originOf, origins } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const xpath = callRule({
  id: "injection/xpath",
  title: "An XPath expression is put together from text",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "go", "csharp", "php"],
  cwe: [643, 91],
  mentions: /xpath|xml|etree|select/i,
  callee: {
    ...inScript(/(^|\.)(select1|evaluate|xpath)$|^xpath\.(select|parse|useNamespaces)$|^select$|(^|\.)(select|find|get|parse)$/),
    python: /\.(xpath|find|findall|iterfind|findtext|xslt)$|(^|\.)(XPath|ETXPath|xpathEval|XSLT)$/,
    java: /\.(compile|evaluate|selectNodes|selectSingleNode|selectNode|selectObject|createXPath|valueOf|numberValueOf)$/,
    go: verbose`
      (^|\.)(
        Query | QueryAll | Find | FindOne | FindEach | FindEachWithBreak | Compile | MustCompile | Parse | ParseExec
        | MustParse | CompileWithNS | Search | SearchForString | EvalXPath | EvalXPathAsBoolean
        | SearchByCompiledXPath | Exec | Select | Evaluate
      )$
    `,
    csharp: /\.(SelectNodes|SelectSingleNode|Select|Evaluate|Compile|XPathSelectElements?|XPathEvaluate)$/,
    php: /(^|\.)(xpath|query|evaluate)$/,
  },
  when: ({ arguments: values, callee, language }) =>
    values.slice(0, 3).some((value) => {
      if (value.kind() === "keyword_argument") return false; // a variable of the expression
      const built = compositionOf(value);
      return built === undefined
        ? /xpath|XPath|select1|selectNodes|selectSingleNode|[eE]valuate$|xslt|XSLT/.test(callee) && isFromRequest(value, language, "xpath")
        : (pathWithCondition.test(built.literal) &&
            built.parts.some((part) => (originOf(part, language, "xpath") & ~origins.cleaned) !== 0)) ||
            (/^(?:xpath\.(?:select1?|parse|evaluate)|select1)$/.test(callee) &&
              built.parts.some((part) => isFromRequest(part, language, "xpath")));
    }),
  message: "A value becomes part of the expression. With a quote in it, it can ask for any part of the document.",
  suggestion: "Pass it as a variable of the expression ($name), or allow only letters and digits in it.",
});

/** `//user[name='`: a path with a condition that something is put into. */
const pathWithCondition =
  /\/\/?[\w:*@./-]{0,80}\[[^\]]{0,200}[=(,]|\[@?[\w:]{1,40}\s*=\s*['"]|^["'`]\/\/?[\w:]{1,40}\/|^f["']\.?\/\/?(?:[\w:*]{1,40}\/)?[{"'\0]/;

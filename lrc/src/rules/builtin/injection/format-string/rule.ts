import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { compositionOf, isCalledWith, isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const formatString = callRule({
  id: "injection/format-string",
  title: "A request chooses how a text is formatted",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "java"],
  cwe: [134],
  mentions: /format|printf|console\./,
  callee: {
    ...inScript(
      verbose`
        ^console\.(log|info|warn|error|debug|trace)$
        | (^|\.)(util|printf|printj)\.(format|formatWithOptions|vsprintf|sprintf)$
        | ^(sprintf|vsprintf|format)$
      `,
    ),
    java: /^String\.format$|(^|\.)(printf|format)$/,
  },
  when: ({ arguments: values, language, callee }) => {
    if (language === "java") {
      const [first, second] = values;
      const format = first !== undefined && /Locale/.test(first.text()) ? second : first;
      return format !== undefined && /^String\.format|System\.(?:out|err)\.|printf$/.test(callee) && isFromRequest(format, language);
    }
    const format = /formatWithOptions/.test(callee) ? values[1] : values[0];
    if (format === undefined || (values.length < 2 && /^console/.test(callee))) return false;
    if (isFromRequest(format, language)) return true;
    return values.length > 1 && compositionOf(format) !== undefined && isCalledWith(format, language) ? "doubtful" : false;
  },
  message: "With %s and its like in it, the request decides where the other values go and whether the call throws.",
  suggestion: 'Write the format in the source and give the value as an argument: ("%s", value).',
});

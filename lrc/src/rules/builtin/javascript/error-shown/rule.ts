import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { fileTextOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const errorShown = callRule({
  id: "javascript/error-shown",
  title: "The answer tells how the server is built",
  category: "security",
  subcategory: "exposed-configuration",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [209],
  mentions: /err|stack|errorhandler/i,
  callee: inScript(
    verbose`
      ^(?:res|resp|response|reply|ctx)(?:\.(?:status|code|type|set)\([^()]*\))*\.(send|json|end|write|jsonp|render)$
      | ^errorhandler$ | ^express\.errorHandler$
    `,
  ),
  when: ({ callee, arguments: values, node }) => {
    if (/rror[hH]andler$/.test(callee))
      return !/\b(?:development|NODE_ENV|isDev|debug)\b/i.test(
        fileTextOf(node).slice(Math.max(0, node.range().start.index - 200), node.range().start.index),
      );
    const text = values.map((value) => value.text()).join(" ");
    if (/\b(?:e|err|error|ex|exception)\.stack\b/.test(text)) return !/\b(?:development|NODE_ENV|isDev)\b/.test(text);
    return values.some((value) => /^(?:err|error|e|ex|exception)$/.test(value.text())) ? "doubtful" : false;
  },
  message: "Paths, versions and statements in it help whoever looks for a way in.",
  suggestion: "Log the error, and answer with a number under which it is found there.",
});

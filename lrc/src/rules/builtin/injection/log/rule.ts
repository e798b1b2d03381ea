import { callRule } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const log = callRule({
  id: "injection/log",
  title: "A request writes into the log what it likes",
  category: "security",
  subcategory: "injection",
  severity: "info",
  confidence: "medium",
  languages: ["python", "java"],
  cwe: [117],
  mentions: /log/i,
  callee: {
    python: verbose`
      ^(\w+\.){0,3}\w*(log|logger|logging|LOG|LOGGER)\.(debug|info|warning|warn|error|critical|exception|log|fatal)$
      | ^(\w+\.)?getLogger\(.{0,60}\)\.(debug|info|warning|warn|error|critical|exception|log)$
    `,
    java: verbose`
      ^(?:this\.)?\w*(log|logger|LOG|LOGGER|Log|Logger)(\(\))?\.(
        debug | info | warn | error | trace | fatal | fine | finer | finest | config | severe | warning | log | logp
        | logrb | entering | exiting
      )$
      | ^Log\.[deivw]$
    `,
  },
  when: ({ arguments: values, language }) =>
    values.some(
      (value) =>
        isFromRequest(value, language) &&
        !isChecked(value) &&
        !/replace\w*\(\s*["'](?:\[?\\[rn]|\\R)|%r|!r\}|encode|escape|repr\(|json\.dumps|StringEscapeUtils/i.test(value.text()),
    ),
  message: "With a line break in it, the value begins a line of its own: whoever reads the log believes it was the program that wrote it.",
  suggestion: "Take line breaks out, log it quoted (%r), or use a layout that escapes them.",
});

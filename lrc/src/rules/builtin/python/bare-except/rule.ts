import { syntaxRule } from "../../../kinds/index.ts";

export const bareExcept = syntaxRule({
  id: "python/bare-except",
  title: "Everything is caught, the wish to stop included",
  category: "reliability",
  subcategory: "over-broad-catch",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [396],
  mentions: /except\s*:|except BaseException/,
  find: [{ kind: "except_clause", regex: "^except(\\s+BaseException(\\s+as\\s+\\w+)?)?\\s*:" }],
  when: (node) => !/\braise\b|sys\.exit|os\._exit|traceback|logg/.test(node.text()) && !/#/.test(node.text().split("\n")[0]!),
  message: "This also catches Ctrl-C, sys.exit and errors of the program itself, and goes on.",
  suggestion: "Name what is expected, or at least Exception.",
});

import { lineRule } from "../../../kinds/index.ts";
import { isPlaceholder } from "../../../text/index.ts";

export const passwordArgument = lineRule({
  id: "shell/password-argument",
  title: "A password stands on a command line",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: ["shell", "dockerfile", "yaml"],
  cwe: [214],
  match:
    /\b(?:mysql|mysqldump|mysqladmin)\b[^|;#]{0,200}\s-p(?![\s$"'{])\w{3,}|\bsshpass\s+-p\s*["']?(?!\$)\w|\bcurl\b[^|;#]{0,200}\s(?:-u|--user)\s+["']?\w+:(?![\s$"'{])[^\s"'$]{3,}|\bdocker\s+login\b[^|;#]{0,200}\s(?:-p|--password)[= ]["']?(?!\$|stdin)[^\s$]{3,}/,
  when: (found, line, lines) => !isPlaceholder((lines[line - 1] ?? "").slice(found.index + found[0].length - 3).split(/[\s"']/)[0] ?? ""),
  message: "It is in the repository, in the history of the shell and in the list of processes that everybody on the machine can read.",
  suggestion: "Read it from a file or the environment (--password-stdin, .netrc, MYSQL_PWD).",
});

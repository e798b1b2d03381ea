import { lineRule } from "../../../kinds/index.ts";
import { isMadeUp, isMadeUpPath, passwordStrength, verbose } from "../../../text/index.ts";

export const passwordArgument = lineRule({
  id: "shell/password-argument",
  title: "A password stands on a command line",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: ["shell", "dockerfile", "yaml"],
  cwe: [214],
  match: verbose`
    \b(?:mysql|mysqldump|mysqladmin)\b[^|;#]{0,200}\s-p(?![\s$"'{])([^\s"'|;]{3,100})
    | \bsshpass\s+-p\s*["']?([^\s"'$]{3,100})
    | \bcurl\b[^|;#]{0,200}\s(?:-u|--user)\s+["']?\w+:([^\s"'$]{3,100})
    | \bdocker\s+login\b[^|;#]{0,200}\s(?:-p|--password)[= ]["']?(?!stdin)([^\s"'$]{3,100})
  `,
  when: (found, _line, _lines, { diff }) => {
    const value = found.slice(1).find((group) => group !== undefined) ?? "";
    return passwordStrength(value) !== undefined && !(isMadeUpPath(diff.path) && isMadeUp(value));
  },
  message: "It is in the repository, in the history of the shell and in the list of processes that everybody on the machine can read.",
  suggestion: "Read it from a file or the environment (--password-stdin, .netrc, MYSQL_PWD).",
});

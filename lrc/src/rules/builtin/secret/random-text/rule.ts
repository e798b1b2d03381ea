import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { entropyOf, isMadeUpPath, isPlaceholder, isReadable } from "../../../text/index.ts";

/** A name that says secret, then `=`, `:`, `=>` or a comma, then a text in quotes or the rest of a setting. */
const assignment =
  /([\w.\-["']{0,60}(?:secret|token|api[_-]?key|apikey|access[_-]?key|auth[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|account[_-]?key|credential|client[_-]?secret|passw(?:or)?d|passphrase|pwd)[\w\-"'\]]{0,30})[ \t]{0,10}(?::=|=>|=|:|,)[ \t]{0,10}(?:[A-Za-z]{0,10}\(?[ \t]?)(["'`])([^"'`\s]{16,512})\2/gi;
const bare =
  /^[ \t]{0,20}(?:export[ \t]|set[ \t]|-[ \t])?([\w.-]{0,60}(?:SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PASSW(?:OR)?D|PRIVATE_?KEY)[\w.-]{0,30})[ \t]{0,10}[=:][ \t]{0,10}([A-Za-z0-9+/_=.~-]{16,512})[ \t]*$/i;
const otherNames =
  /public|pub_?key|hash|digest|checksum|integrity|uri|url|path|file|name|label|field|header|prefix|type|regex|pattern|message|error|endpoint|test|example|placeholder|description|_id$|key_?id|csrf|version|cursor|pagination|next_?token|page_?token|tokenizer|token_?type|sha\d*/i;
const settings =
  /(^|\/)[^/]*\.(env|properties|ini|cfg|conf|config|ya?ml|toml|tfvars)(\.[\w-]+)?$|(^|\/)\.env[\w.-]*$|(^|\/)\.?(npmrc|netrc|pypirc)$/i;

export const randomText: Rule = {
  id: "secret/random-text",
  title: "A random text is given to something that is called a secret",
  category: "security",
  subcategory: "exposed-secret",
  severity: "error",
  confidence: "medium",
  languages: "any",
  cwe: [798],

  scope: "file",
  check(file, report) {
    if (isMadeUpPath(file.diff.path)) return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 2_000 || !/secret|token|key|cred|passw|pwd|passphrase/i.test(text)) continue;
      const found = [...text.matchAll(assignment)].map(([, name, , value]) => [name!, value!] as const);
      const setting = settings.test(file.diff.path) ? bare.exec(text) : null;
      if (setting !== null) found.push([setting[1]!, setting[2]!]);
      for (const [name, value] of found) {
        if (otherNames.test(name) || !isRandom(value)) continue;
        const startColumn = text.indexOf(value) + 1;
        report({
          side: "new",
          startLine: line,
          endLine: line,
          startColumn,
          endColumn: startColumn + value.length,
          message: `${name.replace(/^["'[]+|["'\]]+$/g, "")} is given a text that looks as if a generator made it. If it opens something, everybody who reads the repository can.`,
          suggestion: "Read it from the environment or a secret store; replace the one that is in the history.",
          secrets: [value],
        });
      }
    }
  },
};

/** Letters and digits, mixed as nobody would type them. */
function isRandom(value: string): boolean {
  if (isPlaceholder(value) || isReadable(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (!/^[A-Za-z0-9+/_=.~!@#$%^&*-]+$/.test(value) || /^https?:|^\/|^\.\.?\/|\(|\/\//.test(value)) return false;
  return entropyOf(value) >= (/^[0-9a-f-]+$/i.test(value) ? 3 : 3.5);
}

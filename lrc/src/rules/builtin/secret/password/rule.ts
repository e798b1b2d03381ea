import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { commentStart, isMadeUpPath, isPlaceholder } from "../../../text/index.ts";

const names =
  "passw(?:or)?d|passphrase|pwd|secret(?:_?key)?|[_.-]pass|(?<![A-Za-z])pass|api_?key|access_?key|auth_?token|auth_?key|access_?token|private_?key|encryption_?key|credentials?";
const mentions = /pass|pwd|secret|key|token|cred/i;
/** `password = "…"`, `password: "…"`, `setPassword("…")`, `if (password == "…")`, `<password>…`: a name and a text in quotes. */
const quoted = new RegExp(
  `((?:[\\w.$-]{0,40}(?:${names})[\\w-]{0,20}))(?:\\[\\d{0,4}\\])?["'\\])]{0,3}[ \\t]{0,10}(?::[ \\t]?(?:str|string|String|&str|&'static str)[ \\t]?=|:=|=>|[=!]==?|=|:|,|\\(|<-)[ \\t]{0,10}(?:[a-zA-Z]{0,8}\\(|@|[bBuUrRfL](?=["']))?(["'\`])([^"'\`\\n]{4,120})\\2(?![ \\t]*[+.%?])`,
  "gi",
);
/** `"…" == password`. */
const turned = new RegExp(`(["'])([^"'\\n]{4,80})\\1[ \\t]{0,4}[=!]==?[ \\t]{0,4}([\\w.]{0,30}(?:${names})\\w{0,10})\\b`, "gi");
/** `password = …` and `password: …` to the end of the line, in files of settings. */
const bare = new RegExp(
  `^[ \\t]{0,40}(?:export[ \\t]|set[ \\t]|-[ \\t])?((?:[\\w.-]{0,50}(?:${names})[\\w.-]{0,20}))[ \\t]{0,10}[=:][ \\t]{0,10}([^\\s"'\`#]{4,120})[ \\t]*(?:[;#].*)?$`,
  "i",
);
const element = new RegExp(
  `<([\\w.:-]{0,40}(?:${names})\\w{0,10})>([^<>\\s]{4,80})</|(?:name|key)="([\\w.-]{0,60}(?:${names})\\w{0,10})"[ \\t]{1,4}value="([^"\\s]{4,80})"`,
  "i",
);
const settings =
  /(^|\/)[^/]*\.(env|properties|ini|cfg|conf|config|cnf|ya?ml|toml|tfvars)(\.[\w-]+)?$|(^|\/)\.env[\w.-]*$|(^|\/)\.?(npmrc|netrc|pypirc|pgpass)$/i;
const otherNames =
  /field|label|placeholder|hint|type|name|text|title|message|error|prompt|regex|pattern|column|param|path|url|uri|[._-]?id$|input|selector|hash|reset|forgot|confirm|file|dir|header|prefix|suffix|length|min|max|policy|rule|strength|encoder|provider|format|algorithm|version|expire|ttl|public|pub_?key|ref$|env|var$|count|size|enabled?$|required|is_|has_|show|hide|mask|store|manager|service|_at$|date|time|role|scope|grant|attr|option|class|element|mode|location|source|endpoint|engine|store|index|map$|list$|alias/i;
/** A comparison with one that must not be used. */
const isRefused = /deny|reject|weak|forbid|common|invalid|throw|raise|error/i;
const otherValues =
  /^(?:password|passwd|pwd|pass|secret|passphrase|true|false|yes|no|string|text|required|hidden|new|current|old|admin\.password|env|vault|file|stdin|bearer|basic|oauth\w*|token|api[_-]?key|access[_-]?token|default|optional|none|\d{1,3})$|^[<({[].*[>)}\]]$|^\w[\w.]*\(.*\)$|^\w+\[.*\]$|^[\w.]*[<|>]+[\w.]*$|^[/.~]|\/.*\/|^[a-z]+([._-][a-z]+)+$|^[a-z]+([A-Z][a-z]+)+$|^(?:[A-Z][a-z]+)+$|^[A-Z][A-Z]*(?:_[A-Z\d]+)+$|^\w+\.\w+\.\w+|^https?:|^[a-z]+:$|^\*|^--?\w|\$\w|^%|^@|^&/;

/** A password is one word; where it has several, it is a sentence about one. Four letters of one kind are a word of the program. */
function looksLikePassword(value: string): boolean {
  if (/\s/.test(value) || !/[A-Za-z\d]/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length;
  return kinds > 1 || value.length >= 6;
}

/** The names and values of a line, with the place of each value. */
function givenIn(
  text: string,
  path: string,
  isSettings: boolean,
): readonly { readonly name: string; readonly value: string; readonly index: number }[] {
  const found: { name: string; value: string; index: number }[] = [];
  const add = (match: RegExpMatchArray, name: string | undefined, value: string | undefined): void => {
    if (name !== undefined && value !== undefined) found.push({ name, value, index: text.indexOf(value, match.index) });
  };
  for (const match of text.matchAll(quoted)) add(match, match[1], match[3]);
  for (const match of text.matchAll(turned)) add(match, match[3], match[2]);
  const setting = isSettings ? bare.exec(text) : null;
  if (setting !== null) add(setting, setting[1], setting[2]);
  const tag = /\.(?:xml|config|csproj|plist|html?)$/i.test(path) ? element.exec(text) : null;
  if (tag !== null) add(tag, tag[1] ?? tag[3], tag[2] ?? tag[4]);
  return found;
}

export const password: Rule = {
  id: "secret/password",
  title: "A password is written in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: "any",
  cwe: [259, 798],

  scope: "file",
  check(file, report) {
    if (isMadeUpPath(file.diff.path) || /locale|i18n|lang|translation|messages/i.test(file.diff.path)) return;
    const { added, afterLines } = changedText(file);
    const isSettings = settings.test(file.diff.path);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 500 || !mentions.test(text)) continue;
      const comment = commentStart(text, file.language);
      for (const { name, value, index } of givenIn(text, file.diff.path, isSettings)) {
        if (isRefused.test(text) && /[=!]==?\s*["'`]|["'`]\s*[=!]==?/.test(text)) continue;
        if (index >= comment || otherNames.test(name) || otherValues.test(value) || isPlaceholder(value) || !looksLikePassword(value))
          continue;
        report({
          side: "new",
          startLine: line,
          endLine: line,
          startColumn: index + 1,
          endColumn: index + 1 + value.length,
          message:
            "A password that is written here is known to everybody who reads the repository, is the same everywhere, and cannot be changed without a release.",
          suggestion: "Read it from the environment or a secret store.",
          secrets: [value],
        });
        break;
      }
    }
  },
};

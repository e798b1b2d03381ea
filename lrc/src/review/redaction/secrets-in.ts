import { entropyOf, foreignTokens, isProgram, kindOfName, namedValuesIn, tokenShapesIn, unnamedPasswordsIn, verbose } from "#rules";
import { joinedTextsIn, partsOf } from "./joined-texts.ts";

/** Something in a text that must not leave the machine, and what kind of thing it is. */
export interface FoundSecret {
  readonly value: string;
  /** In capitals, a word or two: `GITHUB_TOKEN`. */
  readonly type: string;
}

/** Names that say what they hold. */
const secretName =
  "(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|auth(?:[_-]?(?:key|token))?|credentials?|client[_-]?secret|contrase[ñn]a|senha|kennwort|mot[_-]?de[_-]?passe|пароль|密码|密碼|connection[_-]?string|bearer|session[_-]?id)";
/** A name, then `=`, `:` or `=>`, then a text in quotes. */
const quoted = new RegExp(
  `(?<![A-Za-z])[\\w.$-]{0,60}?${secretName}[\\w-]{0,30}["'\`\\])]{0,3}[ \\t]{0,8}(?::[ \\t]{0,4}[\\w&' ]{1,20}?=|:=|=>|===?|[=:,(])[ \\t]{0,8}(?:[a-zA-Z]{0,8}\\()?(["'\`])((?:\\\\.|(?!\\1)[^\\n\\\\]){3,512})\\1`,
  "gi",
);
/** The same without quotes, to the end of the line or of the setting. */
const bare = new RegExp(
  `(?<![A-Za-z])([\\w.-]{0,60}?${secretName}[\\w.-]{0,30})["']?[ \\t]{0,8}[=:][ \\t]{0,8}([^\\s"'\`<>(){}\\[\\],;]{5,512})`,
  "gi",
);
/** The value of an option of a command. */
const option = new RegExp(`--?[\\w-]{0,30}${secretName}[\\w-]{0,10}[ =]["']?([^\\s"'-][^\\s"']{3,256})`, "gi");
const element = new RegExp(`<([\\w:.-]{0,40}${secretName}[\\w-]{0,20})(?:\\s[^<>]{0,200})?>([^<>\\n]{4,512})</`, "gi");
const inUrl = /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>]{0,80}:([^\s@"'`<>]{3,200}?)@/gi;
/** The same, when the value begins on the next line. */
const onNextLine = new RegExp(
  `(?<![A-Za-z])[\\w.$-]{0,60}?${secretName}[\\w-]{0,30}["']?\\]?[ \\t]{0,8}(?:=>|[=:(])[ \\t]{0,8}\\r?\\n[ \\t]{0,60}(["'\`])((?:\\\\.|(?!\\1)[^\\n\\\\]){3,512})\\1`,
  "gi",
);
/** A text of several lines in three quotes or in backquotes, or the block of a YAML value. */
const inBlock = new RegExp(
  `(?<![A-Za-z])[\\w.$-]{0,60}?${secretName}[\\w-]{0,30}["']?[ \\t]{0,8}(?:=>|:=|[=:(])[ \\t]{0,8}[A-Za-z]{0,2}(?:("""|'''|\`)[^\\S\\n]{0,8}\\n([^]{4,400}?)\\1|[|>][-+\\d]{0,2}[ \\t]{0,8}\\r?\\n([ \\t]+\\S[^\\n]{3,512}))`,
  "gi",
);
const authorization =
  /\bauthorization["']?[ \t]{0,4}[:=,][ \t]{0,4}["'`]?(?:[A-Za-z][\w-]{1,20}[ \t]{1,4})?([A-Za-z0-9+/_.~=-]{12,2000})/gi;
const header = /\b(?:Bearer|Basic|Token|ApiKey)[ \t]{1,4}([A-Za-z0-9+/_.~=-]{12,2000})/g;
const ofCurl = /\bcurl\b[^\n]{0,300}?[ \t](?:-u|--user|--proxy-user)[ =]?["']?[^\s:"'$]{1,80}:([^\s"'<>{}]{3,200})/g;
const netrc = /\b(?:password|passwd)[ \t]+([^\s"'`,;:=]{5,200})[ \t]*$/gim;
const pem = /-----BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE KEY|PRIVATE KEY BLOCK)-----[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}-----|$)/g;
const keyLine = /(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{60,}={0,2}(?![A-Za-z0-9+/=])/g;
const random = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{32,512}={0,2}(?![A-Za-z0-9+/_=-])/g;

/** Words that stand where a secret will, and say so. */
const plain = verbose("i")`
  ^(?:
    string | str | number | boolean | bool | true | false | null | none | nil | undefined | required | optional | text
    | password | passwd | token | secret | hidden | submit | bearer | basic | void | any | unknown | never | object
    | bytes? | int | sha\d+ | hmac | utf-?8 | hex | base64 | from | import | await | new | return | function | const
    | self | this | type | name | value | default | example | inherit | auto | automatic | enabled? | disabled?
    | always | prompt | file | keyring | write | read
  )$
`;
const reference = /^(?:\$|\$\{|\{\{|%[({A-Z]|<[^>]*>$|process\.env|os\.environ|env\.|config\.|settings\.|vault:|secretref)/i;

/** Everything in a text that could be a secret. Too much rather than too little: a placeholder costs a reviewer nothing, a secret that left is gone. */
export async function secretsIn(text: string, path = ""): Promise<readonly FoundSecret[]> {
  const found = [...(await secretsOnLines(text, path))];
  // A text in pieces is looked at as the whole that it becomes, and each of its pieces is as secret.
  for (const joined of joinedTextsIn(text)) {
    if (joined.whole.length > longestLine) continue;
    for (const { value, type } of await secretsOnLines(joined.line, path))
      for (const part of partsOf(value, joined)) if (part.length >= 4) found.push({ value: part, type });
  }
  return found;
}

async function secretsOnLines(text: string, path: string): Promise<readonly FoundSecret[]> {
  const found: FoundSecret[] = [];
  const add = (value: string | undefined, type: string): void => {
    if (value !== undefined && value.length >= 4) found.push({ value, type });
  };
  for (const { token, service } of tokenShapesIn(text)) add(token, typeOf(service));
  for (const [block] of text.matchAll(pem)) {
    for (const line of block.split(/\r?\n|\\n/)) {
      // In a source the lines of a key stand in quotes, behind pluses.
      const body = /[A-Za-z0-9+/=]{8,}/g;
      if (!line.includes("-----")) for (const [part] of line.matchAll(body)) add(part, "PRIVATE_KEY");
    }
  }
  for (const [, , value] of text.matchAll(quoted)) if (isTelling(value!)) add(value, "SECRET");
  for (const [, , value] of text.matchAll(bare)) if (isTelling(value!) && isTyped(value!)) add(value, "SECRET");
  for (const [, value] of text.matchAll(option)) if (isTelling(value!) && isTyped(value!)) add(value, "SECRET");
  for (const [, , value] of text.matchAll(element)) if (isTelling(value!)) add(value!.trim(), "SECRET");
  for (const [, value] of text.matchAll(inUrl)) if (!reference.test(value!)) add(value, "PASSWORD");
  for (const [, , value] of text.matchAll(onNextLine)) if (isTelling(value!)) add(value, "SECRET");
  for (const [, , block, value] of text.matchAll(inBlock)) {
    const lines = (block ?? value ?? "").split("\n").map((line) => line.trim());
    // What has many words or many lines is a text about something.
    if (lines.filter((line) => line !== "").length > 3) continue;
    for (const line of lines) if (!/\s/.test(line) && isTelling(line)) add(line, "SECRET");
  }
  for (const { value, type } of namedSecretsIn(text, path)) add(value, type);
  for (const [, value] of text.matchAll(authorization)) if (isTelling(value!)) add(value, "AUTHORIZATION");
  for (const [, value] of text.matchAll(header)) if (isTelling(value!)) add(value, "AUTHORIZATION");
  for (const [, value] of text.matchAll(ofCurl)) if (isTelling(value!)) add(value, "PASSWORD");
  for (const [, value] of text.matchAll(netrc)) if (isTelling(value!) && isTyped(value!)) add(value, "PASSWORD");
  for (const [value] of text.matchAll(keyLine))
    if (/\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value)) add(value, "KEY_MATERIAL");
  for (const [value] of text.matchAll(random)) if (isRandom(value)) add(value, "RANDOM");
  const lines = text.split("\n").map((line, index) => ({ line: index + 1, text: line }));
  for (const { token, service } of await foreignTokens(lines)) add(token, typeOf(service));
  return found;
}

/** What is longer was made by a program. */
const longestLine = 2_000;
/** Files for people, in which what follows a name is a sentence. */
const isProse = /\.(?:md|markdown|txt|rst|adoc)$|^$/i;

/** What the rules know of names that hold secrets, and of commands and calls that take them. */
function namedSecretsIn(text: string, path: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  const areWordsNames = isProgram(path) || isProse.test(path);
  let before = "";
  for (const line of text.split("\n")) {
    if (line.length <= longestLine) {
      for (const { name, value, isQuoted } of namedValuesIn(line, path, before))
        if (kindOfName(name) !== undefined && isTelling(value) && (isQuoted || !areWordsNames || isTyped(value)))
          found.push({ value, type: "SECRET" });
      for (const { value } of unnamedPasswordsIn(line, path)) if (isTelling(value)) found.push({ value, type: "PASSWORD" });
    }
    before = line;
  }
  return found;
}

/** A value that could open something: no reference to where it is kept, and no word of the language. */
function isTelling(value: string): boolean {
  return !reference.test(value) && !plain.test(value.trim()) && !/^[*.xX_-]+$/.test(value);
}

/** A value without quotes that is no expression: something in it that names and types do not have. */
function isTyped(value: string): boolean {
  if (/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*[?!]?$/.test(value) && !/\d/.test(value)) return false;
  return /\d|[!@#%^&*~+/$=]/.test(value) && !/^\d+$/.test(value.slice(0, 6)) ? true : /^\d{6,}$/.test(value);
}

function isRandom(value: string): boolean {
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // A path or a name in kebab, snake or camel case is made of words.
  if (value.split(/[-_/]|(?<=[a-z])(?=[A-Z])/).every((word) => /^([A-Za-z]{1,20}|\d{1,8})$/.test(word))) return false;
  return entropyOf(value) >= (/^[0-9a-f]+$/i.test(value) ? 3 : 3.6);
}

function typeOf(service: string): string {
  return `${service
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, "_")
    .replace(/^_|_$/g, "")}_TOKEN`;
}

import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { entropyOf, isExample, isMadeUp, isMadeUpPath, isPlaceholder, isProgram, isReadable, verbose } from "../../../text/index.ts";

/** A header that opens something, with what it carries: `Authorization: Bearer …`, `X-Api-Key: …`, `_authToken=…`, `"auth": "…"`. */
const headers: readonly RegExp[] = [
  verbose("i")`
    \b(?:proxy-)?authorization["'\]]{0,2}[ \t]{0,4}(?:[:=,]|=>|:=)[ \t]{0,4}[[({]{0,2}["'\`]?[ \t]{0,2}(?:
      basic | bearer | token | apikey | api-key | ssws | digest | genie\ ?key | bot | key | klaviyo-api-key | splunk
      | snowflake\ token=
    )[ \t:=]{1,3}(?!["'][ \t]{0,2}\+)["']?([A-Za-z0-9+/_.~=-]{8,1000})
  `,
  /["'`](?:basic|bearer|token) ([A-Za-z0-9+/_.~=-]{16,1000})["'`]/i,
  verbose("i")`
    \b(?:
      x-[\w-]{0,30}(?:key|token|secret|auth)
      | (?:private|job|deploy)-token | jenkins-crumb | api-?key | apikey | x-api
    )["'\]]{0,2}[ \t]{0,4}(?:[:=,]|=>)[ \t]{0,4}["'\`]?([A-Za-z0-9+/_.~=-]{16,1000})
  `,
  /(?:\/\/\w[^\s=]{0,200}:_authToken|(?:^|[/:\s])_(?:auth|password))[ \t]{0,2}=[ \t]{0,2}["']?([A-Za-z0-9+/_.~=-]{8,1000})/,
  /"(?:auth|identitytoken|registrytoken)"[ \t]{0,4}:[ \t]{0,4}"([A-Za-z0-9+/_.=-]{12,1000})"/,
  verbose("i")`
    \bcookie["'\]]{0,2}[ \t]{0,4}[:=,][ \t]{0,4}["'\`]?(?:[\w.-]{1,40}=[^\s;"'\`]{0,200};[ \t]?){0,6}
    (?:[\w.-]{0,30}(?:sess|sid|token|auth|jwt)[\w.-]{0,20})=([A-Za-z0-9%._~+/-]{16,1000})
  `,
  /\bhttps?:\/\/(?:[\w-]{1,40}:)?([A-Za-z0-9_-]{20,255})@[\w-]+\.[\w.-]/,
  verbose("i")`
    [?&](?:
      api_?key | apikey | key | access_?token | auth_?token | token | sig | signature | client_?secret | secret
      | app_?key | private_?token | x-amz-signature
    )=([A-Za-z0-9+/_.~%=-]{16,600})
  `,
];

export const authorization: Rule = {
  id: "secret/authorization",
  title: "A request carries its key in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "error",
  confidence: "medium",
  languages: "any",
  cwe: [522, 798],

  scope: "file",
  check(file, report) {
    const { path } = file.diff;
    const isTest = isMadeUpPath(path);
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 5_000 || !/auth|bearer|basic|token|key|secret|sig|cookie|crumb|:\/\/[\w:-]{20,296}@/i.test(text)) continue;
      const found = headers
        .map((header) => header.exec(text))
        .find((match) => match !== null && opens(match) && !(isProgram(path) && isNameOf.test(match[0])));
      if (found === undefined || found === null) continue;
      const value = found[1]!;
      const startColumn = found.index + found[0].lastIndexOf(value) + 1;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn,
        endColumn: startColumn + value.length,
        message: "Whoever reads the repository can send this request, too, with the rights of whom the key belongs to.",
        suggestion: "Read the key from the environment or a secret store when the request is made, and replace this one.",
        secrets: [value],
        ...(isTest || isExample(text)
          ? isMadeUp(carried(value))
            ? { severity: "info", confidence: "low" }
            : { severity: "warning" }
          : {}),
      });
    }
  },
};

/** A variable of a program that is given to another, rather than a text. */
const isNameOf = /[\w\])]["'\]]{0,2}[ \t]{1,4}=[ \t]{1,4}[A-Za-z_]\w*$/;

/** The password of `Basic`, or the value itself. */
function carried(value: string): string {
  const kept = Buffer.from(value, "base64").toString("latin1");
  return /^[\x20-\x7e]+\n?$/.test(kept) ? kept.slice(kept.indexOf(":") + 1) : value;
}

/** What stands for a password in manuals. */
const givenAway = /^(?:pass(?:word|wd)?|pw|pwd|secret|token|xxx+|\*+|\.+|test|example)$/i;

/** Something random; for Basic a name and a password in Base64. */
function opens(match: RegExpExecArray): boolean {
  const value = match[1]!;
  if (isPlaceholder(value) || (isReadable(value) && !/=$/.test(value))) return false;
  if (/basic|"auth"|_auth=/i.test(match[0]) && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) {
    const decoded = Buffer.from(value, "base64").toString("latin1");
    if (/^[\x20-\x7e]+\n?$/.test(decoded))
      return /^[^:]*:[^:\s]{3,}/.test(decoded) && !givenAway.test(decoded.slice(decoded.indexOf(":") + 1).trim());
  }
  return (
    value.length >= (/^authorization/i.test(match[0]) ? 12 : 16) &&
    /\d/.test(value) &&
    entropyOf(value) >= (/^[0-9a-f-]+$/i.test(value) ? 2.8 : 3.2)
  );
}

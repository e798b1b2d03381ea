import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import {
  isExample,
  isMadeUp,
  isMadeUpPath,
  isRandom,
  isUuid,
  kindOfName,
  lineAbove,
  type NamedValue,
  namedValuesIn,
} from "../../../text/index.ts";

/** Most lines have no word that long with a digit in it. */
const candidate = /[A-Za-z0-9_+/.~!@#$%^&*-]{16}/;

/** Settings, in which a key is none of a table. */
const keys = /(?:^|\/)\.env[^/]*$|\.(?:env|conf|cfg|ini|properties|toml|sh)$/i;

function isSecret({ name, value, isCompared }: NamedValue, path: string): boolean {
  const kind = kindOfName(name);
  if (kind === undefined || /[:.]\d|\d[.:]/.test(name) || (isCompared && isUuid(value))) return false;
  if (/\beyJ[\w-]{10,}\.eyJ/.test(value)) return false; // a web token is said to be one elsewhere
  if (kind === "key" && !/[A-Za-z0-9+/=]{16}/.test(value)) return false;
  return isUuid(value) ? kind === "secret" || (keys.test(path) && /[^_-][_-]?key$/i.test(name)) : isRandom(value);
}

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
    const { path } = file.diff;
    const isTest = isMadeUpPath(path);
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      if (text.length > 2_000 || !candidate.test(text)) continue;
      for (const given of namedValuesIn(text, path, lineAbove(afterLines, line))) {
        if (!isSecret(given, path)) continue;
        report({
          side: "new",
          startLine: line,
          endLine: line,
          startColumn: given.index + 1,
          endColumn: given.index + 1 + given.value.length,
          message: `${given.name} is given a text that looks as if a generator made it. If it opens something, everybody who reads the repository can.`,
          suggestion: "Read it from the environment or a secret store; replace the one that is in the history.",
          secrets: [given.value],
          ...(isTest || isExample(text) ? (isMadeUp(given.value) ? { severity: "info", confidence: "low" } : { severity: "warning" }) : {}),
        });
      }
    }
  },
};

import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import {
  announcedValueIn,
  isExample,
  isMadeUp,
  isMadeUpPath,
  isProgram,
  isRandom,
  isServiceKey,
  isTestPath,
  isUuid,
  kindOfName,
  lineAbove,
  type NamedValue,
  namedValuesIn,
} from "../../../text/index.ts";

/** Most lines have no word that long with a digit in it. */
const candidate = /[A-Za-z0-9_+/.~!@#$%^&*-]{16}/;

/** How a file begins that holds a key, in Base64: `-----BEGIN `. */
const keyFile = "LS0tLS1CRUdJTi";
/** Settings, in which a key is none of a table. */
const keys = /(?:^|\/)\.env[^/]*$|\.(?:env|conf|cfg|ini|properties|toml|sh)$/i;

function isSecret({ name, value, isCompared }: NamedValue, path: string): boolean {
  const kind = kindOfName(name);
  if (kind === undefined || /[:.]\d|\d[.:]/.test(name) || (isCompared && isUuid(value))) return false;
  if (/\beyJ[\w-]{10,}\.eyJ|^\$\w{1,8}\$/.test(value)) return false; // web tokens and hashes are said to be what they are elsewhere
  if (isUuid(value)) return kind === "secret" || isServiceKey(name) || (keys.test(path) && /[^_-][_-]?key$/i.test(name));
  if (kind === "key" && !/[A-Za-z0-9+/=]{16}/.test(value)) return false;
  // `en_GB.messages.099584009f94…` is the key of a table.
  return isRandom(value) && !(kind === "key" && /^[A-Za-z]\w*\.[A-Za-z]\w*\./.test(value));
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
      const announced = isProgram(path) ? undefined : announcedValueIn(afterLines, line);
      const named = namedValuesIn(text, path, lineAbove(afterLines, line)).filter((given) => isSecret(given, path));
      const places = new Set<number>();
      for (const given of [...named, ...(announced === undefined ? [] : [announced])]) {
        if (places.has(given.index)) continue;
        places.add(given.index);
        report({
          side: "new",
          startLine: line,
          endLine: line,
          startColumn: given.index + 1,
          endColumn: given.index + 1 + given.value.length,
          message: `${given.name} is given a text that looks as if a generator made it. If it opens something, everybody who reads the repository can.`,
          suggestion: "Read it from the environment or a secret store; replace the one that is in the history.",
          secrets: [given.value],
          ...(isTest || isExample(text)
            ? isMadeUp(given.value) || (isTestPath(path) && given.value.startsWith(keyFile))
              ? { severity: "info", confidence: "low" }
              : { severity: "warning" }
            : {}),
        });
      }
    }
  },
};

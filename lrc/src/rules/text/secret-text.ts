/** Bits of information per character, by how often each occurs: about 2 for a word that repeats itself, over 4 for what a generator made. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

const placeholderWords =
  /example|sample|placeholder|change[-_ ]?me|change[-_ ]?it|replace|dummy|fake|redacted|your[-_ ]|my[-_]?(secret|pass|token|key)|insert|todo|fixme|foo|bar\b|secret[-_]?here|xxx|\*\*\*|\.\.\.|…|<[^>]*>|deadbeef|0123456|1234567|abcdef|qwerty|not[-_ ]?(a[-_ ]?)?(real|secret)|invalid|undefined|none|null|^test|[-_]test$|testing|mock|process\.env|os\.environ|getenv/i;
const reference = /^\$|\$\{[\w.:/ -]*(?:\}|$)|\{\{\s*[\w.$| -]*(?:\}\}|$)|^%|%[({]|^@|^#\{|^<|\bvault:|^ref:|^arn:|^secretref|^ssm:/;

/** Whether a text stands where a secret will: an example, a mask, or something that is put in later. */
export function isPlaceholder(text: string): boolean {
  return reference.test(text) || placeholderWords.test(text) || new Set(text.toLowerCase()).size < Math.min(5, text.length / 3);
}

/** Whether a text reads as a name, a path or a sentence rather than as something random. */
export function isReadable(text: string): boolean {
  if (/\s/.test(text)) return true;
  const words = text.split(/[-_./:\s]|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== "");
  return (
    words.every((word) => /^[A-Za-z]{1,14}$/.test(word) && (/[aeiouyAEIOUY]/.test(word) || word.length < 4)) ||
    /^[\w-]+(\.[\w-]+){2,}$/.test(text)
  );
}

/** Paths of tests and what they are given. */
export function isTestPath(path: string): boolean {
  return /(^|\/)(tests?|__tests__|specs?|fixtures?|testdata|mocks?|__mocks__|e2e)\/|[._-](test|spec|mock)s?\.[a-z]+$|(^|\/)test_[^/]*\.py$|_test\.(go|py|rb)$|(^|\/)conftest\.py$|\w(Test|Tests|IT)\.(java|cs|kt|php)$/.test(
    path,
  );
}

/** Paths where secrets are made up: tests, fixtures, examples and documents. */
export function isMadeUpPath(path: string): boolean {
  return /(^|\/)(tests?|__tests__|specs?|fixtures?|testdata|mocks?|__mocks__|examples?|samples?|docs?|stories)\/|[._-](test|spec|mock|stories|example|sample)s?\.[a-z]+$|(^|\/)test_[^/]*\.py$|_test\.(go|py|rb)$|Tests?\.(java|cs|kt)$|\.(md|mdx|rst|adoc|txt)$/i.test(
    path,
  );
}

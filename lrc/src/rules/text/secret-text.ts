import { verbose } from "./verbose.ts";

/** Bits of information per character, by how often each occurs: about 2 for a word that repeats itself, over 4 for what a generator made. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

const strongWords = verbose("i")`
  exampl | sample | placeholder | change[-_ ]?(?:me|it|this) | replace | dummy | fake | redacted | your[-_ ]
  | insert[-_ ] | secret[-_]?here | xxxx | \*\*\* | \.\.\. | … | <[^>]*>
  | not[-_ ]?(a[-_ ]?)?(real|secret)
  | base64[-_ ]?enc
  | encoded[-_ ]?(?:cred|user|auth|str|val)
  | process\.env | os\.environ | getenv
`;
const placeholderWords =
  /my[-_]?(secret|pass|token|key)|insert|todo|fixme|foo|bar\b|xxx|invalid|undefined|none|null|^test|[-_]test$|testing|mock|hashed|hash$/i;
const reference = verbose`
  ^\$[A-Za-z_]\w*$ | ^\$[$({] | \$\{[\w.:/ ()'"|?$,-]*(?:\}|$) | \{\{\s*[\w.$| -]*(?:\}\}|$) | ^%\w+%?$
  | %\([A-Za-z_]\w*\) | %\{[\w.: -]{1,60}\}
  | %(?:[sdv](?![A-Za-z0-9])|0\d[dx])
  | \{[A-Za-z_]\w{2,}\} | ^@\w+[.(] | ^@\w+@$ | ^%%\w+%%$
  | ^[:@](?:[Pp]ass|[Pp]wd|[Pp]sw|[Uu]ser|[Ss]ecret|[Tt]oken)\w*$
  | ^\#\{ | ^< | \bvault: | ^\$?ref: | ^ref\+ | ^arn: | ^secretref | ^ssm:
  | ^!(?:Ref|Sub|ImportValue|GetAtt|Join|vault|secret|env\w*|reference)\b
  | ^\( | ^\[
`;
/** What fingers type that make something up, besides counting and the alphabet. */
const sequences = /qwerty(?:uiop)?|asdf(?:ghjkl)?|deadbeef|cafebabe/gi;
/** From how many characters on a row of neighbours is one: letters, or digits, of which people know more by heart. */
const shortestRow = { letters: 6, digits: 7 } as const;

/** Classes, groups and counts of a regular expression: it says how a secret looks and is none. */
const pattern = /\[\^?(?:[a-zA-Z0]-[a-zA-Z9]|\\)|\\[dwsSWD](?:[+*?{\\[)]|$)|\(\?(?:[:=!i]|<[\w=!])|\{\d{1,4},\d{0,4}\}|\.[*+]\)/;

/** Whether a text stands where a secret will: an example, a mask, a pattern, or something that is put in later. */
export function isPlaceholder(text: string): boolean {
  const kept = decoded(text);
  return standsForOne(text) || isRow(text) || (kept !== undefined && (vocabulary.test(kept) || emptyKey.test(kept) || standsForOne(kept)));
}

/** A block of PEM without anything in it. */
const emptyKey = /^-----BEGIN [A-Z ]+-----\s*-----END/;

/** The text that somebody wrote in Base64, if it is one: every byte a character of a line or two. */
function decoded(text: string): string | undefined {
  if (text.length < 8 || text.length > 1_600 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]{6,}={0,2}$/.test(text)) return undefined;
  const kept = Buffer.from(text, "base64").toString("latin1");
  return /^[\x20-\x7e\r\n]+$/.test(kept) ? kept : undefined;
}

/** Whether somebody who needed a long key ran a finger over the keyboard: an example in a manual, and a key that is tried first anywhere else. */
export function isRowOfKeys(text: string): boolean {
  return text.length >= 16 && /[A-Za-z\d]/.test(text) && isRow(text) && !standsForOne(text);
}

function standsForOne(text: string): boolean {
  if (
    reference.test(text) ||
    pattern.test(text) ||
    strongWords.test(text) ||
    new Set(text.toLowerCase()).size < Math.min(5, text.length / 3)
  )
    return true;
  // In a long random text three letters may well make a word.
  return (text.length < 28 || /[-_ .]/.test(text)) && placeholderWords.test(text);
}

/** Digits and signs that stand for letters: `s3cr3t`, `P@ss`. */
const lookAlikes: Readonly<Record<string, string>> = { 0: "o", 1: "i", 3: "e", 4: "a", 5: "s", 7: "t", "@": "a", $: "s", "!": "i" };
/** What people count with. */
const counting = /(?:abcd?|def|xyz)(?![a-z])|[01]?123\d*|(?:19|20)\d\d|(\d)\1{2,}/gi;

/** A word for what it is, standing by itself: nobody's generator writes it. */
const saysWhatItIs = verbose("i")`
  (?<![a-z])(?:
    passw(?:or)?d | passphrase | secret | token | (?:api|access|private)[-_]?key | credential | test(?:ing)? | dummy
    | fake | mock
  )s?\d*(?![a-z])
`;

/** Whether somebody made a text up of words: `swordfish1234`, `the-right-secret-1`, `s3cr3tP@ss`. In a test it opens nothing; a generator's text may be a real one. */
export function isMadeUp(text: string): boolean {
  if (isPlaceholder(text) || saysWhatItIs.test(text)) return true;
  if (withoutCounting(text.toLowerCase()).length <= text.length / 2) return true;
  const uncounted = unescaped(decoded(text) ?? text).replace(counting, " ");
  if (/[0-9a-f]{8}/i.test(uncounted) && /\d/.test(uncounted)) return false;
  const plain = uncounted.replace(/(?<=[A-Za-z])[013457@$!]{1,3}(?=[A-Za-z])/g, (signs) =>
    Array.from(signs, (sign) => lookAlikes[sign]).join(""),
  );
  const letters = plain.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  const digits = plain.replace(/\d{1,4}\W*$/, "").match(/\d/g) ?? [];
  const all = letters.join("").length + digits.length;
  const words = letters.filter((part) => part.length > 2 && /[aeiouy]/i.test(part) && !isScrambled(part));
  return all < 6 || (words.join("").length >= all * 0.7 && all >= letters.length * 3.5);
}

/** Percent signs of an address read as what they stand for. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(decodeURIComponent(text));
  } catch {
    return text;
  }
}

/** Whether a text is mostly rows of keys and counting. */
function isRow(text: string): boolean {
  const rest = withoutCounting(text.toLowerCase()).replace(sequences, "");
  return rest.length < text.length && rest.length < Math.max(5, text.length * 0.4);
}

/** The text without its runs of neighbours in the alphabet or among the digits, forwards or backwards; behind 9 comes 0. */
function withoutCounting(text: string): string {
  let kept = "";
  let start = 0;
  for (let at = 1, step = 0; at <= text.length; at += 1) {
    const difference = at < text.length ? stepBetween(text.charCodeAt(at - 1), text.charCodeAt(at)) : 0;
    if (difference !== 0 && (difference === step || at - start === 1)) {
      step = difference;
      continue;
    }
    if (at - start < (text.charCodeAt(start) > 57 ? shortestRow.letters : shortestRow.digits)) kept += text.slice(start, at);
    start = at;
    step = 0;
  }
  return kept;
}

/** 1 or -1 for neighbours, 0 for others. */
function stepBetween(one: number, other: number): number {
  const [nine, zero] = [57, 48];
  if ((one === nine && other === zero) || (one === zero && other === nine)) return other === zero ? 1 : -1;
  const isSameKind = one <= nine === other <= nine;
  return isSameKind && Math.abs(other - one) === 1 ? other - one : 0;
}

/** `discord:user:850213762576810065`, `shop-test-12345`: words, and one number that counts something. */
const wordsAndNumber = /^(?:[a-z]{3,14}[-_:./]){2,5}\d{1,20}$/i;

/** Whether a text reads as a name, a path or a sentence rather than as something random. */
export function isReadable(text: string): boolean {
  if (/\s|%20/.test(text)) return true;
  if (wordsAndNumber.test(text)) return true;
  const words = text.split(/[-_./:@,\s]|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter((word) => word !== "");
  const isWord = (word: string): boolean =>
    /^\d{1,4}[a-z]{0,2}$/.test(word) ||
    (/^(?:[A-Z]?[a-z]{1,14}|[A-Z]{1,14})\d{0,3}$/.test(word) && (/[aeiouy]/i.test(word) || word.length < 4));
  return (
    (words.every(isWord) && words.filter((word) => word.length > 2).length * 2 >= words.length) ||
    /^[\w-]{1,20}(\.[\w-]{1,20}){2,}$/.test(text)
  );
}

/** Whether a text has letters and digits mixed as nobody would type them. */
export function isRandom(value: string): boolean {
  if (value.length < 16 || !/[A-Za-z]/.test(value) || !/^[\x21\x23-\x26\x28-\x5b\x5d-\x5f\x61-\x7e]+$/.test(value)) return false;
  if (!/\d/.test(value) && (value.length < 20 || !/[a-z]/.test(value) || !/[A-Z]/.test(value))) return false;
  if (/:\/\//.test(value) || isPlaceholder(value) || isReadable(value)) return false;
  if (publicKey.test(value) || /^sha\d{1,3}[:=-]/i.test(value)) return false;
  // Base64 may begin like a path, and a key of several parts looks like a name with dots.
  const isOther = /^\.{0,2}\/[\w-]+\//.test(value) || (otherShapes.test(value) && !value.split(/[._]/).some(isJumbled));
  if (!/^[A-Za-z0-9+/]{30,}={1,2}$/.test(value) && isOther) return false;
  return entropyOf(value) >= (/^[0-9a-f.-]+$/i.test(value) ? 3 : 3.5);
}

/** How the Base64 of a public key begins (SubjectPublicKeyInfo of RSA and elliptic curves, or OpenSSH's). */
const publicKey = verbose`
  ^(?:
    MIG[a-z]MA0GCSqGSIb3DQEBAQUAA4
    | MII[A-Za-z0-9+/]{3}ANBgkqhkiG9w0BAQEFAAOC
    | MFkwEwYHKoZIzj0CAQYI | MHYwEAYHKoZIzj0CAQYF | MIGbMBAGByqGSM49AgEG | MCowBQYDK2V | LS0tLS1CRUdJTiBD
    | LS0tLS1CRUdJTiBQVU
    | AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh)
  )
`;

/** One part that nobody would choose for a name. */
function isJumbled(part: string): boolean {
  return part.length >= 12 && /\d/.test(part) && /[A-Za-z]/.test(part) && !isReadable(part) && entropyOf(part) >= 3;
}

/** `8-4-4-4-12` hexadecimal digits: a name more often than a key. */
export function isUuid(value: string): boolean {
  return /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i.test(value);
}

const vocabulary = verbose("i")`
  ^(?:
    passwords? | passwd | pwd | pass | secrets? | passphrase | true | false | yes | no | string | str | text
    | required | hidden | new | current | old | env | vault | file | stdin | bearer | basic | oauth\w* | tokens?
    | api[_-]?key | access[_-]?token | default | optional | none | number | boolean | integer | object | array | bytes
    | varchar | any | nil | void | sha\d+ | md5 | bcrypt | argon2\w* | scrypt | pbkdf2 | plain | prompt | ask
    | disabled | enabled | unknown | empty | username | login | email | auto | random | generated? | salasana | parola
    | parole | geheimnis | wachtwoord | passord | kodeord | adgangskode | haslo | heslo | jelszo | sifre | sandi
    | lozinka | geslo | utf-?8 | ascii | latin-?1 | base64 | hex | id_(?:rsa|dsa|ecdsa|ed25519) | \d{1,3}
  )$
`;
/** Calls, elements, paths, names in code and settings, options, patterns. */
const otherShapes = verbose`
  ^[<({[].*[>)}\]]$ | ^[\w.:>-]+\(.*\)?;?$ | ^[A-Za-z_]\w*\[.*\]$ | ^[\w.]*[<|>]+[\w.]*$
  | ^(?:~|\.{1,2})?\/[\w.-]+(?:\/|$)
  | ^[a-z]+([._-][a-z]+)+$ | ^[a-z]+([A-Z][a-z]+)+$ | ^(?:[A-Z][a-z]+){2,}$ | ^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$
  | ^\w+(?:\\{1,2}\w+)+$ | ^\#\/ | ^[a-z]+\/[a-z][\w.-]*$ | ^[A-Za-z_]{1,30}=\w+$ | \\u[\dA-Fa-f]{4}
  | ^[A-Za-z]\w*\.[A-Za-z]\w*(?:\.\w+)*$
  | ^https?:
  | ^[\^~<>=v]{0,3}\d+(?:\.\d+)+(?:[-+].{0,40})?$
  | ^[a-z]+:$ | ^\*[a-z_]+$ | ^--[a-z] | ^-[a-z]$
  | (?:^|[^\w$])\$(?:[A-Z_]{3,}|[a-z_]{4,})\b
  | ^[a-z_]+(?::[\w,]+)?(?:\|[a-z_]+(?::[\w,]+)?)+$
  | ^&\w | ^[?!=<>:|]+$ | \.\{[\w,]+\}$
`;
const aboutPasswords = /passw(?:or)?[dt]$|passphrase|kennwort|contrase|senha|secret|token|mot.?de.?passe|user|login|credential/i;

/** `hardcodEd`: letters in one word of settings, and nothing that speaks of a value which is elsewhere. */
export function isOddWord(text: string): boolean {
  return (
    /^[a-z]{2,14}[A-Z][a-z]{1,14}$/.test(text) &&
    !aboutPasswords.test(text) &&
    !/pass|key|name|value|config|env|prop|param|field|input|string|current|default|prompt|file|path|word|type|id$/i.test(text)
  );
}

/** What is tried before all others, and given because nobody thinks of another. */
const firstTried = /^(?:admin|root|guest|toor|qwerty(?:123)?|letmein|iloveyou|abcdef|abc123|123456(?:7(?:8(?:90?)?)?)?|111111|000000)$/i;
/** `do_not_use_this_in_production`: it was used. */
const leftover = /do[-_]?n[o']?t[-_]use|not[-_]for[-_]prod|insecure[-_]|[-_]insecure|in[-_]production|for[-_](?:dev|local)/i;

/** Whether a text says of itself that it should not be there: a key that everybody knows until somebody changes it. */
export function isLeftover(text: string): boolean {
  return text.length >= 10 && /^[\w.-]+$/.test(text) && leftover.test(text) && !strongWords.test(text);
}

const wordOfSentence =
  /\b(?:your|my|our|the|a|an|enter|please|must|is|are|not|no|passwords?|secrets?|tokens?|keys?|if|change|use|used|set|see|here|this|for)\b/;

/** Several plain words in quotes, as people choose them: no sentence about passwords. */
export function isPhrase(text: string): boolean {
  return /^[a-z]{2,12}(?: [a-z]{2,12}){2,9}$/.test(text) && !wordOfSentence.test(text);
}

/** Letters in an order that no word has. */
function isScrambled(text: string): boolean {
  return text.length >= 8 && /[bcdfghjklmnpqrstvwxz]{6}|q(?!u)[a-z]|[jvqxz][bcdfgjkpqtvwxz]|[aeiou]{5}/i.test(text);
}

/** How a text looks that was given to a password: `typed` mixes kinds of characters, a `word` is letters only. Undefined for what is none. */
export function passwordStrength(text: string): "typed" | "word" | undefined {
  // Spring says how a password is kept before it.
  const value = text.replace(/^\{(?:noop|plain)\}/i, "");
  if (
    value.length < 4 ||
    value.length > 120 ||
    /\s/.test(value) ||
    !/[A-Za-z\d]/.test(value) ||
    /[^\p{Script=Latin}\p{N}\p{P}\p{S}\p{M}]/u.test(value) ||
    /^[\p{L}'’]+$/u.test(value) !== /^[A-Za-z'’]+$/.test(value)
  )
    return undefined;
  if (firstTried.test(value)) return "word";
  if (isPlaceholder(value) || vocabulary.test(value) || otherShapes.test(value) || (value.includes("/") && isReadable(value)))
    return undefined;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(value)).length;
  if (!/^[A-Za-z]+$/.test(value)) return kinds > 1 || value.length >= 6 ? "typed" : undefined;
  if (value.length < 6 || aboutPasswords.test(value)) return undefined;
  return (kinds === 1 || /^[A-Z][a-z]+$/.test(value)) && !isScrambled(value) ? "word" : "typed";
}

/** Whether a line says that it shows an example: a description of an interface, the text of a field that is empty. */
export function isExample(line: string): boolean {
  return /\b(?:examples?|placeholder|sample)["']?[ \t]{0,4}[:=(]|\be\.g\.|\bfor example\b/i.test(line);
}

const testPath = verbose`
  (^|\/)(tests?|__tests__|specs?|fixtures?|testdata|mocks?|__mocks__|e2e)\/
  | [._-](test|spec|mock)s?\.[a-z]+$
  | (^|\/)test_[^/]*\.py$ | _test\.(go|py|rb)$ | (^|\/)conftest\.py$
  | \w(Test|Tests|IT)\.(java|cs|kt|php)$
`;

/** Paths of tests and what they are given. */
export function isTestPath(path: string): boolean {
  return testPath.test(path);
}

const madeUpPath = verbose("i")`
  (^|\/)(
    tests? | __tests__ | specs? | fixtures? | testdata | mocks? | __mocks__ | examples? | samples? | docs? | stories
    | cases | cassettes | __fixtures__
    | test[-_]?(?:data|cases|fixtures|resources)
  )\/
  | [._-](test|spec|mock|stories|example|sample)s?\.[a-z]+$
  | (^|\/)test_[^/]*\.py$ | _test\.(go|py|rb)$ | Tests?\.(java|cs|kt)$
  | (^|\/)(readme|changelog|licen[cs]e)[^/]*$
  | \.(md|mdx|rst|adoc)$
  | (^|\/)(openapi|swagger)[^/]*\.(json|ya?ml)$
  | \.(?:[cm]?[jt]sx?|py|go|java|rb|php|cs|rs|sh|sql|ya?ml|json|env|properties|tf|html|xml)\.txt$
`;

/** Paths where secrets are made up: tests, fixtures, examples and documents. */
export function isMadeUpPath(path: string): boolean {
  return madeUpPath.test(path);
}

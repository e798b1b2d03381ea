import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import type { Language } from "../../../rule.ts";
import { fileTextOf, packageOf, type SyntaxNode, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const secretName = verbose("i")`
  token | secret | passw | pwd | session | nonce | salt | otp | csrf | api_?key | reset | verification | auth_?code
  | invite | cookie | private_?key | encrypt | \biv\b | remember
`;

/** What the value is called, and what the function around it is. */
function namesAround(node: SyntaxNode): string {
  let names = "";
  for (let parent = node.parent(), level = 0; parent !== null && level < 14; parent = parent.parent(), level += 1) {
    const name = parent.field("name") ?? parent.field("left") ?? parent.field("key");
    if (name !== null) names += ` ${name.text().slice(0, 80)}`;
    if (/(function|method|class)_(declaration|definition|item)$|^(program|module|method)$/.test(String(parent.kind()))) break;
  }
  return names;
}

/** What is done with the variable that holds it, and in Java what the method is about. */
function usesOf(node: SyntaxNode, language: Language): string {
  const name = nameGiven(node);
  if (name === undefined) return "";
  const text = textAround(node);
  if (language === "java" && /HttpServlet|addCookie|getSession|rememberMe|SecretKey|[pP]assword/.test(text)) return " session";
  const lines = text.split("\n").filter((line) => line.length < 300 && new RegExp(`\\b${name}\\b`).test(line) && secretName.test(line));
  return lines.length > 0 ? " secret" : "";
}

function nameGiven(node: SyntaxNode): string | undefined {
  for (let parent = node.parent(), level = 0; parent !== null && level < 6; parent = parent.parent(), level += 1) {
    if (/^func_literal$|^(?:function|method)_declaration$/.test(String(parent.kind())) && /^func\b/.test(parent.text().slice(0, 6)))
      return undefined;
    const name = /declarator|assignment|declaration/.test(String(parent.kind())) ? (parent.field("name") ?? parent.field("left")) : null;
    if (name !== null && /^\w+$/.test(name.text())) return name.text();
  }
  return undefined;
}

const harmless = /(test|mock|jitter|delay|backoff|color|colour|sample|index|retry|shard)/i;

/** Whether what is called is Go's `math/rand`, under whatever name; where two packages have the name, the imports say which. */
function isOfMath(node: SyntaxNode): boolean {
  const path = packageOf(node);
  return path === undefined ? !/^\w+\.(?:Read\b|Int\(\s*\w)/.test(node.text()) : /^math\/rand(?:\/v2)?$/.test(path);
}

/** What is called with it, as far as that stands right before. */
function textBefore(node: SyntaxNode): string {
  const { start } = node.range();
  return fileTextOf(node).slice(Math.max(0, start.index - 40), start.index);
}

/** Bytes for something, or a file that is about encryption: numbers that can be foretold have no place there. */
function isAmongSecrets(node: SyntaxNode): boolean {
  const imports = fileTextOf(node).slice(0, 4_000);
  // An order, a share, or how long to wait is no secret.
  if (
    !isOfMath(node) ||
    /^\w+\.(?:Shuffle|Perm|Float\d\d|\w+Float64)\b/.test(node.text()) ||
    /\b(?:Sleep|Duration|After|NewTimer)\($/.test(textBefore(node))
  )
    return false;
  return (
    /^rand\.Read\b/.test(node.text()) ||
    /"crypto\/(?:aes|cipher|ecdsa|ed25519|elliptic|hmac|rsa)"|golang\.org\/x\/crypto|\/jwt/.test(imports)
  );
}

export const predictableRandom = callRule({
  id: "crypto/predictable-random",
  title: "A secret is made with a predictable random generator",
  category: "security",
  subcategory: "weak-random",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby"],
  cwe: [330, 338],
  mentions: /Math\.random|random\.|rand|Random|uniqid|shuffle|uuid1/,
  callee: {
    ...inScript(/^Math\.random$|^crypto\.pseudoRandomBytes$/),
    python: /^random\.(random|randint|choice|choices|randrange|getrandbits|uniform|sample|randbytes)$|^uuid\.uuid1$/,
    go: verbose`
      ^rand\.(
        Int | Intn | IntN | Int63 | Int63n | Int64 | Int64N | Int31 | Int31n | Int32 | Int32N | N | Uint32 | Uint64
        | Uint32N | Uint64N | UintN | Read | Float32 | Float64 | Perm | Shuffle | ExpFloat64 | NormFloat64
      )$
    `,
    java: verbose`
      ^new\ (java\.util\.)?Random$ | ^Math\.random$ | ^(java\.lang\.)?Math\.random$
      | (^|\.)ThreadLocalRandom\.current$
      | ^(RandomStringUtils|RandomUtils)\.(?!secure)\w+$
      | ^new\ (JVMRandom|SplittableRandom)$
    `,
    csharp: /^new (System\.)?Random$/,
    php: /^(rand|mt_rand|uniqid|lcg_value|shuffle|str_shuffle|array_rand)$/,
    ruby: /^(rand|Random\.rand|Kernel\.rand|Random\.new)$/,
  },
  when: ({ node, language, callee }) => {
    // It is made of the time and the address of the machine, which is all right for names.
    if (/uuid1$/.test(callee)) return secretName.test(namesAround(node)) || "doubtful";
    const names = namesAround(node) + usesOf(node, language);
    if (language === "go" && isAmongSecrets(node) && !harmless.test(names)) return true;
    return secretName.test(names) && !harmless.test(names) && (language !== "go" || isOfMath(node));
  },
  message: "Such numbers can be foretold from a few others. Who sees one token can work out the next.",
  suggestion: "Use the system's generator: the crypto module, secrets, crypto/rand, SecureRandom, random_bytes.",
});

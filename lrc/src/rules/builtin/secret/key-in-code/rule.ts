import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, type Call, fileTextOf, named, optionOf, type SyntaxNode, writtenOf } from "../../../syntax/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

export const keyInCode = callRule({
  id: "secret/key-in-code",
  title: "A key for signing or encrypting is written in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java"],
  cwe: [321, 798],
  mentions:
    /jwt|jose|Strategy|CryptoJS|crypto-js|session|hmac|Hmac|HMAC|cipher|Cipher|SecretKeySpec|sign|itsdangerous|AES|Fernet|CookieStore/i,
  callee: {
    ...inScript(
      verbose`
        ^(jwt|jsonwebtoken|jws|JWT|jose\.JWT|jwtSimple)\.(sign|verify|encode|decode)$
        | (^|\.)(createHmac|createCipheriv|createDecipheriv|createCipher|createDecipher)$
        | ^(session|expressSession|cookieSession|cookieParser|expressJwt|expressjwt|jwt)$
        | ^(expressJwt|jwt)\.expressjwt$
        | ^new\ ([\w.]*\.)?(JwtStrategy|JWTStrategy|Strategy|OAuth2?Strategy|\w+Strategy)$
        | ^jose\.(jwtVerify|JWK\.asKey)$
        | ^\(?(?:await)?(?:new)?\(?(?:jose\.)?(?:SignJWT|CompactSign|EncryptJWT)\(.*\.(?:sign|encrypt)$
        | ^CryptoJS\.(AES|DES|TripleDES|RC4|Rabbit|Blowfish)\.(encrypt|decrypt)$
        | ^CryptoJS\.Hmac\w+$
      `,
    ),
    python: verbose`
      ^(jwt|jose\.jwt)\.(encode|decode)$
      | ^hmac\.new$
      | ^(Crypto\.Cipher\.|Cipher\.)?(AES|DES3?|Blowfish|ARC4)\.new$
      | ^(fernet\.)?Fernet$ | ^create_access_token$
      | ^(itsdangerous\.)?(URLSafe(Timed)?Serializer|TimedSerializer|Signer|TimestampSigner|JSONWebSignatureSerializer)$
    `,
    go: verbose`
      \.SignedString$ | ^jwt\.Parse(?:WithClaims)?$
      | (^|\.)(
          hmac\.New | aes\.NewCipher | des\.NewCipher | rc4\.NewCipher | sessions\.NewCookieStore | NewCookieStore
          | cookie\.NewStore | csrf\.Protect
        )$
    `,
    java: verbose`
      ^new\ (javax\.crypto\.spec\.)?(SecretKeySpec|DESKeySpec)$
      | (^|\.)Algorithm\.HMAC(256|384|512)$
      | \.(signWith|setSigningKey)$ | (^|\.)Keys\.hmacShaKeyFor$ | ^MACSigner$ | ^new\ MACSigner$
    `,
  },
  when: (call, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    // The function that jwt.Parse asks for the key gives it back as it is written there.
    if (/^jwt\.Parse/.test(call.callee))
      return /\breturn\s+\[\]byte\(\s*["`][^"`\n]{3,}["`]\s*\)\s*,\s*nil/.test(call.arguments.at(-1)?.text() ?? "");
    return (
      keysOf(call.callee, call.arguments).some((key) =>
        [key, ...assignmentsOf(key), ...fieldOf(key)].some((origin) => isWritten(origin)),
      ) ||
      isGivenLater(call) ||
      (/SecretKeySpec$/.test(call.callee) &&
        /\w\.(?:getBytes|toCharArray)\(/.test(call.arguments[0]?.text() ?? "") &&
        hasWrittenKey(call.arguments[0])) ||
      secretOption(named(call, "key") ?? undefined)
    );
  },
  message: "Everybody who reads the source can sign and read what only the server should, and the key is the same wherever this runs.",
  suggestion: "Read it from the environment or a secret store when the program starts.",
});

/** A key of Java that is made of a text of this file. */
function hasWrittenKey(key: SyntaxNode | undefined): boolean {
  return key !== undefined && writtenOf(key).some((value) => typeof value === "string" && value.length >= 8 && !/\s/.test(value));
}

const keyedCall = verbose`
  (
    sign | verify | encode | decode | createHmac | createCipheriv | createDecipheriv | createCipher | createDecipher
    | encrypt | decrypt | jwtVerify | CryptoJS\.Hmac\w+ | hmac\.New | signWith | create_access_token
  )$
`;

/** Which arguments are keys. */
function keysOf(callee: string, values: readonly SyntaxNode[]): readonly SyntaxNode[] {
  if (/SignJWT|CompactSign|EncryptJWT|asKey$/.test(callee)) return values.slice(0, 1);
  const inOptions = /^jws\./.test(callee) ? optionOf(values[0], "secret") : undefined;
  if (inOptions !== undefined) return [inOptions];
  if (/ession$|Jwt$|jwt$|Strategy$/.test(callee) && values.some((value) => /object|identifier/.test(String(value.kind())))) {
    const given = values.flatMap((value) =>
      ["secret", "secretOrKey", "clientSecret", "consumerSecret", "key"].flatMap((name) => optionOf(value, name) ?? []),
    );
    if (given.length > 0) return given;
    const pairs = values.flatMap((value) =>
      value.findAll({ rule: { kind: "pair", regex: "^[\"']?(secret|secretOrKey|clientSecret|consumerSecret|keys?)[\"']?\\s*:" } }),
    );
    return pairs.flatMap((pair) => pair.field("value") ?? []);
  }
  if (keyedCall.test(callee)) return values.slice(1, 2);
  return values.slice(0, 1);
}

/** What the object of this file holds that a key is taken out of: `settings.secret`. */
function fieldOf(key: SyntaxNode): readonly SyntaxNode[] {
  const [object, name] = key.kind() === "member_expression" ? [key.field("object"), key.field("property")] : [];
  const value = object === undefined || object === null ? undefined : optionOf(object, name?.text() ?? "");
  return value === undefined ? [] : [value];
}

/** `options.secretOrKey = "…"` before the options are handed over. */
function isGivenLater({ callee, arguments: [options], node }: Call): boolean {
  if (!/Strategy$/.test(callee) || options?.kind() !== "identifier") return false;
  const given = new RegExp(`\\b${options.text()}\\.(?:secret|secretOrKey|clientSecret|consumerSecret)\\s*=\\s*(["'])[^"'\\n]{3,}\\1`);
  return given.test(fileTextOf(node).slice(0, 100_000));
}

function secretOption(node: SyntaxNode | undefined): boolean {
  return node !== undefined && isWritten(node);
}

const writtenOut = verbose`
  ^(?:\[\]byte\(\s*)?b?(?:(["'])[^"'\n]{3,}\1|\`[^\`\n$]{3,}\`)(?:\s*\))?
  (?:\.(?:getBytes|encode|toCharArray)\([^)]*\))?$
  | ^Buffer\.from\(\s*["'][^"']{3,}["'][^)]*\)$
  | ^new\ TextEncoder\(\s*\)\.encode\(\s*["'][^"']{3,}["']\s*\)$
  | ^new\ byte\[\]\s*\{\s*-?\d
`;

/** A text in quotes, as it is or turned into bytes. An empty one is no key, and a name in capitals may come from anywhere. */
function isWritten(node: SyntaxNode): boolean {
  const text = node.text().trim();
  return writtenOut.test(text);
}

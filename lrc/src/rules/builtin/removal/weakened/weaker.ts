import { verbose } from "../../../text/index.ts";
import { replaced, type Weaker } from "./replaced.ts";

const token = verbose("g")`
  [A-Za-z_$][\w$]*(?:[?!](?=[(\s]))?
  | \d[\w.]* | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | \`(?:[^\`\\]|\\.)*\`
  | (?<=[=(,:]\s{0,3})\/(?:[^/\\]|\\.)+\/\w*
  | \?\. | \?-> | &\. | -> | [<>=!]=+ | && | \|\| | [^\s]
`;
const safeWhenTrue = verbose("i")`
  secure | http_?only | verif | valid | strict | check | require | auth | protect | sign(?:ed|ature) | enforce
  | escape | sanit | reject | confirm | csrf | enabled?$ | tls | ssl | encrypt | read_?only | force | dry_?run
  | non_?root
`;
const safeWhenFalse = verbose("i")`
  skip | disable | insecure | allow | ignor | debug | trust | unsafe | anonym | public | bypass | permit | privileg
  | wildcard | expose | additional_?properties | no_?verify | force | overwrite | passthrough | escalation
`;
const openList = /allow|origin|host|cors|action|resource|principal|cidr|permit|scope|role|white_?list|methods|headers|address|bind|target/i;
const upperBound = /max|most|limit|attempt|retr|quota|threshold|capacity|burst|depth|upload|payload|body/i;
const duration = /time_?out|ttl|expir|max_?age|deadline|lifetime|leeway|skew|window|valid_?(?:for|until)|interval/i;
const lowerBound = /min|rounds|iteration|cost|key_?(?:size|length|bits)|modulus|strength|entropy|salt|work_?factor|complexity/i;
const protectingOption = verbose("i")`
  \b(?:
    secure | http_?only | same_?site | signed | strict\w* | required | verif\w* | valid\w* | check\w* | auth\w*
    | permission\w* | \w*_?time_?out\w* | deadline | \w*limit\w* | max_?[a-zA-Z]\w* | min_?length | sanit\w*
    | escape\w* | csrf\w* | algorithms? | audience | issuer | noexec | nosuid | rate\w* | expires_?in | NOT\ NULL
    | unique | presence | uniqueness | numericality | dompurify | allow_redirects | autoescape | owner\w* | tenant\w* | helmet | throttle\w* | guard\w* | LoginRequired\w* | integrity
  )\b
`;
const wrapper = verbose("i")`
  (?:
    escape | sanit | encode | quote | clean | purify | filename | basename | strip_?tags | special_?chars
    | html_?entities | valid | check | verify | parseInt | clamp | normpath | path\.normalize | LimitReader | MaxBytes
    | freeze | literal | shellarg | timeout | abs | realpath | canonical | require_?non_?null | constant_?time
    | redact | mask | (?:bcrypt|argon2?|scrypt)\.hash\w* | hash_?password | encrypt | bounded | throttle | limiter | auth\w* | protect\w* | synchronized\w*
  )\w*$
`;

/** Compares two lines that are one another's. Linear in their length: what is alike at both ends is left aside. */
export function weakened(before: string, after: string): Weaker | undefined {
  if (/^\s*(?:import|from|use|using\s+[A-Z]|export\s+\{|#include|package|module)\b/.test(before)) return undefined;
  const known = replaced(before, after);
  if (known !== undefined) return known;
  if (!/[=:({[;<>"'`]|&\.|NOT NULL/.test(before)) return undefined; // a sentence of a page of documentation
  const [old, now] = [before.match(token) ?? [], after.match(token) ?? []];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const gone = old.slice(start, old.length - end);
  const come = now.slice(start, now.length - end);
  const name = old
    .slice(Math.max(0, start - 6), start)
    .filter((word) => /^["']?[A-Za-z_$]/.test(word))
    .slice(-2)
    .join(" ");
  const [one, other] = [gone[0], come[0]];
  if (gone.length === 1 && come.length === 1 && one !== undefined && other !== undefined) return exchanged(one, other, name, before);
  if (come.length === 0 && gone.length > 0) return dropped(gone, before, after);
  const bare = old.filter((word) => word !== "await");
  const bareNow = now.filter((word) => word !== "await");
  return (
    unwrapped(bare, bareNow, Math.min(start, bare.length)) ?? (gone.length <= 4 && come.length <= 8 ? opened(gone, come, name) : undefined)
  );
}

const noBound = /^(?:None|null|nil|undefined|Infinity|infinity|Inf)$/;
const everybody = /^(?:AllowAny|AllowAnonymous|allowAny|permitAll|permit_all|IsPublic|Anonymous)$/;
const isTrue = /^["']?(?:true|True|yes|on|1|YES|ON)["']?$/;
const isFalse = /^["']?(?:false|False|no|off|0|NO|OFF|None|null|nil)["']?$/;

/** One word became another. */
function exchanged(one: string, other: string, name: string, line: string): Weaker | undefined {
  if (isTrue.test(one) && isFalse.test(other) && safeWhenTrue.test(name) && !safeWhenFalse.test(name))
    return { message: "This protection was on and is off now." };
  if (isFalse.test(one) && isTrue.test(other) && safeWhenFalse.test(name)) return { message: "What was forbidden here is allowed now." };
  if (/^["'`]/.test(one) && /^["'`]/.test(other)) return text(one.slice(1, -1), other.slice(1, -1), name, line);
  if (/^\/.+\//.test(one) && /^\/.+\//.test(other)) return anchors(one.replace(/^\/|\/\w*$/g, ""), other.replace(/^\/|\/\w*$/g, ""));
  if (/^0o?[0-7]{3,4}$/.test(one) && /^0o?[0-7]{3,4}$/.test(other)) return mode(one, other);
  if (/^\d/.test(one) && /^\d/.test(other)) return number(one, other, name, line);
  if (/^\d/.test(one) && noBound.test(other) && (upperBound.test(name) || duration.test(name)))
    return { message: "There was a limit here, and there is none now." };
  if (everybody.test(other) && !everybody.test(one)) return { message: "This let in whom it named, and lets in everybody now." };
  if (other === "_" && /^(?:err|ok|cancel)\w*$/.test(one) && /\s:?=\s/.test(line))
    return { message: "What this said of whether it went well is thrown away." };
  if (one === "ENABLE" && other === "DISABLE") return { message: "This protection was on and is off now." };
  if (one === "unknown" && other === "any")
    return { message: "This had to be asked what it is before it was used, and may be used as anything now." };
  if ((one === "?." && other === ".") || (one === "?->" && other === "->") || (one === "&." && other === ".")) {
    const asked = /([A-Za-z_$][\w$]*)\s*(?:\?\.|\?->|&\.)(?!.*(?:\?\.|\?->|&\.))/.exec(line)?.[1];
    return {
      message: "Nothing asks any more whether there is anything: without it this throws.",
      ...(asked === undefined ? {} : { asked }),
    };
  }
  if (/^(?:full_?match|matches|matchEntire)$/i.test(one) && /^(?:match|search|find|test|lookingAt)$/i.test(other))
    return { message: "The pattern had to match the whole text and may now match a part: the rest can be anything." };
  if (/^(?:safe_?load|SafeLoader|timingSafeEqual|compare_?digest|secureCompare|hash_equals)$/i.test(one))
    return { message: `${one} was chosen because what stands here now is not safe for everything that can come.` };
  if (
    /^(?:strict|SERIALIZABLE|Strict|LAX|Lax|REQUIRED|CERT_REQUIRED)$/.test(one) &&
    /^(?:none|None|lenient|UNCOMMITTED|CERT_NONE|loose|off)$/i.test(other)
  )
    return { message: "This was strict and is not now." };
  return undefined;
}

function text(one: string, other: string, name: string, line: string): Weaker | undefined {
  if (
    /^(?:error|warn|deny|forbid|on)$/i.test(one) &&
    /^(?:off|allow|ignore|none)$/i.test(other) &&
    /^\s*["'[]?[\w@/:.-]+["']?\s*[:=]/.test(line)
  )
    return { message: "What this told of is not told any more." };
  if (/^https:\/\/(?!localhost|127\.)/.test(one) && other === one.replace("https", "http"))
    return { message: "This went encrypted, and goes in the clear now." };
  if (one === "html/template" && other === "text/template")
    return { message: "What made the text of a page safe is gone: this engine puts it in as it is." };
  if (/^\^?\.[*+]\$?$/.test(other) && /[[(\\]/.test(one)) return { message: "The pattern asked what this is, and takes anything now." };
  if (/(?:^|\|)required(?:\||$)/.test(one) && /\||^(?:nullable|sometimes)?$/.test(other) && !/required/.test(other))
    return { message: "This had to be there, and may be missing now." };
  const open = /^(?:\*|\w[\w-]*:\*|0\.0\.0\.0(?:\/0)?|::\/0|\.\*|all|ALL|\*\/\*)$|^https?:\/\/\*$/;
  if (open.test(other) && !open.test(one) && (openList.test(name) || openList.test(line)))
    return { message: "This let in what was named, and lets in everything now." };
  if (/^(?:strict|lax)$/i.test(one) && /^(?:none|lax|off|loose)$/i.test(other)) return { message: "This was strict and is less so now." };
  if (
    /^(?:private|read|read-only|deny|DENY|require|verify-full|verify-ca|SAMEORIGIN)$/.test(one) &&
    /^(?:public.*|write.*|admin|allow.*|ALLOW.*|disable|prefer|none)$/.test(other)
  )
    return { message: "What was kept from others is open to more of them now." };
  if (/^0?[0-7]{3,4}$/.test(one) && /^0?[0-7]{3,4}$/.test(other)) return mode(one, other);
  if (/(?:default-src|script-src|frame-ancestors)/.test(one) && /\*|unsafe-/.test(other) && !/\*|unsafe-/.test(one))
    return { message: "The policy of the page lets in more than before." };
  if (
    /http_?only|secure|same_?site|nosniff|noexec|nosuid|required|max[:=]|min[:=]|limit/i.test(one) &&
    other !== "" &&
    one.includes(other.trim()) &&
    one.length < 200 &&
    /[;,|]/.test(one)
  )
    return { message: "Something that protected is gone from this list." };
  return anchors(one, other);
}

function anchors(one: string, other: string): Weaker | undefined {
  const bare = one.replace(/^(?:\^|\\A)|(?:\$|\\[zZ])$/g, "");
  const now = other.replace(/^(?:\^|\\A)|(?:\$|\\[zZ])$/g, "");
  const lost = (/^(?:\^|\\A)/.test(one) && !/^(?:\^|\\A)/.test(other)) || (/(?:\$|\\[zZ])$/.test(one) && !/(?:\$|\\[zZ])$/.test(other));
  return lost && bare === now && bare.length > 1
    ? { message: "The pattern no longer holds at both ends: anything may stand before or after what it asks for." }
    : undefined;
}

function mode(one: string, other: string): Weaker | undefined {
  const [old, now] = [one, other].map((text) => Number.parseInt(text.replace(/^0o?/, ""), 8));
  return old !== undefined && now !== undefined && (now & ~old & 0o077) !== 0
    ? { message: "More people may now read or write this than before." }
    : undefined;
}

function number(one: string, other: string, name: string, line: string): Weaker | undefined {
  const [old, now] = [one, other].map((digits) => Number(digits.replaceAll("_", "").replace(/[a-zA-Z]+$/, "")));
  if (old === undefined || now === undefined || Number.isNaN(old) || Number.isNaN(now)) return undefined;
  const compared =
    /^(?:\}?\s*else\s+)?(?:if|elif|unless|while|assert|return|require)\b/.test(line) &&
    [" > ", " >= ", " < ", " <= "].some((sign) => line.includes(sign + one));
  if ((lowerBound.test(name) || /threshold|coverage/i.test(line)) && now < old)
    return { message: "The least that is asked for is less than before." };
  if (compared && old > 1 && now >= 2 * old) return { message: "The bound is at least twice as high as before: more gets through." };
  if (
    (upperBound.test(name) && old > 1 && now >= 4 * old) ||
    (duration.test(name) && old > 0 && now >= 10 * old) ||
    ((upperBound.test(name) || duration.test(name)) && old > 0 && now === 0)
  )
    return { message: "The limit is many times what it was, or none: it may no longer limit anything." };
  return undefined;
}

/** A part of the line is gone and nothing came instead. */
function dropped(gone: readonly string[], before: string, after: string): Weaker | undefined {
  const what = gone.join(" ");
  // A name that is declared, handed on or typed is no option.
  if (
    /^(?:export|type|interface|public|private|protected|def|func|fn|function|async|class|static|@Override)\b/.test(before) ||
    gone.length > 24
  )
    return undefined;
  if (/^[?]$/.test(what)) return undefined;
  const found = protectingOption.exec(what)?.[0];
  if (
    found === undefined ||
    !/[:=(]|Required|secure|httponly|NOT NULL|unique/i.test(what) ||
    after.includes(found) ||
    /^(?:const|let|var)?\s{0,9}[{[(]?[\w\s,]{0,400}[}\])]?\s{0,9}=\s{0,9}(?:require|await import)/.test(before)
  )
    return undefined;
  return { message: `${found.slice(0, 40)} is gone from here: what it limited or asked for no longer is.`, dropped: found };
}

/** `f(x)` became `x`. */
function unwrapped(old: readonly string[], now: readonly string[], start: number): Weaker | undefined {
  let from = start;
  // What is alike at the start may hold the beginning of the wrapper's own name.
  while (from > 0 && /^[.\w$:]+$/.test(old[from - 1]!) && (old[from - 1] === "." || old[from] === ".")) from -= 1;
  const open = old.indexOf("(", from);
  if (open === -1 || open - from > 6 || open === from) return undefined;
  const name = old.slice(from, open).join("");
  if (!/^[\w$.:]+[!?]?$/.test(name) || !wrapper.test(name)) return undefined;
  let depth = 0;
  let comma = -1;
  for (let at = open; at < old.length; at += 1) {
    const word = old[at]!;
    if (word === "(" || word === "[" || word === "{") depth += 1;
    else if (word === ")" || word === "]" || word === "}") depth -= 1;
    else if (word === "," && depth === 1 && comma === -1) comma = at;
    if (depth > 0) continue;
    const rest = old.slice(at + 1);
    const joined = (inner: readonly string[]): string => [...old.slice(0, from), ...inner, ...rest].join(" ");
    const whole = now.join(" ");
    if (whole === joined(old.slice(open + 1, at)) || (comma !== -1 && whole === joined(old.slice(open + 1, comma))))
      return { message: `${name} no longer stands around this value, and the value is used as it is.`, moved: `${name}(` };
    return undefined;
  }
  return undefined;
}

/** A list of what is let in became everything. */
function opened(gone: readonly string[], come: readonly string[], name: string): Weaker | undefined {
  const isAll =
    come.some((word) => /^["'`](?:\*|\*\/\*|\.\*|\w+:\*)["'`]$|^["'`]0\.0\.0\.0\/0["'`]$/.test(word)) &&
    !gone.some((word) => /\*/.test(word));
  if (isAll && openList.test(name)) return { message: "This let in what was named, and lets in everything now." };
  const isEverybody = come.length === 1 && isTrue.test(come[0]!) && /origin|cors|allow|trust/i.test(name) && gone.length > 0;
  return isEverybody ? { message: "This let in what was named, and lets in everything now." } : undefined;
}

import { verbose } from "../../../text/index.ts";
import type { Weaker } from "./weaker.ts";

const constantTime =
  /timingSafeEqual|compare_digest|hash_equals|secure_?compare|ConstantTimeCompare|MessageDigest\.isEqual|FixedTimeEquals/i;
const anyError = verbose`
  ^\}?\s*(?:
    except\s+(?:Base)?Exception\b | except\s*:
    | catch\s*\(\s*(?:final\s+)?(?:Exception|Throwable|\\Throwable|\\Exception)\b
    | rescue\s*(?:Exception|StandardError|=>|$)
  )
`;

const closing = /^\s*(?:async\s+)?with\s|\bfinally\b|\bdefer\b|\busing\b|\btry\s*\(/;
const bounded = /\w*(?:str[nl]c(?:py|at)|strn?cpy_s|v?snprintf|fgets)\s*\(/;

/** A line that protects, however the rest of it is written, and what stands in its place when it does so no more. */
interface Exchange {
  readonly before: RegExp;
  readonly after: RegExp;
  /** What in the new line does the work nevertheless. */
  readonly still?: RegExp;
  readonly message: string;
}

const exchanges: readonly Exchange[] = [
  {
    before: /\?;?$/,
    after: /^let\s+_\s*=|\.ok\(\);?$|\.unwrap_or(?:_default|_else)?\([^?]*$/,
    still: /\?;?$/,
    message: "When this fails nobody hears of it any more.",
  },
  {
    before: constantTime,
    after: /[=!]==?|\.equals\(|\bEqual\(/,
    still: constantTime,
    message: "How long this takes now says how much of the secret was right.",
  },
  {
    before: bounded,
    after: /\b(?:strcpy|strcat|v?sprintf|gets)\s*\(/,
    still: bounded,
    message: "This wrote no more than there is room for, and now writes as much as comes.",
  },
  {
    before: /\bawait\s+Promise\.all/,
    after: /\.map\(/,
    still: /\bawait\b|Promise\.|^return\b/,
    message: "Nobody waits for these any more, and when one fails nobody hears.",
  },
  {
    before: /^\}?\s*(?:except|catch|rescue)\b/,
    after: anyError,
    message: "This handled one kind of error and now handles every one, those that nobody thought of too.",
  },
  {
    before: /^for\b[^;]*;\s*\S[^;]*;/,
    after: /^for\s*\(?[^;]*;\s*;|^for\s*\{|^while\s*\(?\s*(?:true|1)\b/,
    message: "This came to an end after so many times, and may go on for ever now.",
  },
  {
    before: /\bWHERE\b.*\bAND\s+[\w."`]*(?:owner|user|tenant|account|organi[sz]ation|customer)\w*["`]?\s*=/i,
    after: /\bWHERE\b/i,
    still: /owner|user_?id|tenant|account_?id|organi[sz]ation|customer/i,
    message: "The query asked whose it is, and does no longer: everybody gets what belongs to others.",
  },
  {
    before: verbose`
      \.(?:string|number|object|array|email|url|uuid|min|max|int|positive|regex|enum|date)\(.*[\w)],?$
    `,
    after: /\b(?:z|Joi|yup|v|t)\.(?:any|unknown|mixed)\(\)/,
    message: "The schema asked what this is, and now takes anything.",
  },
  {
    before: /(?:[Ss]chema|[Vv]alidator)\w*\.(?:parse|safeParse|validate\w*|check)\(|\.(?:parse|validate)\(\s*\w+[Ss]chema\b/,
    after: /\bas\s+[A-Z]\w*|=\s*<\w+>|^(?:const|let|var)\s[^=]+=\s*(?:req|request|ctx|event)[\w.]*;?$/,
    still: /parse|valid|check|schema/i,
    message: "What comes in was asked whether it is what it should be, and is only called so now.",
  },
  {
    before: /\b(?:permission_classes|authentication_classes|middlewares?|guards|validators|policies|throttle_classes)\s*[=:]\s*[[(]\s*\w/,
    after: /\b(?:permission_classes|authentication_classes|middlewares?|guards|validators|policies|throttle_classes)\s*[=:]\s*[[(]\s*[\])]/,
    message: "Somebody asked here before, and nobody does now.",
  },
  {
    before: /\.(?:checked|saturating)_\w+\(|Math\.\w+Exact\(|\bchecked\s*\(/,
    after: /\w\s*[-+*]\s*\w|\.wrapping_\w+\(|\(int\)/,
    still: /checked_|saturating_|Exact\(|\bchecked\b/,
    message: "This said when a number became too large, and goes on with a wrong one now.",
  },
  {
    before: /\b(?:in_array|array_search)\s*\(.*,\s*true\s*\)/,
    after: /\b(?:in_array|array_search)\s*\(/,
    still: /,\s*true\s*\)/,
    message: "What is looked for is compared after converting now: '0', 0, false and '' become equal.",
  },
  {
    before: /\buses:\s*[\w./-]+@[0-9a-f]{40}\b/,
    after: /\buses:\s*[\w./-]+@/,
    still: /@[0-9a-f]{40}\b/,
    message: "The action was pinned to what was looked at, and is now whatever its owner makes of it.",
  },
  {
    before: /(?:<%=\s*|\|\s*)(?:sanitize|h|escape|e)\b|\bh\(/,
    after: /<%=\s*raw\b|\.html_safe\b|\|\s*safe\b|\{!!/,
    message: "What made this text safe is gone, and it is put into the page as it is.",
  },
  {
    before: /^["']?required["']?\s*:\s*\[.*\w/,
    after: /^["']?required["']?\s*:\s*\[/,
    message: "Something that had to be there may be missing now.",
  },
];

/** What is known to be weaker than what it took the place of, however the rest of the line is written. */
export function replaced(before: string, after: string): Weaker | undefined {
  const exchange = exchanges.find(
    (one) => one.before.test(before) && !one.before.test(after) && one.after.test(after) && one.still?.test(after) !== true,
  );
  if (exchange !== undefined) return { message: exchange.message };
  if (isLeaking(before, after)) return { message: "This was closed whatever happened, and is not now.", unless: closing };
  if (after === `${before} || true`) return { message: "When this fails nobody hears of it any more." };
  if (isShorterList(before, after)) return { message: "Something that had to be there may be missing now." };
  if (/\b(?:before_action|before_filter|authenticate\w*|authorize\w*|protect_from_forgery)\b/.test(before) && isExcepted(before, after))
    return { message: "There is a way around what was asked always." };
  if (/^return\s.*\)$/.test(before) && before.replace(/^return\s+/, "") === after)
    return { message: "What this answered is thrown away: it always went well now, whatever happened.", beside: /^\s*return\s+nil\s*$/ };
  if (before.includes("?.") && withoutAsking(before) === after)
    return { message: "Nobody asks any more whether there is anything: without it this throws." };
  if (/^for\b/.test(before) && before !== after && before.replace(/([^<>=!-])([<>])(?=[^=<>])/, "$1$2=") === after)
    return { message: "This goes one further than before: one beyond the end, most likely." };
  return undefined;
}

/** `with`, `using` and `try (…)` that became a plain assignment. */
function isLeaking(before: string, after: string): boolean {
  const [, value, name] = /^(?:async\s{1,9})?with\s{1,9}(\S.{0,400})\s{1,9}as\s{1,9}(\w+):$/.exec(before) ?? [];
  return (
    (name !== undefined && after === `${name} = ${value}`) ||
    (/^(?:await\s+)?using\s/.test(before) && before.replace(/^(?:await\s+)?using\s+/, "") === after) ||
    (/^try\s*\(/.test(before) && before.replace(/^try\s*\(|\)\s*\{$/g, "") === after.replace(/;$/, ""))
  );
}

/** `"required": ["a", "b"]` that became `"required": ["a"]`. */
function isShorterList(before: string, after: string): boolean {
  const namesOf = (text: string): readonly string[] => /^["']?required["']?\s*:\s*\[(.*)\]/.exec(text)?.[1]?.match(/["'][^"']+["']/g) ?? [];
  const [old, now] = [namesOf(before), namesOf(after)];
  return now.length < old.length && now.every((one) => old.includes(one));
}

/** The same line with an exception behind it. */
function isExcepted(before: string, after: string): boolean {
  return after.startsWith(before) && /^\s*,\s*(?:except|only|if|unless|skip)\b/.test(after.slice(before.length));
}

/** A line of which nothing asks whether there is anything. */
function withoutAsking(line: string): string {
  return line.replaceAll("?.", ".").replace(/\s*\?\?\s*(?:"[^"]*"|'[^']*'|[\w.[\]{}]+)/, "");
}

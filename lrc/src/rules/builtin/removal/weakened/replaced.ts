import { withoutSpace } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** Why a line protects less than the one it replaces. */
export interface Weaker {
  readonly message: string;
  /** What left the line: if it stands beside it, nothing was lost. */
  readonly dropped?: string;
  /** A call that left the line: if the file makes it elsewhere with the same value, nothing was lost. */
  readonly moved?: string;
  /** An added line beside it that does what the line did. */
  readonly unless?: RegExp;
  /** An added line beside it without which nothing is weaker. */
  readonly beside?: RegExp;
  /** What the line asked for: if it is made or asked for beside it, it is there. */
  readonly asked?: string;
}

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
  /** A line beside it that does. */
  readonly unless?: RegExp;
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
    // The generator of provenance only works by its tag.
    still: /@[0-9a-f]{40}\b|slsa-github-generator/,
    message: "The action was pinned to what was looked at, and is now whatever its owner makes of it.",
  },
  {
    before: /(?:<%=\s*|\|\s*)(?:sanitize|h|escape|e)\b|\bh\(/,
    after: /<%=\s*raw\b|\.html_safe\b|\|\s*safe\b|\{!!/,
    message: "What made this text safe is gone, and it is put into the page as it is.",
  },
  {
    before: /\.(?:expect|unwrap)\([^()]*\);?$/,
    after: /^let\s+_\s*=|\.ok\(\);?$/,
    message: "When this fails nobody hears of it any more.",
  },
  {
    before: /\b(?:current_user|request\.user|req\.user|ctx\.user|context\.user)\.\w+[.(]/,
    after: /\b(?:find|get|where|query|filter|first|delete|update|destroy)\w*\(/,
    still: /user|owner|tenant|account|policy|scope|session/i,
    message: "Only what belongs to whoever asks was looked for here, and now everything is.",
  },
  {
    before: /\b(?:Depends|Security)\(\s*\w*(?:user|auth|token|admin|perm|role|verif)\w*/i,
    after: /^(?:async\s+)?def\s/,
    still: /\b(?:Depends|Security|Annotated|User)\b/,
    unless: /\b(?:Depends|Security)\(/,
    message: "Who asks had to be known here, and no longer has to be.",
  },
  {
    before: /\.(?:get|await|join|tryLock|poll|tryAcquire)\([^()]*TimeUnit\b/,
    after: /\.(?:get|await|join|lock|take|acquire)\(\)/,
    message: "This waited so long and no longer, and waits for ever now.",
  },
  {
    before: /\{\{[^{}!]*\}\}/,
    after: /\{!!/,
    message: "What made this text safe is gone, and it is put into the page as it is.",
  },
  {
    before: /\bnpm\s+ci\b/,
    after: /\bnpm\s+(?:i|install)\b/,
    message: "What was installed was what was looked at, and may be anything newer now.",
  },
  {
    before: /=\s*(?:Field|Query|Path|Body|Form)\([^)]*\b(?:ge|gt|le|lt|min_length|max_length|pattern|regex)=/,
    after: /^\w+\s*:\s*\w/,
    still: /\b(?:Field|Query|Path|Body|Form|Annotated|con(?:int|str|list))\b/,
    message: "What this may be was bounded, and is not now.",
  },
  {
    before: /\bGRANT\s+(?!ALL\b)\w/i,
    after: /\bGRANT\s+ALL\b/i,
    message: "This let somebody do what it named, and lets them do everything now.",
  },
  {
    before: /\b(?:SERIALIZABLE|REPEATABLE\s+READ)\b/i,
    after: /\bREAD\s+(?:UN)?COMMITTED\b/i,
    message: "Others could not come between, and can now.",
  },
  {
    before: /\w*(?:block|den(?:y|ied)|black_?list|forbidden|banned|reserved|disallow)\w*["']?\s*[:=]\s*(?:new\s+\w+\()?[[({]\s*["'\w]/i,
    after: /\w*(?:block|den(?:y|ied)|black_?list|forbidden|banned|reserved|disallow)\w*["']?\s*[:=]\s*(?:new\s+\w+\()?[[({]\s*[\])}]/i,
    message: "What was kept out is kept out no more: the list is empty.",
  },
  {
    before: /["'`].*(?:=|\bIN|\bLIKE)\s*\(?(?:\?|\$\d|:[a-z]\w*|@[a-z]\w*|%s)(?!\w)/i,
    after: /\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE)\b.*(?:\{\w|\$\{|\$\w|["']\s*[+.%]\s*\w)|["'`].*=\s*'?#\{/i,
    still: /(?:=|\bIN|\bLIKE)\s*\(?(?:\?|\$\d|:[a-z]\w*|@[a-z]\w*|%s)(?!\w)/i,
    message: "The value was handed over beside the query and is written into it now: it can be more than a value.",
  },
  {
    before: /^["']?required["']?\s*:\s*\[.*\w/,
    after: /^["']?required["']?\s*:\s*\[/,
    message: "Something that had to be there may be missing now.",
  },
];

/** What protects a line that is otherwise the same. */
const left: readonly (readonly [RegExp, string])[] = [
  [/\.catch\([^;]*\)(?=;?$)/, "When this fails nobody hears of it any more."],
  [
    /(?<=\w),\s*(?:ok|found|exists)(?=\s*:?=)/,
    "Nobody asks any more whether there is one: without it this throws, or goes on with nothing.",
  ],
  [/\bvolatile\s+/, "Others may never see what one writes here."],
  [
    /(?<=\b(?:save|create|update|destroy|update_attributes|find_by|first_or_create))!(?!=)/,
    "This said when it failed, and now only answers false.",
  ],
  [
    /\s--(?:require-hashes|frozen-lockfile|immutable|locked)\b/,
    "What was asked to be exactly what was looked at may be anything newer now.",
  ],
];

/** What takes the protection from a line that is otherwise the same. */
const put: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w@])@(?=\w+\()/, "When this fails nobody hears of it any more."],
  [/\s*\|\|\s*true$/, "When this fails nobody hears of it any more."],
  [/\.(?:passthrough|loose|partial|optional|nullish|nullable)\(\)(?=[,;]?$)/, "The schema asked for more than it does now."],
];

const whole = /===?\s*["'`]|\.equals\(\s*["']|\.(?:startsWith|startswith|starts_with|start_with\?|HasPrefix)\(/;
const part = /\.(?:endsWith|endswith|includes|contains|Contains|include\?|indexOf|search)\(|["']\s+in\s/;

/** Whether a comparison with a text became one with a part of it. */
function isPartly(before: string, after: string): boolean {
  if (!whole.test(before) || part.test(before) || !part.test(after) || whole.test(after)) return false;
  const text = /\.\w+\??\(\s*["'`]([^"'`]{3,})["'`]|["'`]([^"'`]{3,})["'`]\s+in\s/
    .exec(after)
    ?.slice(1)
    .find((one) => one !== undefined);
  return text !== undefined && before.includes(text);
}

/** What is known to be weaker than what it took the place of, however the rest of the line is written. */
export function replaced(before: string, after: string): Weaker | undefined {
  const exchange = exchanges.find(
    (one) => one.before.test(before) && !one.before.test(after) && one.after.test(after) && one.still?.test(after) !== true,
  );
  if (exchange !== undefined) return { message: exchange.message, ...(exchange.unless === undefined ? {} : { unless: exchange.unless }) };
  for (const [what, message] of left)
    if (what.test(before) && !what.test(after) && withoutSpace(before.replace(what, "")) === withoutSpace(after)) return { message };
  for (const [what, message] of put)
    if (what.test(after) && !what.test(before) && withoutSpace(after.replace(what, "")) === withoutSpace(before)) return { message };
  if (isPartly(before, after)) return { message: "This asked for all of a text and asks for a part of it now: the rest can be anything." };
  if (/^\}?\s*(?:except|catch|rescue)\b/.test(before) && !anyError.test(before) && anyError.test(after))
    return { message: "This handled one kind of error and now handles every one, those that nobody thought of too." };
  if (isLeaking(before, after)) return { message: "This was closed whatever happened, and is not now.", unless: closing };
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

import { indexOf } from "./definitions.ts";
import { callsNamed } from "./functions.ts";
import { knownKinds } from "./grammar.ts";
import { definitionsOf } from "./reaching.ts";
import type { SyntaxNode } from "./tree.ts";

/** A part of a file in which a name can only hold what somebody allowed. */
interface Region {
  readonly from: number;
  readonly to: number;
}

type FileIndex = NonNullable<ReturnType<typeof indexOf>>;

const regions = new WeakMap<FileIndex, ReadonlyMap<string, readonly Region[]>>();

/**
 * Whether what `node` names is one of those on a list, matches a pattern, or equals a text of the source, at this place: it stands in the branch that asked, or behind one that leaves
 * when it is not so.
 */
export function isAllowed(node: SyntaxNode): boolean {
  const index = indexOf(node);
  if (index === undefined) return false;
  const text = node.text();
  if (text.length > 60) return false;
  const position = node.range().start.index;
  const around = regionsOf(index)
    .get(text)
    ?.filter(({ from, to }) => from <= position && position < to);
  if (around === undefined || around.length === 0) return false;
  // What it was given since was not asked about.
  const last = Math.max(0, ...definitionsOf(node).map(({ start }) => start));
  return around.some(({ from }) => last <= from);
}

function regionsOf(index: FileIndex): ReadonlyMap<string, readonly Region[]> {
  let found = regions.get(index);
  if (found === undefined) {
    found = questionsIn(index);
    regions.set(index, found);
  }
  return found;
}

const asking = ["if_statement", "elif_clause", "if_expression", "ternary_expression", "conditional_expression", "if", "unless"];
const leaving = /\b(?:return|throw|raise|continue|break|abort|panic|exit|die|sys\.exit|os\.Exit|log\.Fatal\w*)\b[^;{}]*;?\s*\}?\s*$/;

function questionsIn(index: FileIndex): ReadonlyMap<string, readonly Region[]> {
  const { scopes, language } = index;
  const found = new Map<string, Region[]>();
  for (const node of scopes[0]!.node.findAll({ rule: { any: knownKinds(language, asking).map((kind) => ({ kind })) } })) {
    if (!node.isNamed()) continue;
    const [condition, taken, other] = partsOf(node);
    if (condition === undefined || taken === undefined || condition.range().end.index - condition.range().start.index > 600) continue;
    const text = language === "go" ? lookedUp(condition.text(), node.field("initializer")?.text() ?? "") : condition.text();
    for (const name of allowedBy(text, true)) add(found, name, taken);
    const refused = allowedBy(text, false);
    if (refused.length === 0) continue;
    if (other !== undefined) for (const name of refused) add(found, name, other);
    const end = taken.text().slice(-300);
    const block = node.parent();
    if (block === null) continue;
    const region = { from: node.range().end.index, to: block.range().end.index };
    const leaves = leaving.test(end) || isLeft(taken);
    for (const name of refused) if (leaves || isReplaced(name, taken.text())) push(found, name, region);
  }
  if (language === "go") for (const [name, region] of casesIn(scopes[0]!.node)) push(found, name, region);
  if (language === "java") for (const [name, region] of parsedIn(index)) push(found, name, region);
  return found;
}

/** Whether a block ends with what leaves it, whatever that hands back. */
function isLeft(block: SyntaxNode): boolean {
  const last = block.children().findLast((child) => child.isNamed() && child.kind() !== "comment");
  return /^(?:return|raise|throw|continue|break)_statement$/.test(String(last?.kind()));
}

const parsing = ["parseInt", "parseLong", "parseShort", "parseByte", "parseDouble", "parseFloat", "valueOf", "decode", "fromString"];
const parsed = /^(?:Integer|Long|Short|Byte|Double|Float|UUID)\.\w+\(\s*(\w{1,60})\s*\)$/;

/** What was read as a number is one behind the statement, or that was left: to the end of its block, and behind a `try` whose handlers all leave. */
function parsedIn(index: FileIndex): readonly (readonly [name: string, region: Region])[] {
  return parsing
    .flatMap((method) => callsNamed(method, index))
    .flatMap((call) => {
      const name = parsed.exec(call.text())?.[1];
      if (name === undefined) return [];
      const statement = call.ancestors().find((one) => /_statement$|^local_variable_declaration$/.test(String(one.kind())));
      const block = statement?.parent();
      if (statement === undefined || block?.kind() !== "block" || !/^(?:expression|local)/.test(String(statement.kind()))) return [];
      const behind = [name, { from: statement.range().end.index, to: block.range().end.index }] as const;
      const attempt = block.parent();
      const handlers = attempt?.children().filter((child) => child.kind() === "catch_clause") ?? [];
      const outer =
        attempt?.kind() === "try_statement" && handlers.every((one) => isLeft(one.field("body") ?? one)) ? attempt.parent() : null;
      return outer === null || attempt === null || attempt === undefined
        ? [behind]
        : [behind, [name, { from: attempt.range().end.index, to: outer.range().end.index }] as const];
    });
}

/** A `switch` of Go over texts of the source: in its cases, and behind it where everything else leaves or is replaced. */
function casesIn(file: SyntaxNode): readonly (readonly [name: string, region: Region])[] {
  return file.findAll({ rule: { kind: "expression_switch_statement" } }).flatMap((node) => {
    const name = node.field("value")?.text() ?? "";
    const cases = node.children().filter((child) => child.kind() === "expression_case");
    if (!/^[\w.]{1,60}$/.test(name) || !cases.every((one) => /^(?:"[^"]*"|[\d\s,])+$/.test(one.field("value")?.text() ?? ""))) return [];
    const within = cases.map((one) => [name, { from: one.range().start.index, to: one.range().end.index }] as const);
    const other = node.children().find((child) => child.kind() === "default_case");
    const said = other?.text().replace(/^default\s*:\s*/, "") ?? "";
    const block = node.parent();
    if (block === null || !(leaving.test(said.slice(-300)) || isReplaced(name, said))) return within;
    return [...within, [name, { from: node.range().end.index, to: block.range().end.index }] as const];
  });
}

/** `_, ok := allowed[name]; !ok` and `!allowed[name]` of Go ask whether a name is in a table. */
function lookedUp(condition: string, initializer: string): string {
  const [, answer, table, key] = /^\w+\s*,\s*(\w{1,30})\s*:?=\s*([\w.]{1,60})\[([^\]\n]{1,60})\]$/.exec(initializer) ?? [];
  const asked = answer === undefined ? condition : condition.replace(new RegExp(`\\b${answer}\\b`), `${table}[${key}]`);
  return asked.replaceAll(/(!?)(?<![\w.\]])([\w.]{1,60})\[([\w.]{1,60})\](?![\w.[(])/g, (_whole, not: string, name: string, own: string) =>
    not === "" ? `${own} in ${name}` : `${own} not in ${name}`,
  );
}

/** The condition, what is done when it holds, and what when not. */
function partsOf(node: SyntaxNode): readonly (SyntaxNode | undefined)[] {
  const condition = node.field("condition");
  if (condition !== null) return [condition, node.field("consequence") ?? undefined, node.field("alternative") ?? undefined];
  const [taken, asked, other] = node.children().filter((child) => child.isNamed());
  return node.kind() === "conditional_expression" ? [asked, taken, other] : [];
}

/** `if (!known.contains(name)) name = "a";` */
function isReplaced(name: string, text: string): boolean {
  return text.length < 200 && new RegExp(`^\\{?\\s*${escaped(name)}\\s*=\\s*["'\`\\d][^=]*$`).test(text);
}

function add(found: Map<string, Region[]>, name: string, node: SyntaxNode): void {
  const { start, end } = node.range();
  push(found, name, { from: start.index, to: end.index });
}

function push(found: Map<string, Region[]>, name: string, region: Region): void {
  const known = found.get(name);
  if (known === undefined) found.set(name, [region]);
  else known.push(region);
}

function escaped(text: string): string {
  return text.replaceAll(/[$.[\]]/g, "\\$&");
}

const subject = String.raw`[A-Za-z_$][\w$]*(?:\.[A-Za-z_]\w*){0,3}`;
/** What is asked may be a part of it: `urlparse(address).hostname`, `new URL(address).getHost()`, `name.toLowerCase()`. */
const asked = String.raw`(?:(?:new )?[\w.]{1,40}\(\s*)?(${subject})\s*\)?(?:\.(?:hostname|netloc|scheme|host|protocol|getHost\(\)|Hostname\(\)|toLowerCase\(\)|toUpperCase\(\)|lower\(\)|upper\(\)|trim\(\)|strip\(\))){0,2}`;
/** What a list is called that something has to be on. */
const list = String.raw`(?:[\w.]*[A-Z][A-Z0-9_]{2,}|[\w.]*(?:[aA]llow|[vV]alid|[sS]afe|[kK]nown|[wW]hite|[pP]ermit|[sS]upport|[tT]rusted|[cC]hoices|[oO]ptions)\w*|\w+s|(?:List|Set|Arrays|ImmutableSet|ImmutableList)\.(?:of|asList)\([^()]*\)|\[[^[\]]*\]|\([^()]*\)|\{[^{}]*\}|\[\]\w+\{[^{}]*\})`;
const memberships = [
  new RegExp(String.raw`^${list}\.(?:contains|containsKey|includes|has|include\?|Contains|hasOwnProperty)\(\s*${asked}\s*\)$`),
  new RegExp(String.raw`^slices\.Contains\(\s*${list},\s*${asked}\s*\)$`),
  /^in_array\(\s*(\$\w+)\s*,/,
  new RegExp(`^${asked} in ${list}$`),
];
/** A pattern that takes anything is none. */
const pattern = String.raw`(?:[\w.]+(?:\([^()]*\))?|r?["'\x60/](?![^"'\x60]*\.[*+])[^"'\x60]*["'\x60/])`;
const matches = [
  new RegExp(String.raw`^(${subject})\.matches\(\s*${pattern}\s*\)$`),
  new RegExp(String.raw`^(?:\w+|Pattern\.compile\(${pattern}\))\.matcher\(\s*(${subject})\s*\)\.matches\(\)$`),
  new RegExp(String.raw`^re\.(?:full)?match\(\s*${pattern}\s*,\s*(${subject})\s*\)$`),
  new RegExp(String.raw`^(?:\w+|re\.compile\(${pattern}\))\.(?:full)?match\(\s*(${subject})\s*\)$`),
  new RegExp(String.raw`^(?:\w+|regexp\.MustCompile\(${pattern}\))\.MatchString\(\s*(${subject})\s*\)$`),
  new RegExp(
    String.raw`^(?:[\w.]+\.|this\.|self\.)?(?:is|has)?_?(?:[vV]alid|[aA]llowed|[sS]afe|[wW]hitelisted|[pP]ermitted|[aA]lphanumeric|Numeric|Alphanumeric)\w*\(\s*(${subject})\s*\)$`,
  ),
  new RegExp(String.raw`^(?:StringUtils|NumberUtils)\.is(?:Numeric|Alpha|Alphanumeric|Digits|Creatable|Number)\(\s*(${subject})\s*\)$`),
  new RegExp(String.raw`^(?:/\^(?:[^/]|\\/)*\$/\w*|[\w.]+|new RegExp\(["'][^"']*["']\))\.test\(\s*(${subject})\s*\)$`),
  new RegExp(String.raw`^(${subject})\.match\(\s*(?:/\^(?:[^/]|\\/)*\$/\w*|[A-Z][A-Z0-9_]*)\s*\)$`),
  new RegExp(String.raw`^(?:Object\.prototype\.|\{\}\.)?hasOwn(?:Property)?(?:\.call)?\(\s*${list},\s*(${subject})\s*\)$`),
  new RegExp(String.raw`^Object\.hasOwn\(\s*${list},\s*(${subject})\s*\)$`),
  new RegExp(
    String.raw`^(?:validator\.is(?:Alphanumeric|Alpha|Int|Numeric|UUID|MongoId|Hexadecimal)|Number\.is(?:Integer|SafeInteger))\(\s*(${subject})\s*\)$`,
  ),
  new RegExp(String.raw`^(${subject})\.(?:isdigit|isnumeric|isdecimal|isalnum|isalpha|isidentifier)\(\)$`),
];
const equalities = [
  new RegExp(String.raw`^(${subject})\.equals(?:IgnoreCase)?\(\s*"[^"]*"\s*\)$`),
  new RegExp(String.raw`^"[^"]*"\.equals(?:IgnoreCase)?\(\s*(${subject})\s*\)$`),
  new RegExp(String.raw`^(${subject})\s*===?\s*(?:"[^"]+"|'[^']+'|\d+)$`),
  new RegExp(String.raw`^(?:"[^"]+"|'[^']+'|\d+)\s*===?\s*(${subject})$`),
];
const differing = new RegExp(String.raw`^(${subject})\s*!==?\s*(?:"[^"]+"|'[^']+'|\d+)$`);
const positive = [...memberships, ...matches, ...equalities];

/** The names that can only hold what is allowed where a condition holds, or where it does not. */
function allowedBy(condition: string, holds: boolean): readonly string[] {
  const bare = withoutParentheses(condition.trim());
  // `name != "a" && name != "b"`: where that does not hold, it is one of the two.
  const [first, ...rest] = holds ? [] : bare.split(/&&|\band\b/).map((part) => notEqual(part.trim()));
  if (first !== undefined && rest.length > 0 && rest.every((name) => name === first)) return [first];
  const parts = bare.split(holds ? /&&|\band\b/ : /\|\||\bor\b/);
  return parts.flatMap((part) => {
    const one = withoutParentheses(part.trim());
    const question = holds ? one : negated(one);
    if (question === undefined) return [];
    for (const form of positive) {
      const name = form.exec(question)?.[1];
      if (name !== undefined) return [name];
    }
    return [];
  });
}

/** What differs from a text of the source: `name != "a"`, `!name.equals("a")`. */
function notEqual(question: string): string | undefined {
  const turned = /^!/.test(question) ? question.slice(1).trim() : undefined;
  if (turned === undefined) return differing.exec(question)?.[1];
  return equalities.map((form) => form.exec(turned)?.[1]).find((name) => name !== undefined);
}

/** What is asked by a question that is turned around: `!a`, `not a`, `a not in b`, `a != "b"`, `a == false`. */
function negated(question: string): string | undefined {
  const turned = /^(?:!|not\b)\s*([\s\S]+)$/.exec(question)?.[1];
  if (turned !== undefined) return withoutParentheses(turned.trim());
  if (/\snot in\s/.test(question)) return question.replace(/\snot in\s/, " in ");
  if (/!==?/.test(question)) return question.replace(/!==?/, "==");
  return /^([\s\S]+?)\s*==\s*(?:false|False)$/.exec(question)?.[1] ?? /^([\s\S]+?)\s+is\s+None$/.exec(question)?.[1];
}

function withoutParentheses(text: string): string {
  return /^\(([\s\S]*)\)$/.test(text) && isWhole(text) ? withoutParentheses(text.slice(1, -1).trim()) : text;
}

/** Whether the first parenthesis is closed by the last. */
function isWhole(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    if (depth === 0 && at < text.length - 1) return false;
  }
  return true;
}

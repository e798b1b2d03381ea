import { verbose } from "../../../text/index.ts";

/** A line that asks something. */
export interface Condition {
  readonly keyword: string;
  /** Without layout. */
  readonly text: string;
}

export interface Loosened {
  readonly message: string;
  /** The part that is no longer asked, without layout. */
  readonly dropped?: string;
  /** The part that came, without layout: if it was asked in a condition of its own before, two became one. */
  readonly came?: string;
  /** The condition became its opposite: whether that loosens anything is for what it opens to say. */
  readonly turned?: boolean;
}

const conditional = /^\s*(?:(?:\}\s*)?else\s+)?\b(if|elif|elsif|unless|while|return|assert)\b\s*(.*)$/;

/** What a line asks, if it asks anything and can be read alone. */
export function conditionOf(line: string): Condition | undefined {
  if (line.length > 500) return undefined;
  const [, keyword, rest] = conditional.exec(line) ?? [];
  if (keyword === undefined || rest === undefined) return undefined;
  const text = bareCondition(rest, keyword);
  if (keyword === "return" && /\?(?![.?])/.test(text)) return undefined; // one of two values, not an answer
  return text === "" ||
    (keyword === "return" && !/&&|\|\||\band\b|\bor\b|[=!<>]=/.test(text) && !/\w\s[<>]\s\w/.test(rest) && !/^[\w.$()]+$/.test(text))
    ? undefined
    : { keyword, text };
}

/** The same of a condition that is written over several lines, or within another statement. */
export function conditionWritten(keyword: string, written: string): Condition {
  const text = joined(
    written
      .split("\n")
      .map((line) => line.replace(/\s*\/\/.*$|\s+#\s.*$/, ""))
      .join(" "),
  );
  const inner = /^\(([\s\S]*)\)$/.exec(text)?.[1];
  return { keyword, text: inner !== undefined && isBalanced(inner) ? inner : text };
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Without the parentheses around it and what follows them. */
function bareCondition(rest: string, keyword: string): string {
  if (keyword === "return") return joined(rest.replace(/[;\s]+$/, ""));
  if (rest.startsWith("(")) {
    let depth = 0;
    for (let at = 0; at < rest.length; at += 1) {
      if (rest[at] === "(") depth += 1;
      else if (rest[at] === ")") depth -= 1;
      if (depth > 0) continue;
      // `(a) && b {` of Go and Rust goes on behind the parenthesis.
      const behind = rest.slice(at + 1).trim();
      if (/^(?:&&|\|\||and\b|or\b|[=!<>]=?)/.test(behind)) break;
      return joined(rest.slice(1, at));
    }
  }
  return joined(
    rest
      .trimEnd()
      .replace(/(?:\{.*|:(?:\s*#.*)?|then)$/, "")
      .trimEnd(),
  );
}

function joined(text: string): string {
  return spelledAlike(text.replace(/\s*(?:\/\/|#).*$/, ""));
}

/** A text in which conditions of all languages are written as `Condition` has them. */
export function spelledAlike(text: string): string {
  return text
    .replace(/\band\b/g, "&&")
    .replace(/\bor\b/g, "||")
    .replace(/\s+/g, "");
}

const exits = /\b(?:return|throw|raise|panic|break|continue|exit|die|abort|bail|fatal)\b/i;

/** Why `after` lets more through than `before`, if it does. `body` is the line itself and what follows. */
export function loosened(before: Condition, after: Condition, body: string): Loosened | undefined {
  if (before.text === after.text) return undefined;
  const rejects = before.keyword !== "return" && before.keyword !== "assert" && exits.test(firstStatement(body));
  const constant = /^(?:true|True|1|!0|false|False|0)$/;
  if (constant.test(after.text) && !constant.test(before.text)) {
    const isTrue = /^(?:true|True|1|!0)$/.test(after.text);
    return isTrue !== rejects
      ? { message: "This is no longer asked: the condition is a constant, and everything gets through." }
      : undefined;
  }
  if (/\|\|(?:true|True|1)$|^(?:true|True)\|\|/.test(after.text) && !rejects)
    return { message: "With a constant in it this condition always holds: everything gets through." };
  if (/&&(?:false|False|0)$|^(?:false|False)&&/.test(after.text) && rejects)
    return { message: "With a constant in it this condition never holds: nothing is kept out." };
  const answers = rejects && /\breturn\s+(?!false\b|null\b|None\b|nil\b|undefined\b|-1\b|Err\b|err\b)[\w"'`]/.test(firstStatement(body));
  const other = operatorExchanged(before.text, after.text, answers ? undefined : rejects) ?? boundMoved(before.text, after.text, rejects);
  if (other !== undefined) return { message: other };
  // What lets in asks all of its parts; what keeps out asks any of them.
  const operator = rejects ? "||" : "&&";
  const [old, now] = [partsOf(before.text, operator), partsOf(after.text, operator)];
  const dropped = old.filter((part) => !now.includes(part));
  // `every` asks nothing of an empty list, so that it is as good as empty.
  const bare = existenceAsked(dropped, now, old, rejects);
  if (bare !== undefined) return { message: `${bare.slice(0, 80)} may be anything now: it is only asked whether there is one.` };
  const isImplied = dropped.every(
    (part) => /\.length===?0$/.test(part) && now.some((other) => other.startsWith(part.replace(/\.length===?0$/, ".every("))),
  );
  if (old.length > 1 && dropped.length > 0 && !isImplied && now.every((part) => old.includes(part))) {
    return {
      message: `${dropped.join(", ").slice(0, 80)} is no longer asked here: what it kept out now gets through.`,
      dropped: dropped[0]!,
    };
  }
  // An answer that is looked up by what was asked is the one that is let in.
  const letsIn = answers && /\breturn\s[^;]*(?:\[\w+\]|\bSome\(|\btrue\b)/.test(firstStatement(body));
  return (
    added(before, after, rejects, /\bcontinue\b/.test(firstStatement(body))) ?? comparison(before.text, after.text, rejects && !letsIn)
  );
}

/** The same parts, of which all had to hold and one is enough now; or one had to fail and all must now. */
function operatorExchanged(before: string, after: string, rejects: boolean | undefined): string | undefined {
  const operators = /&&|\|\|/g;
  if (before.replace(operators, "@") !== after.replace(operators, "@")) return undefined;
  const [old, now] = [before.match(operators) ?? [], after.match(operators) ?? []];
  // Who answers in the branch may keep out there or let in.
  const weaker = rejects === undefined ? undefined : rejects ? "&&" : "||";
  return old.some((operator, at) => operator !== now[at] && (weaker === undefined || now[at] === weaker))
    ? "One of these was enough to be kept out, or all were needed to be let in, and now it is the other way round."
    : undefined;
}

const number = /(?<=[<>]=?)\d[\d_]*(?:\.\d+)?(?![\w.])/g;

/** What keeps out with another number: half, or twice, of what it was keeps out much less. */
function boundMoved(before: string, after: string, rejects: boolean): string | undefined {
  if (!rejects || before.replace(number, "0") !== after.replace(number, "0")) return undefined;
  const [old, now] = [[...before.matchAll(number)], [...after.matchAll(number)]];
  const at = old.findIndex(([digits], place) => digits !== now[place]?.[0]);
  const [one, other] = [old[at]?.[0], now[at]?.[0]].map((digits) => Number(digits?.replaceAll("_", "")));
  if (one === undefined || other === undefined || Number.isNaN(one) || Number.isNaN(other) || one < 2) return undefined;
  const sign = /[<>](?==?$)/.exec(before.slice(0, old[at]!.index))?.[0];
  return (sign === "<" && other <= one / 2) || (sign === ">" && other >= one * 2)
    ? `The bound was ${one} and is ${other}: what lies between gets through now.`
    : undefined;
}

const noValue = /^(?:null|undefined|None|nil|NULL|nullptr|true|false|True|False|0|""|''|``)$/;

/** The part that asked for one value and now asks only for any. */
function existenceAsked(dropped: readonly string[], now: readonly string[], old: readonly string[], rejects: boolean): string | undefined {
  const come = now.filter((part) => !old.includes(part));
  const [one, other] = [dropped[0], come[0]];
  if (dropped.length !== 1 || come.length !== 1 || one === undefined || other === undefined) return undefined;
  const [, left, value] = (rejects ? /^(.+?)!==?(.+)$/ : /^(.+?)===?(.+)$/).exec(one) ?? [];
  if (left === undefined || value === undefined || noValue.test(value)) return undefined;
  return other === (rejects ? `!${left}` : left) || other === (rejects ? `not${left}` : left) ? left : undefined;
}

/** The same condition with a way around it, or the opposite of it. What a branch does on either side is the caller's to compare. */
function added(before: Condition, after: Condition, rejects: boolean, skips: boolean): Loosened | undefined {
  if (before.keyword === "return" || before.keyword === "while") return undefined;
  const opposite = /^(?:!\(?|not\(?)/.test(before.text) && before.text.replace(/^(?:!|not)/, "").replace(/^\((.*)\)$/, "$1") === after.text;
  if (opposite && rejects)
    return { message: "This kept out what was not so, and now keeps out what is: the rest gets through.", turned: true };
  const operator = rejects ? "&&" : "||";
  const [old, now] = [partsOf(before.text, operator), partsOf(after.text, operator)];
  const more = now.filter((part) => !old.includes(part));
  if (now.length !== old.length + 1 || more.length !== 1 || !old.every((part) => now.includes(part))) return undefined;
  // Asking whether there is anything before asking what it is loosens nothing.
  const said = more[0]!.replace(/(["'`])[^"'`]*\1/g, "");
  const words = said.match(/[A-Za-z_]\w{2,}|^!*[A-Za-z_]\w*/g)?.map((word) => word.replace(/^!+/, "")) ?? [];
  const isSwitch = permissive.test(said) || switching.test(said);
  // What is passed over in a loop may be done already: then more is looked at than before, not less.
  if (skips && !isSwitch) return undefined;
  if (rejects && !isSwitch && (old.length > 1 || old.some((part) => words.some((word) => part.includes(word))))) return undefined;
  return rejects || permissive.test(more[0]!) || asksWho.test(before.text)
    ? { message: `${more[0]!.slice(0, 80)} is a way around what is asked here: what was kept out can now get through.`, came: more[0]! }
    : undefined;
}

/** What asks who somebody is, or what they may. */
export const asksWho = /role|admin|perm(?:it|ission)|auth|owner|allowed|\bcan[A-Z_]|is_?(?:valid|safe|verified|staff)|logged_?in/i;
/** Names of what lets in. */
const permissive = verbose("i")`
  lenient | skip | bypass | allow | debug | dev | test | force | admin | internal | trust | insecure | unsafe
  | disable | override | legacy | anonymous | guest | public | ignore | local | header | query | env | flag | enabled
`;

/** Names of what a check is made to depend on. */
const switching = /strict|enforce|verify|check|prod(?:uction)?\b|mode|config|option|setting|feature/i;

/** One comparison that became weaker, all else being equal. */
function comparison(before: string, after: string, rejects: boolean): Loosened | undefined {
  if (
    before.replaceAll("===", "==").replaceAll("!==", "!=") === after.replaceAll("===", "==").replaceAll("!==", "!=") &&
    before.length > after.length
  ) {
    return { message: "== compares after converting: '0', 0, false and '' become equal, and so do null and undefined." };
  }
  const [wider, narrower] = rejects ? [before, after] : [after, before];
  if (/[<>]=/.test(wider) && wider.replace(/([<>])=/, "$1") === narrower) {
    return { message: "The boundary itself is judged otherwise than before: one more value gets through." };
  }
  return undefined;
}

/** What a condition opens: the rest of its line, or the lines below that are indented further. */
function firstStatement(body: string): string {
  const [first = "", ...rest] = body.split("\n");
  const behind = first.replace(/^.*\)\s*(?=\w)/, "");
  if (behind !== first && exits.test(behind)) return behind;
  const own = first.length - first.trimStart().length;
  const end = rest.findIndex((line) => line.trim() !== "" && line.length - line.trimStart().length <= own);
  const within = rest.slice(0, end === -1 ? rest.length : end).filter((line) => !/^\s*(?:\/\/|#|\/?\*)/.test(line));
  return within.slice(0, 2).join("\n");
}

/** The parts of a condition between an operator that stands in no parentheses. */
function partsOf(text: string, operator: "&&" | "||"): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if ("([{".includes(text[at]!)) depth += 1;
    else if (")]}".includes(text[at]!)) depth -= 1;
    else if (depth === 0 && text.startsWith(operator, at)) {
      parts.push(text.slice(start, at));
      start = at + 2;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

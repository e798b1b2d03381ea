import { formatBoolean, parseBoolean, parseList, parseNumber } from "../text/text-value.ts";

/** What a key's value can be, and how two wishes become one value (RFC 7143, 6.2). */
export type KeyRule =
  /** The answerer picks the first of the offerer's list that it accepts. */
  | { readonly kind: "list"; readonly known: readonly string[] }
  /** The smaller, or the larger, of both wishes. */
  | { readonly kind: "smaller" | "larger"; readonly least: number; readonly most: number }
  /** Yes when both want it, or when either does. */
  | { readonly kind: "and" | "or" }
  /** Not negotiated: one end says it, the other takes it. */
  | { readonly kind: "declared-number"; readonly least: number; readonly most: number }
  | { readonly kind: "declared-boolean" }
  | { readonly kind: "declared-text" };

/** A settled value. */
export type KeyValue = string | number | boolean;
/** What one end offers or accepts: a value, or for a list all acceptable ones. */
export type KeyWish = KeyValue | readonly string[];

export function isDeclared(rule: KeyRule): boolean {
  return rule.kind === "declared-number" || rule.kind === "declared-boolean" || rule.kind === "declared-text";
}

/** An offer as it stands in the text; undefined when it is not admissible for the key. */
export function parseWish(rule: KeyRule, text: string): KeyWish | undefined {
  return rule.kind === "list" ? parseList(text) : parseKeyValue(rule, text);
}

/** An answer or a declaration; undefined when it is not admissible for the key. */
export function parseKeyValue(rule: KeyRule, text: string): KeyValue | undefined {
  switch (rule.kind) {
    case "list":
    case "declared-text":
      return text;
    case "and":
    case "or":
    case "declared-boolean":
      return parseBoolean(text);
    case "smaller":
    case "larger":
    case "declared-number": {
      const value = parseNumber(text);
      return value === undefined || value < rule.least || value > rule.most ? undefined : value;
    }
  }
}

export function formatWish(wish: KeyWish): string {
  if (typeof wish === "boolean") return formatBoolean(wish);
  return typeof wish === "object" ? wish.join(",") : String(wish);
}

/** What comes of an offer and the answerer's own wish; undefined when nothing does. */
export function settle(rule: KeyRule, offer: KeyWish, wish: KeyWish): KeyValue | undefined {
  switch (rule.kind) {
    case "list": {
      const acceptable = asList(wish);
      return asList(offer).find((value) => acceptable.includes(value));
    }
    case "smaller":
      return Math.min(Number(offer), Number(wish));
    case "larger":
      return Math.max(Number(offer), Number(wish));
    case "and":
      return offer === true && wish === true;
    case "or":
      return offer === true || wish === true;
    default:
      return undefined;
  }
}

/** Whether an answer can follow from an offer under the key's rule. */
export function isWithin(rule: KeyRule, answer: KeyValue, offer: KeyWish): boolean {
  return rule.kind === "list" ? asList(offer).includes(String(answer)) : settle(rule, offer, answer) === answer;
}

function asList(wish: KeyWish): readonly string[] {
  return typeof wish === "object" ? wish : [String(wish)];
}

import type { YamlValue } from "./yaml-value.ts";

/** What ast-grep knows at the top of a rule. */
export const topKeys: readonly string[] = [
  "id",
  "language",
  "rule",
  "constraints",
  "utils",
  "transform",
  "rewriters",
  "severity",
  "message",
  "note",
  "fix",
  "files",
  "ignores",
  "labels",
  "url",
  "metadata",
];

const ruleKeys = ["pattern", "kind", "regex", "nthChild", "range", "inside", "has", "precedes", "follows", "all", "any", "not", "matches"];
const relationKeys = [...ruleKeys, "stopBy", "field"];

/** A key that the parser would pass over without a word, so that the rule means something else than it says. */
export interface MisplacedKey {
  /** The way to it from the top of the check, divided by full stops. */
  readonly path: string;
  readonly key: string;
  readonly known: readonly string[];
}

/** All such keys within `rule`, `constraints` and `utils`. */
export function misplacedKeys({ rule, constraints, utils }: { readonly [key: string]: YamlValue }): readonly MisplacedKey[] {
  return [
    ...inRule(rule, "rule", ruleKeys),
    ...[...entriesOf(constraints)].flatMap(([name, part]) => inRule(part, `constraints.${name}`, ruleKeys)),
    ...[...entriesOf(utils)].flatMap(([name, part]) => inRule(part, `utils.${name}`, ruleKeys)),
  ];
}

function inRule(rule: YamlValue | undefined, path: string, known: readonly string[]): readonly MisplacedKey[] {
  return entriesOf(rule).flatMap(([key, value]): readonly MisplacedKey[] => {
    const here = `${path}.${key}`;
    if (!known.includes(key)) return [{ path: here, key, known }];
    switch (key) {
      case "inside":
      case "has":
      case "precedes":
      case "follows":
        return inRule(value, here, relationKeys);
      case "not":
      case "stopBy":
        return inRule(value, here, ruleKeys);
      case "all":
      case "any":
        return Array.isArray(value) ? (value as readonly YamlValue[]).flatMap((each, at) => inRule(each, `${here}.${at}`, ruleKeys)) : [];
      case "pattern":
        return unknownIn(value, here, ["context", "selector", "strictness"]);
      case "nthChild":
        return unknownIn(value, here, ["position", "ofRule", "reverse"]);
      default:
        return [];
    }
  });
}

function unknownIn(value: YamlValue, path: string, known: readonly string[]): readonly MisplacedKey[] {
  return entriesOf(value).flatMap(([key]) => (known.includes(key) ? [] : [{ path: `${path}.${key}`, key, known }]));
}

function entriesOf(value: YamlValue | undefined): readonly (readonly [string, YamlValue])[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

import { nearestName } from "kit/names";
import { parse, TomlError } from "smol-toml";
import type { Confidence, Severity } from "#rules";

/** What one `.lrc/config.toml` says; what it does not say is undefined and comes from the folder above, or is the default. */
export interface LrcConfig {
  readonly show: Severity | undefined;
  readonly confidence: Confidence | undefined;
  readonly rules: ReadonlyMap<string, Severity | "off">;
  /** These are of the whole commit, and only heard at the root of the repository. */
  readonly block: Severity | "never" | undefined;
  readonly onError: "pass" | "block" | undefined;
  readonly budgetSeconds: number | undefined;
  readonly model: ModelWish;
}

/** What a repository asks of models. `baseUrl` and `key` decide who gets to see code and keys, so they are only heard once their user trusts them. */
export interface ModelWish {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly effort: "low" | "medium" | "high" | undefined;
  /** False: nothing of this repository goes to another machine. */
  readonly remote: boolean | undefined;
  /** More patterns of what must not be sent. */
  readonly redact: readonly string[];
  readonly baseUrl: string | undefined;
  readonly key: string | undefined;
}

export const noWish: ModelWish = {
  provider: undefined,
  model: undefined,
  effort: undefined,
  remote: undefined,
  redact: [],
  baseUrl: undefined,
  key: undefined,
};

/** Something in a configuration file that is not followed, and why. */
export interface ConfigDiagnostic {
  readonly file: string;
  /** From 1; undefined where only the key is known. */
  readonly line: number | undefined;
  /** A sentence in lower case without a full stop. */
  readonly message: string;
}

export interface ParsedConfig {
  readonly config: LrcConfig;
  readonly diagnostics: readonly ConfigDiagnostic[];
}

export const emptyConfig: LrcConfig = {
  show: undefined,
  confidence: undefined,
  rules: new Map(),
  block: undefined,
  onError: undefined,
  budgetSeconds: undefined,
  model: noWish,
};

const tableNames: readonly string[] = ["review", "commit", "rules", "model"];
const severityNames = ["critical", "error", "warning", "info"] as const satisfies readonly Severity[];
const confidenceNames = ["high", "medium", "low"] as const satisfies readonly Confidence[];
const blockNames = [...severityNames, "never"] as const;
const effortNames = ["low", "medium", "high"] as const;
const onErrorNames = ["pass", "block"] as const;
const longestBudgetSeconds = 600;
/** A configuration that somebody wrote has a few kilobytes. A commit does not wait until a longer one is read. */
const mostCharacters = 256 * 1024;
/** Nobody reads more of what is wrong with one file. */
const mostDiagnostics = 40;

/** Reads a `config.toml`. It never throws: what cannot be understood becomes a diagnostic, and the rest is followed. */
export function parseConfig(text: string, file: string): ParsedConfig {
  const diagnostics: ConfigDiagnostic[] = [];
  const complain = (message: string, line?: number): void => {
    if (diagnostics.length < mostDiagnostics) diagnostics.push({ file, line, message });
    else if (diagnostics.length === mostDiagnostics) diagnostics.push({ file, line: undefined, message: "and more like that" });
  };
  if (text.length > mostCharacters) {
    complain(`has ${text.length} characters and is not read: ${mostCharacters} are the most`);
    return { config: emptyConfig, diagnostics };
  }
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    complain(`not valid TOML: ${error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "")}`, error.line);
    return { config: emptyConfig, diagnostics };
  }
  document = withAliases(document);
  const table = (name: string, keys: readonly string[]): Readonly<Record<string, unknown>> => {
    const value = document[name];
    if (value === undefined) return {};
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      complain(`${name} is a table: write [${name}] on a line of its own`);
      return {};
    }
    const entries = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(entries)) {
      if (keys.length > 0 && !keys.includes(key)) complain(`there is no ${name}.${key}; ${hint(key, keys)}`);
    }
    return entries;
  };
  const oneOf = <T extends string>(name: string, value: unknown, names: readonly T[]): T | undefined => {
    if (value === undefined) return undefined;
    const found = names.find((known) => known === value);
    if (found === undefined) complain(`${name} is ${JSON.stringify(value)} and should be one of ${names.join(", ")}`);
    return found;
  };
  for (const name of Object.keys(document)) {
    if (!tableNames.includes(name)) complain(`there is no [${name}]; ${hint(name, tableNames)}`);
  }
  const review = table("review", ["show", "confidence"]);
  const commit = table("commit", ["block", "on_error", "budget_seconds"]);
  const model = table("model", ["provider", "model", "effort", "remote", "redact", "base_url", "key"]);
  const rules = new Map<string, Severity | "off">();
  for (const [id, value] of Object.entries(table("rules", []))) {
    const severity = oneOf(`rules."${id}"`, value, [...severityNames, "off"] as const);
    if (severity !== undefined) rules.set(id, severity);
  }
  return {
    config: {
      show: oneOf("review.show", review.show, severityNames),
      confidence: oneOf("review.confidence", review.confidence, confidenceNames),
      rules,
      block: oneOf("commit.block", commit.block, blockNames),
      onError: oneOf("commit.on_error", commit.on_error, onErrorNames),
      budgetSeconds: seconds(commit.budget_seconds),
      model: {
        provider: words("model.provider", model.provider),
        model: words("model.model", model.model),
        effort: oneOf("model.effort", model.effort, effortNames),
        remote: truth("model.remote", model.remote),
        redact: patterns(model.redact),
        baseUrl: words("model.base_url", model.base_url),
        key: words("model.key", model.key),
      },
    },
    diagnostics,
  };

  function seconds(value: unknown): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "number" && value > 0 && value <= longestBudgetSeconds) return value;
    complain(`commit.budget_seconds is ${JSON.stringify(value)} and should be a number of seconds up to ${longestBudgetSeconds}`);
    return undefined;
  }

  function words(name: string, value: unknown): string | undefined {
    if (value === undefined || (typeof value === "string" && value !== "")) return value;
    // What stands there may be a key.
    complain(`${name} should be a text in quotes`);
    return undefined;
  }

  function truth(name: string, value: unknown): boolean | undefined {
    if (value === undefined || typeof value === "boolean") return value;
    complain(`${name} is ${JSON.stringify(value)} and should be true or false`);
    return undefined;
  }

  function patterns(value: unknown): readonly string[] {
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      complain("model.redact is a list of regular expressions");
      return [];
    }
    return (value as unknown[]).filter((pattern): pattern is string => {
      try {
        if (typeof pattern !== "string") throw new Error("a regular expression is a text");
        return new RegExp(pattern, "gmu").global;
      } catch (error) {
        complain(`model.redact: ${error instanceof Error ? error.message : String(error)}`);
        return false;
      }
    });
  }
}

/** What somebody probably meant who wrote `name`, or what there is. */
function hint(name: string, known: readonly string[]): string {
  const meant = nearestName(name, known);
  return meant === undefined ? `known are ${known.join(", ")}` : `is ${meant} meant?`;
}

/** Other ways to write a key: as JSON and Git's configuration would have it, and settings of the commit without their table. */
const aliases: Readonly<Record<string, string>> = { onError: "on_error", budgetSeconds: "budget_seconds" };

function withAliases(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { onError, on_error = onError, block, commit = {}, ...rest } = document;
  if (typeof commit !== "object" || commit === null) return document;
  const settings = { ...(block === undefined ? {} : { block }), ...(on_error === undefined ? {} : { on_error }), ...commit };
  const renamed = Object.entries(settings).map(([key, value]) => [aliases[key] ?? key, value] as const);
  return renamed.length === 0 ? rest : { ...rest, commit: Object.fromEntries(renamed) };
}

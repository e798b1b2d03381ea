import { parse, stringify, TomlError } from "smol-toml";
import type { Price } from "./connector.ts";
import { listPriceOf } from "./prices.ts";
import { isOnThisMachine, type Provider, type ProviderId, providerOf, providers, runsElsewhere } from "./providers.ts";
import type { SpendingLimits } from "./spending.ts";

/** Where a key is. Never the key itself: that would be a secret in a file that people show each other. */
export type KeySource =
  | { readonly kind: "env"; readonly variable: string }
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "keyring" }
  | { readonly kind: "file" }
  | { readonly kind: "none" };

/** One connector as its user described it. */
export interface ConnectorSettings {
  readonly name: string;
  readonly provider: ProviderId;
  readonly model: string;
  readonly baseUrl: string | undefined;
  readonly key: KeySource;
  /** The program of an agent, where it is not found by its name. */
  readonly program: string | undefined;
  /** The weights of a local model. */
  readonly file: string | undefined;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly contextTokens: number;
  readonly price: Price | undefined;
}

/** What `connectors.toml` says. */
export interface ModelSettings {
  /** In the order in which they are asked. */
  readonly connectors: readonly ConnectorSettings[];
  readonly limits: SpendingLimits;
  readonly effort: Effort | undefined;
  /** More patterns of what must not be sent, as regular expressions. */
  readonly redact: readonly string[];
}

/** How much trouble a review goes to: one pass, a pass that tries to refute, several samples merged. */
export type Effort = (typeof efforts)[number];
export const efforts = ["low", "medium", "high"] as const;

export const noModels: ModelSettings = { connectors: [], limits: {}, effort: undefined, redact: [] };

/** A `connectors.toml` that cannot be followed. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const defaultTimeoutMs = 60_000;
const connectorKeys = [
  "provider",
  "model",
  "base_url",
  "key",
  "program",
  "file",
  "timeout_seconds",
  "concurrency",
  "context_tokens",
  "input_price",
  "output_price",
] as const;

/** Reads `connectors.toml`. Throws a SettingsError that names what is wrong: half of a list of connectors is not what anybody wanted. */
export function parseModelSettings(text: string): ModelSettings {
  let document: Readonly<Record<string, unknown>>;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SettingsError(`line ${error.line}: not valid TOML: ${error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "")}`);
  }
  known("", document, ["order", "effort", "redact", "limits", "connector"]);
  const tables = tableOf("connector", document.connector);
  const read = new Map(Object.entries(tables).map(([name, value]) => [name, connectorOf(name, tableOf(`connector.${name}`, value))]));
  const order = stringsOf("order", document.order);
  for (const name of order) if (!read.has(name)) throw new SettingsError(`order names "${name}", and there is no [connector.${name}]`);
  const connectors = [...order, ...[...read.keys()].filter((name) => !order.includes(name))].map((name) => read.get(name)!);
  const limits = tableOf("limits", document.limits);
  known("limits.", limits, ["tokens_per_review", "usd_per_review", "tokens_per_month", "usd_per_month"]);
  const redact = stringsOf("redact", document.redact);
  for (const pattern of redact) checkPattern(pattern);
  return {
    connectors,
    limits: {
      tokensPerReview: numberOf("limits.tokens_per_review", limits.tokens_per_review),
      usdPerReview: numberOf("limits.usd_per_review", limits.usd_per_review),
      tokensPerMonth: numberOf("limits.tokens_per_month", limits.tokens_per_month),
      usdPerMonth: numberOf("limits.usd_per_month", limits.usd_per_month),
    },
    effort: effortOf("effort", document.effort),
    redact,
  };
}

/** What `parseModelSettings` reads. */
export function formatModelSettings({ connectors, limits, effort, redact }: ModelSettings): string {
  const document: Record<string, unknown> = { order: connectors.map(({ name }) => name) };
  if (effort !== undefined) document.effort = effort;
  if (redact.length > 0) document.redact = [...redact];
  const kept = {
    tokens_per_review: limits.tokensPerReview,
    usd_per_review: limits.usdPerReview,
    tokens_per_month: limits.tokensPerMonth,
    usd_per_month: limits.usdPerMonth,
  };
  const said = Object.entries(kept).filter(([, value]) => value !== undefined);
  if (said.length > 0) document.limits = Object.fromEntries(said);
  document.connector = Object.fromEntries(connectors.map((connector) => [connector.name, tableFor(connector)]));
  return `# Models that review (docs/lrc-models.md). Written by lrc connectors; keys are never in here.\n${stringify(document)}\n`;
}

function tableFor(connector: ConnectorSettings): Record<string, unknown> {
  const defaults = defaultsOf(connector.provider, connector.model, connector.baseUrl);
  const table: Record<string, unknown> = { provider: connector.provider, model: connector.model };
  if (connector.baseUrl !== undefined) table.base_url = connector.baseUrl;
  table.key = formatKeySource(connector.key);
  if (connector.program !== undefined) table.program = connector.program;
  if (connector.file !== undefined) table.file = connector.file;
  if (connector.timeoutMs !== defaults.timeoutMs) table.timeout_seconds = connector.timeoutMs / 1000;
  if (connector.concurrency !== defaults.concurrency) table.concurrency = connector.concurrency;
  if (connector.contextTokens !== defaults.contextTokens) table.context_tokens = connector.contextTokens;
  const usual = defaults.price;
  if (connector.price !== undefined && (connector.price.input !== usual?.input || connector.price.output !== usual.output)) {
    table.input_price = connector.price.input;
    table.output_price = connector.price.output;
  }
  return table;
}

/** What holds for a connector where nobody says otherwise. */
export function defaultsOf(
  id: ProviderId,
  model: string,
  baseUrl: string | undefined,
): Pick<ConnectorSettings, "timeoutMs" | "concurrency" | "contextTokens" | "price"> {
  const provider = providerOf(id);
  const onThisMachine = provider?.kind === "engine" || isOnThisMachine(baseUrl ?? provider?.baseUrl ?? "");
  return {
    // A processor reads a page in the time in which a data centre reads a book.
    timeoutMs: onThisMachine || provider?.kind === "agent" ? 5 * defaultTimeoutMs : defaultTimeoutMs,
    concurrency: provider?.kind === "engine" ? 1 : onThisMachine || provider?.kind === "agent" ? 2 : 4,
    contextTokens: provider?.contextTokens ?? 16_000,
    price: usualPrice(provider, model, baseUrl),
  };
}

/** A model has its list price where its maker sells it by the token. A subscription has another, and so has whoever else offers it. */
function usualPrice(provider: Provider | undefined, model: string, baseUrl: string | undefined): Price | undefined {
  const address = baseUrl ?? provider?.baseUrl;
  if (provider?.kind === "engine" || (isOnThisMachine(address ?? "") && !runsElsewhere(model))) return { input: 0, output: 0 };
  const host = hostOf(address);
  const isSold = address === undefined || providers.some(({ baseUrl }) => baseUrl !== undefined && hostOf(baseUrl) === host);
  return provider?.kind === "api" && isSold ? listPriceOf(model) : undefined;
}

function hostOf(address: string | undefined): string | undefined {
  return address === undefined || !URL.canParse(address) ? undefined : new URL(address).host;
}

function connectorOf(name: string, table: Readonly<Record<string, unknown>>): ConnectorSettings {
  const at = `connector.${name}`;
  if (!isConnectorName(name)) throw new SettingsError(`"${name}" is no name for a connector: letters, digits, - and _ are`);
  if ("api_key" in table) throw new SettingsError(`${at}.api_key: a key does not belong in this file; say where it is: key = "env:NAME"`);
  known(`${at}.`, table, connectorKeys);
  const provider = providerOf(textOf(`${at}.provider`, table.provider) ?? "");
  if (provider === undefined) {
    throw new SettingsError(
      `${at}.provider is ${JSON.stringify(table.provider)} and should be one of ${providers.map(({ id }) => id).join(", ")}`,
    );
  }
  const model = textOf(`${at}.model`, table.model) ?? provider.model;
  if (model === undefined || model.trim() === "")
    throw new SettingsError(`${at} names no model, and ${provider.title} has none that goes without saying`);
  const baseUrl = textOf(`${at}.base_url`, table.base_url);
  if (baseUrl !== undefined) checkBaseUrl(baseUrl);
  const defaults = defaultsOf(provider.id, model, baseUrl);
  const input = numberOf(`${at}.input_price`, table.input_price);
  const output = numberOf(`${at}.output_price`, table.output_price);
  return {
    name,
    provider: provider.id,
    model,
    baseUrl,
    key:
      table.key === undefined
        ? usualKey(provider.onDemand === undefined ? provider.keyVariables[0] : undefined)
        : parseKeySource(textOf(`${at}.key`, table.key) ?? ""),
    program: textOf(`${at}.program`, table.program),
    file: textOf(`${at}.file`, table.file),
    timeoutMs: (within(`${at}.timeout_seconds`, table.timeout_seconds, 1, 86_400) ?? defaults.timeoutMs / 1000) * 1000,
    concurrency: wholeOf(`${at}.concurrency`, within(`${at}.concurrency`, table.concurrency, 1, 100)) ?? defaults.concurrency,
    contextTokens: within(`${at}.context_tokens`, table.context_tokens, 500, 100_000_000) ?? defaults.contextTokens,
    price: priceOf(at, input, output) ?? defaults.price,
  };
}

/** What somebody says a million tokens cost. Throws a SettingsError for one of two prices: the other one would be taken for nothing. */
export function priceOf(at: string, input: number | undefined, output: number | undefined): Price | undefined {
  if (input === undefined && output === undefined) return undefined;
  if (input === undefined || output === undefined)
    throw new SettingsError(`${at}: input_price and output_price go together; the other one is missing`);
  return { input, output };
}

/** Whether a connector may be called that. */
export function isConnectorName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/.test(name);
}

/** Throws a SettingsError for what is no address, or holds a key. */
export function checkBaseUrl(url: string): void {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new SettingsError(`"${url}" is no address; it should look like https://host/v1`);
  }
  if (parsed.username !== "" || parsed.password !== "")
    throw new SettingsError("an address must hold no key; say where the key is instead");
  if (!["http:", "https:"].includes(parsed.protocol)) throw new SettingsError(`"${url}" should begin with https:// or http://`);
}

/** Reads `env:NAME`, `command:…`, `keyring`, `file`, `none`. */
export function parseKeySource(text: string): KeySource {
  const [, kind, rest = ""] = /^(\w+)(?::(.*))?$/s.exec(text) ?? [];
  if (kind === "env" && /^[A-Za-z_]\w*$/.test(rest)) return { kind, variable: rest };
  if (kind === "command" && rest.trim() !== "") return { kind, command: rest };
  if ((kind === "keyring" || kind === "file" || kind === "none") && rest === "") return { kind };
  throw new SettingsError('a key is said to be in "env:NAME", "command:PROGRAM …", "keyring", "file", or "none"');
}

/** What `parseKeySource` reads. */
export function formatKeySource(source: KeySource): string {
  if (source.kind === "env") return `env:${source.variable}`;
  return source.kind === "command" ? `command:${source.command}` : source.kind;
}

function usualKey(variable: string | undefined): KeySource {
  return variable === undefined ? { kind: "none" } : { kind: "env", variable };
}

/** Throws a SettingsError for what is no regular expression. */
export function checkPattern(pattern: string): void {
  try {
    "".search(new RegExp(pattern, "gmu"));
  } catch (error) {
    throw new SettingsError(`redact: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function known(prefix: string, table: Readonly<Record<string, unknown>>, keys: readonly string[]): void {
  for (const key of Object.keys(table))
    if (!keys.includes(key)) throw new SettingsError(`there is no ${prefix}${key}; known are ${keys.join(", ")}`);
}

function tableOf(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new SettingsError(`${name} is a table: write [${name}]`);
  return value as Readonly<Record<string, unknown>>;
}

function stringsOf(name: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) throw new SettingsError(`${name} is a list of texts`);
  return value;
}

function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new SettingsError(`${name} is a text`);
}

function numberOf(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new SettingsError(`${name} is ${JSON.stringify(value)} and should be a number`);
}

function wholeOf(name: string, number: number | undefined): number | undefined {
  if (number !== undefined && !Number.isInteger(number)) throw new SettingsError(`${name} is ${number} and should be a whole number`);
  return number;
}

/** Throws a SettingsError for what is no number, or one that nothing works with. */
function within(name: string, value: unknown, least: number, most: number): number | undefined {
  const number = numberOf(name, value);
  if (number !== undefined && (number < least || number > most))
    throw new SettingsError(`${name} is ${number} and should be between ${least} and ${most}`);
  return number;
}

function effortOf(name: string, value: unknown): Effort | undefined {
  if (value === undefined) return undefined;
  const found = efforts.find((effort) => effort === value);
  if (found === undefined) throw new SettingsError(`${name} is ${JSON.stringify(value)} and should be one of ${efforts.join(", ")}`);
  return found;
}

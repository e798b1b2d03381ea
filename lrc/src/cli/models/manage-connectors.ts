import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Secret } from "kit/log";
import { z } from "zod";
import {
  ConnectorError,
  type ConnectorSettings,
  checkBaseUrl,
  createConnector,
  defaultsOf,
  fetchThroughProxy,
  forgetInKeyring,
  formatKeySource,
  installPackages,
  isConnectorName,
  isOnThisMachine,
  type KeySource,
  keepInKeyring,
  ModelClient,
  type ModelSettings,
  modelsOfOllama,
  type Provider,
  parseKeySource,
  priceOf,
  providerOf,
  providerPackage,
  providers,
  SettingsError,
  Spending,
} from "#connectors";
import type { Surroundings } from "../context.ts";
import { modelPlaces } from "./places.ts";
import { changeModelSettings, connectorSurroundings, readModelSettings, removeKeyFile, writeKeyFile } from "./settings-file.ts";
import { recordUsage } from "./usage-log.ts";

type World = Pick<Surroundings, "env" | "home" | "program" | "wallTime" | "clock" | "random">;

/** What somebody says about a connector they add. */
export interface NewConnector {
  readonly name: string;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** `env:NAME`, `command:…`, `keyring`, `file`, `none`. */
  readonly key?: string | undefined;
  /** The key itself, to be put where `key` says: a private file unless it says `keyring`. */
  readonly secret?: Secret<string> | undefined;
  readonly program?: string | undefined;
  readonly file?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly contextTokens?: number | undefined;
  readonly inputPrice?: number | undefined;
  readonly outputPrice?: number | undefined;
  /** Asked before all others. */
  readonly first?: boolean;
}

/** A connector as a list shows it. */
export interface ListedConnector {
  readonly name: string;
  readonly provider: string;
  readonly model: string;
  readonly place: "local" | "remote";
  readonly destination: string;
  readonly key: string;
}

/** The providers that can be added, by their names. */
function providerNames(): readonly string[] {
  return providers.map(({ id }) => id);
}

/** The user's connectors in the order in which they are asked. Throws a SettingsError. */
export function listConnectors(world: World): readonly ListedConnector[] {
  return readModelSettings(modelPlaces(world)).connectors.map((settings) => {
    const { name, provider, model, place, destination } = createConnector(settings, connectorSurroundings(world)).info;
    return { name, provider, model, place, destination, key: formatKeySource(settings.key) };
  });
}

/** Adds a connector, or replaces the one of that name. Throws a SettingsError that says what is missing. */
export async function addConnector(added: NewConnector, world: World): Promise<ListedConnector> {
  const places = modelPlaces(world);
  // A list that cannot be read is said before a key is kept for it.
  readModelSettings(places);
  const provider = providerFor(added);
  if (!isConnectorName(added.name)) throw new SettingsError(`"${added.name}" is no name for a connector: letters, digits, - and _ are`);
  const model = added.model ?? provider.model;
  if (model === undefined || model.trim() === "") throw new SettingsError(`${provider.title} needs a model: --model NAME`);
  if (added.baseUrl !== undefined) checkBaseUrl(added.baseUrl);
  if (provider.id.endsWith("-compatible") && added.baseUrl === undefined)
    throw new SettingsError(`${provider.title} needs an address: --base-url URL`);
  const key = await keyFor(added, provider, world);
  const defaults = defaultsOf(provider.id, model, added.baseUrl);
  const connector: ConnectorSettings = {
    name: added.name,
    provider: provider.id,
    model,
    baseUrl: added.baseUrl,
    key,
    program: added.program,
    file: added.file,
    timeoutMs: added.timeoutSeconds === undefined ? defaults.timeoutMs : added.timeoutSeconds * 1000,
    concurrency: added.concurrency ?? defaults.concurrency,
    contextTokens: added.contextTokens ?? defaults.contextTokens,
    price: priceOf(added.name, added.inputPrice, added.outputPrice) ?? defaults.price,
  };
  await changeModelSettings(places, world.clock, (settings) => {
    const others = settings.connectors.filter(({ name }) => name !== added.name);
    const at = added.first === true ? 0 : settings.connectors.findIndex(({ name }) => name === added.name);
    return { ...settings, connectors: others.toSpliced(at < 0 ? others.length : at, 0, connector) };
  });
  return listConnectors(world).find(({ name }) => name === added.name)!;
}

function providerFor({ name, provider: named, baseUrl }: NewConnector): Provider {
  const provider =
    providerOf(named ?? name) ?? (named === undefined && baseUrl !== undefined ? providerOf("openai-compatible") : undefined);
  if (provider === undefined) {
    throw new SettingsError(
      `${named === undefined ? `${name} is no provider; say which one with --provider: ` : `there is no provider "${named}"; known are `}${providerNames().join(", ")}`,
    );
  }
  return provider;
}

async function keyFor({ name, key, secret }: NewConnector, { keyVariables, id, onDemand }: Provider, world: World): Promise<KeySource> {
  const source = key === undefined ? undefined : parseKeySource(key);
  if (secret !== undefined) {
    if (source?.kind === "keyring") await keepInKeyring(name, secret);
    else if (source === undefined || source.kind === "file") writeKeyFile(modelPlaces(world), name, secret.reveal());
    else throw new SettingsError(`a key that is handed in is kept in "file" or "keyring", not in ${source.kind}`);
    return source ?? { kind: "file" };
  }
  if (source !== undefined) return source;
  const variable = keyVariables.find((known) => (world.env[known] ?? "") !== "");
  if (variable !== undefined) return { kind: "env", variable };
  // The clouds have credentials of their own kinds, which their packages find.
  const needsNone = keyVariables.length === 0 || id.endsWith("-compatible") || onDemand !== undefined;
  return needsNone ? { kind: "none" } : { kind: "env", variable: keyVariables[0]! };
}

/** Takes a connector away, with the key that was kept for it. Throws a SettingsError when there is none of that name. */
export async function removeConnector(name: string, world: World): Promise<void> {
  const places = modelPlaces(world);
  const { key } = known(readModelSettings(places), name);
  await changeModelSettings(places, world.clock, (settings) => {
    const found = known(settings, name);
    return { ...settings, connectors: settings.connectors.filter((connector) => connector !== found) };
  });
  removeKeyFile(places, name);
  if (key.kind === "keyring") await forgetInKeyring(name);
}

/** Puts connectors in this order; who is not named comes after, as before. Rejects with a SettingsError. */
export async function orderConnectors(names: readonly string[], world: World): Promise<void> {
  await changeModelSettings(modelPlaces(world), world.clock, (settings) => {
    const first = [...new Set(names)].map((name) => known(settings, name));
    return { ...settings, connectors: [...first, ...settings.connectors.filter((connector) => !first.includes(connector))] };
  });
}

/** How a test of a connector came out. */
export interface ConnectorTest {
  readonly model: string;
  readonly destination: string;
  readonly durationMs: number;
  readonly tokens: number;
  readonly usd: number | undefined;
}

/** Asks one small question that has nothing to do with any code. Rejects with a ConnectorError. */
export async function testConnector(name: string, world: World, signal: AbortSignal): Promise<ConnectorTest> {
  const places = modelPlaces(world);
  const settings = known(readModelSettings(places), name);
  const connector = createConnector(settings, connectorSurroundings(world));
  const spending = new Spending();
  const client = new ModelClient({ connectors: [connector], clock: world.clock, random: world.random, spending });
  const start = world.clock.now();
  try {
    await client.ask(
      {
        system: 'Answer with JSON: {"ready": true}.',
        prompt: "Are you ready?",
        schema: z.object({ ready: z.boolean() }),
        maxOutputTokens: 1024,
        temperature: 0,
      },
      signal,
    );
  } catch (error) {
    // Whose error it is goes without saying where only one was asked.
    throw error instanceof ConnectorError && error.cause instanceof ConnectorError ? error.cause : error;
  } finally {
    client.close();
    recordUsage(places.usage, { time: world.wallTime(), repository: "", spent: spending.spent });
  }
  const { tokens, usd } = spending.total;
  const { model, destination, price } = connector.info;
  return { model, destination, durationMs: world.clock.now() - start, tokens, usd: price === undefined ? undefined : usd };
}

/** The package of a provider that is not here from the beginning, with the folder it belongs in; undefined for all others. */
export function missingPackage(provider: string, world: World): { readonly folder: string; readonly name: string } | undefined {
  const onDemand = providerOf(provider)?.onDemand;
  const folder = modelPlaces(world).packages;
  return onDemand === undefined || existsSync(join(folder, "node_modules", onDemand))
    ? undefined
    : { folder, name: providerPackage(onDemand) };
}

/** Installs it. Rejects with npm's words. */
export async function installProvider(provider: string, world: World, signal: AbortSignal): Promise<void> {
  const missing = missingPackage(provider, world);
  if (missing === undefined) return;
  makePackageFolder(missing.folder);
  await installPackages(missing.folder, [missing.name], world.env, signal);
}

/** A folder that npm takes for a project of its own, and does not look above. */
export function makePackageFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "package.json");
  if (!existsSync(file)) writeFileSync(file, '{ "private": true, "description": "Installed by lrc on demand; may be deleted." }\n');
}

/** Something on this machine that could be a connector. */
export interface Candidate {
  readonly added: NewConnector;
  /** For a reader: why it is offered. */
  readonly because: string;
  readonly place: "local" | "remote";
}

/** What is there: keys in the environment, Ollama with its models, agent programs. Nothing is sent but a question to Ollama what it has. */
export async function detectCandidates(
  world: World,
  isOnPath: (program: string) => boolean,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { id, keyVariables, kind, title, program, onDemand } of providers) {
    if (onDemand !== undefined || id.endsWith("-compatible")) continue;
    const variable = keyVariables.find((known) => (world.env[known] ?? "") !== "");
    if (kind === "api" && variable !== undefined) {
      candidates.push({
        added: { name: id, provider: id, key: `env:${variable}` },
        because: `${variable} is set (${title})`,
        place: "remote",
      });
    } else if (kind === "agent" && program !== undefined && isOnPath(program)) {
      candidates.push({ added: { name: id, provider: id }, because: `the program ${program} is installed (${title})`, place: "remote" });
    }
  }
  candidates.push(...(await ollamaModels(world, signal)));
  return candidates;
}

async function ollamaModels({ env, clock }: World, signal: AbortSignal): Promise<readonly Candidate[]> {
  const base =
    env.OLLAMA_HOST === undefined
      ? "http://127.0.0.1:11434"
      : /^https?:/.test(env.OLLAMA_HOST)
        ? env.OLLAMA_HOST
        : `http://${env.OLLAMA_HOST}`;
  const slow = new AbortController();
  const timer = clock.after(1500, () => slow.abort());
  try {
    const names = (await modelsOfOllama(base, fetchThroughProxy(env), AbortSignal.any([signal, slow.signal]))).filter(
      (name) => !name.includes("embed"),
    );
    const best = names.find((name) => /code|qwen|deepseek|gpt-oss|devstral/i.test(name)) ?? names[0];
    if (best === undefined) return [];
    const address = env.OLLAMA_HOST === undefined ? {} : { baseUrl: new URL("/api", base).href };
    const place = isOnThisMachine(base) ? "local" : "remote";
    return [{ added: { name: "ollama", provider: "ollama", model: best, ...address }, because: `Ollama runs and has ${best}`, place }];
  } catch {
    signal.throwIfAborted();
    return [];
  } finally {
    timer.cancel();
  }
}

function known(settings: ModelSettings, name: string): ConnectorSettings {
  const found = settings.connectors.find((connector) => connector.name === name);
  if (found !== undefined) return found;
  const names = settings.connectors.map((connector) => connector.name);
  throw new SettingsError(`there is no connector "${name}"; ${names.length === 0 ? "there are none" : `known are ${names.join(", ")}`}`);
}

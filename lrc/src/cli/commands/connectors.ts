import { buildCommand, buildRouteMap } from "@stricli/core";
import { formatDuration, formatTable, UsageError, UserError } from "kit/cli";
import { Secret } from "kit/log";
import { surveyChange } from "../change/survey.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import type { NewConnector } from "../models/manage-connectors.ts";
import { modelPlaces } from "../models/places.ts";
import { commonState, openRepository } from "../open-repository.ts";

interface AddFlags extends Omit<NewConnector, "name" | "secret" | "first"> {
  readonly keyEnv?: string;
  readonly keyCommand?: string;
  readonly keyStdin: boolean;
  readonly first: boolean;
  readonly install: boolean;
}

const text = (placeholder: string, brief: string) => ({ kind: "parsed", parse: String, optional: true, placeholder, brief }) as const;
const number = (placeholder: string, brief: string) => ({ kind: "parsed", parse: numberFrom, optional: true, placeholder, brief }) as const;
const flag = (brief: string) => ({ kind: "boolean", default: false, withNegated: false, brief }) as const;

const add = buildCommand<AddFlags, [string], LrcContext>({
  docs: {
    brief: "Add a model, or change one",
    fullDescription: [
      "NAME is what you call it; when it is the name of a provider, that goes without saying. Keys are never written into the list: it says where they are.",
      "",
      "Examples:",
      "  lrc connectors add gemini                                   its key is in GEMINI_API_KEY",
      "  lrc connectors add anthropic --key-command 'pass show anthropic'",
      "  lrc connectors add openai --key-stdin < key                 kept in a file that only you can read",
      "  lrc connectors add studio --provider openai-compatible --base-url http://127.0.0.1:1234/v1 --model qwen2.5-coder",
      "  lrc connectors add claude                                   the program, with your own subscription",
    ].join("\n"),
  },
  parameters: {
    flags: {
      provider: text("PROVIDER", "What kind of service it is"),
      model: text("MODEL", "Which model"),
      baseUrl: text("URL", "Where it is, if not at the provider's own address"),
      key: text("SOURCE", "Where its key is: env:NAME, command:PROGRAM …, keyring, file, none"),
      keyEnv: text("NAME", "The same as --key env:NAME"),
      keyCommand: text("COMMAND", "The same as --key command:COMMAND; the first line it prints is the key"),
      keyStdin: flag("Read the key from stdin, and keep it in a private file, or with --key keyring in the keyring"),
      program: text("FILE", "The program of an agent"),
      file: text("FILE", "The weights of a local model"),
      timeoutSeconds: number("SECONDS", "How long one request may take"),
      concurrency: number("N", "How many requests at once"),
      contextTokens: number("N", "How much fits into one request"),
      inputPrice: number("USD", "Price of a million tokens in"),
      outputPrice: number("USD", "Price of a million tokens out"),
      first: flag("Ask it before all others"),
      install: flag("Install the package that the provider needs, where it is one that does not come along"),
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "NAME", brief: "What to call it" }] },
  },
  async func({ keyEnv, keyCommand, keyStdin, install, ...flags }, name) {
    const { addConnector, installProvider, missingPackage } = await import("../models/index.ts");
    const given = [flags.key, keyEnv && `env:${keyEnv}`, keyCommand && `command:${keyCommand}`].filter((source) => source !== undefined);
    if (given.length > 1) throw new UsageError("a key has one place: --key, --key-env and --key-command exclude each other");
    const secret = keyStdin ? new Secret(await keyFrom(this)) : undefined;
    const provider = flags.provider ?? name;
    if (install) await settled(installProvider(provider, this, this.stopped));
    const { model, place, destination, key } = await settled(addConnector({ ...flags, name, key: given[0], secret }, this));
    this.stdout.write(`${name}: ${model}, ${place === "local" ? "on this machine" : `asks ${destination}`}, key: ${key}\n`);
    if (place === "remote" && flags.baseUrl?.startsWith("http:") === true)
      this.stderr.write("Its address begins with http: the code and the key can be read by everybody on the way there.\n");
    const missing = missingPackage(provider, this);
    if (missing !== undefined) {
      this.stderr.write(
        `It needs a package: lrc connectors add ${name} --install, or npm install --prefix ${missing.folder} ${missing.name}\n`,
      );
    }
    this.stderr.write(`Try it: lrc connectors test ${name}\n`);
  },
});

const list = buildCommand<{ readonly json: boolean }, [], LrcContext>({
  docs: { brief: "Say which models are asked, in their order" },
  parameters: { flags: { json: flag("As JSON") } },
  async func({ json }) {
    const { listConnectors } = await import("../models/index.ts");
    const connectors = await settled(Promise.resolve().then(() => listConnectors(this)));
    if (json) this.stdout.write(`${JSON.stringify(connectors, undefined, 2)}\n`);
    else if (connectors.length === 0)
      this.stdout.write("No model is asked; reviews are made with the offline rules. lrc setup finds what there is.\n");
    else {
      const columns = [{ title: "Name" }, { title: "Provider" }, { title: "Model" }, { title: "Sends to" }, { title: "Key" }];
      const rows = connectors.map(({ name, provider, model, place, destination, key }) => [
        name,
        provider,
        model,
        place === "local" ? "this machine" : destination,
        key,
      ]);
      this.stdout.write(formatTable(columns, rows));
    }
  },
});

const test = buildCommand<object, readonly string[], LrcContext>({
  docs: { brief: "Ask models one small question, to see whether they answer; nothing of your code is sent" },
  parameters: {
    positional: { kind: "array", parameter: { parse: String, placeholder: "NAME", brief: "Which; all of them when none is named" } },
  },
  async func(_, ...names) {
    const { listConnectors, testConnector } = await import("../models/index.ts");
    const all = await settled(Promise.resolve().then(() => listConnectors(this)));
    if (all.length === 0) throw new UserError("there are no connectors", { exitCode: exitCodes.usage, nextStep: "lrc setup" });
    let failed = 0;
    for (const name of names.length === 0 ? all.map((connector) => connector.name) : names) {
      try {
        const { model, destination, durationMs, tokens, usd } = await testConnector(name, this, this.stopped);
        const cost = usd === undefined ? "" : `, $${usd.toFixed(6)}`;
        this.stdout.write(`${name}: ${model} answers from ${destination} after ${formatDuration(durationMs)}, ${tokens} tokens${cost}\n`);
      } catch (error) {
        this.stopped.throwIfAborted();
        failed += 1;
        this.stdout.write(`${name}: ${messageOf(error)}\n`);
      }
    }
    if (failed > 0)
      throw new UserError(`${failed} ${failed === 1 ? "model does" : "models do"} not answer`, { exitCode: exitCodes.couldNotReview });
  },
});

const order = buildCommand<object, readonly string[], LrcContext>({
  docs: { brief: "Say which model is asked first, and which after it when it cannot" },
  parameters: {
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { parse: String, placeholder: "NAME", brief: "In this order; the others after them" },
    },
  },
  async func(_, ...names) {
    const { listConnectors, orderConnectors } = await import("../models/index.ts");
    await settled(orderConnectors(names, this));
    this.stdout.write(
      `${listConnectors(this)
        .map(({ name }) => name)
        .join(", ")}\n`,
    );
  },
});

const remove = buildCommand<object, readonly string[], LrcContext>({
  docs: { brief: "Take a model from the list, and the key that was kept for it" },
  parameters: { positional: { kind: "array", minimum: 1, parameter: { parse: String, placeholder: "NAME", brief: "Which" } } },
  async func(_, ...names) {
    const { removeConnector } = await import("../models/index.ts");
    for (const name of names) await settled(removeConnector(name, this));
    this.stdout.write(`removed: ${names.join(", ")}\n`);
  },
});

const trustIt = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Let this repository say where its model is and where the key",
    fullDescription:
      "Holds for the address and the key's place as they are committed now: when somebody changes them, they are not followed until you say this again.",
  },
  parameters: {},
  async func() {
    const { trust } = await import("../models/index.ts");
    const repository = await openRepository(this);
    const head = await repository.commitId("HEAD", this.stopped);
    const { cascade } = await surveyChange(
      repository,
      { kind: "trees", from: repository.emptyTree, to: head ?? repository.emptyTree },
      head,
      this.stopped,
    );
    const { baseUrl, key, provider, model } = cascade.model;
    if ((baseUrl ?? key) === undefined) {
      this.stdout.write("This repository names neither an address nor a key: there is nothing to trust.\n");
      return;
    }
    trust(cascade.model, commonState(repository, this));
    this.stdout.write(
      `Trusted: ${provider ?? "openai-compatible"} ${model ?? ""} at ${baseUrl ?? "its own address"}, key: ${key ?? "as usual"}\n`,
    );
  },
});

/** What is wrong with settings and models is the user's to mend, and no fault of ours. */
async function settled<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof Error && ["SettingsError", "ConnectorError"].includes(error.name)
      ? new UserError(error.message, { exitCode: exitCodes.usage })
      : error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

async function keyFrom({ stdin, home, env }: LrcContext): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk);
  const key = Buffer.concat(chunks).toString().trim();
  if (key === "" || /\s/.test(key)) throw new UsageError(`stdin holds no key; it is kept below ${modelPlaces({ env, home }).keys}`);
  return key;
}

function numberFrom(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`"${text}" is no number`);
  return value;
}

export const connectorsRoutes = buildRouteMap<string, LrcContext>({
  routes: { add, list, test, order, remove, trust: trustIt },
  docs: { brief: "Models that review beside the offline rules" },
});

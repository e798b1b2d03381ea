import { resolve } from "node:path";
import { buildCommand, buildRouteMap } from "@stricli/core";
import { formatBytes, Progress, transferLine, UserError } from "kit/cli";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";

interface LocalFlags {
  readonly from?: string;
  readonly url?: string;
  readonly sha256?: string;
  readonly engineOnly: boolean;
  readonly noEngine: boolean;
}

const setup = buildCommand<LocalFlags, [], LrcContext>({
  docs: {
    brief: "Install a model on this machine: nothing leaves it, and it costs nothing",
    fullDescription: [
      "Installs the engine (node-llama-cpp, for this kind of machine only) into a folder of its own, fetches the weights of a model, checks them, and puts the",
      'connector "local" at the end of your list. A download that breaks off goes on where it stopped when you say the same again.',
      "",
      "Without a network: --from FILE takes weights (GGUF) that you have; the engine comes from npm, or from a registry of your own that npm knows.",
    ].join("\n"),
  },
  parameters: {
    flags: {
      from: {
        kind: "parsed",
        parse: String,
        optional: true,
        placeholder: "FILE",
        brief: "Weights that are here already (GGUF); they are checked and used where they are",
      },
      url: { kind: "parsed", parse: String, optional: true, placeholder: "URL", brief: "Other weights to fetch (GGUF)" },
      sha256: { kind: "parsed", parse: String, optional: true, placeholder: "HEX", brief: "What the weights' SHA-256 must be" },
      engineOnly: { kind: "boolean", default: false, withNegated: false, brief: "Install the engine, no weights" },
      noEngine: { kind: "boolean", default: false, withNegated: false, brief: "The engine is there already" },
    },
  },
  async func({ from, url, sha256, engineOnly, noEngine }) {
    const { setUpLocal } = await import("../models/index.ts");
    const progress = new Progress(this.stderr, this.clock);
    const start = this.clock.now();
    try {
      const done = await setUpLocal(
        {
          from: from === undefined ? undefined : resolve(this.directory, from),
          url,
          sha256: sha256?.toLowerCase(),
          engine: !noEngine,
          weights: !engineOnly,
          say: (line) => {
            progress.clear();
            this.stderr.write(`${line}\n`);
          },
          onProgress: (done, total) => progress.show(() => transferLine(done, total, this.clock.now() - start)),
        },
        this,
        this.stopped,
      );
      progress.clear();
      this.stdout.write(
        done === undefined ? "The engine is installed.\n" : `local: ${done.file} (${formatBytes(done.bytes)}, sha256 ${done.sha256})\n`,
      );
      if (done !== undefined) this.stderr.write("Try it: lrc connectors test local\n");
    } catch (error) {
      progress.clear();
      this.stopped.throwIfAborted();
      if (!(error instanceof Error) || !["ConnectorError", "SettingsError"].includes(error.name)) throw error;
      throw new UserError(error.message, { exitCode: exitCodes.couldNotReview });
    }
  },
});

export const localRoutes = buildRouteMap<string, LrcContext>({
  routes: { setup },
  docs: { brief: "A model on this machine" },
});

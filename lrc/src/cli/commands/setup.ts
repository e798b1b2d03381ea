import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { isOnPath } from "../program-on-path.ts";

interface SetupFlags {
  readonly yes: boolean;
  readonly local: boolean;
  readonly dryRun: boolean;
}

export const setupCommand = buildCommand<SetupFlags, [], LrcContext>({
  docs: {
    brief: "Find the models that are there already, and have reviews use them",
    fullDescription: [
      "Looks for keys in the environment, for Ollama on this machine, and for agent programs that have a subscription of their own. What it finds it asks",
      "about, one by one; nothing is sent to anybody before. Everything works without a model, too.",
    ].join("\n"),
  },
  parameters: {
    flags: {
      yes: { kind: "boolean", default: false, withNegated: false, brief: "Take everything that is found, without asking" },
      local: { kind: "boolean", default: false, withNegated: false, brief: "Take only what keeps code on this machine" },
      dryRun: { kind: "boolean", default: false, withNegated: false, brief: "Say what was found, and stop" },
    },
  },
  async func({ yes, local, dryRun }) {
    const { addConnector, detectCandidates, listConnectors } = await import("../models/index.ts");
    const found = await detectCandidates(this, (program) => isOnPath(program, this.env), this.stopped);
    const known = new Set(listConnectors(this).map(({ name }) => name));
    const offered = found.filter(({ place }) => !local || place === "local");
    for (const { added, because, place } of offered) {
      const state = known.has(added.name)
        ? "already in your list"
        : place === "local"
          ? "keeps code on this machine"
          : "sends the changed code to it";
      this.stdout.write(`${added.name}: ${because}; ${state}\n`);
    }
    const fresh = offered.filter(({ added }) => !known.has(added.name));
    if (offered.length === 0) {
      this.stdout.write(
        "No model was found: no key in the environment, no Ollama, no agent program. Reviews are made with the offline rules.\n",
      );
      this.stdout.write("To have one: lrc connectors add --help, or a model on this machine: lrc local setup\n");
      return;
    }
    if (dryRun || fresh.length === 0) return;
    const terminal = yes ? undefined : this.openTerminal();
    if (!yes && terminal === undefined) {
      throw new UserError("nobody is there to be asked", {
        exitCode: exitCodes.usage,
        nextStep: "lrc setup --yes takes what is listed above",
      });
    }
    const taken: string[] = [];
    try {
      for (const { added } of fresh) {
        terminal?.write(`Ask ${added.name} about every change? [y/N] `);
        const key = terminal === undefined ? "y" : await terminal.key("yesno");
        terminal?.write(`${key === "y" || key === "Y" ? "yes" : "no"}\r\n`);
        if (key === "\x03" || key === "\x1b" || key === undefined) break;
        if (key !== "y" && key !== "Y") continue;
        await addConnector(added, this);
        taken.push(added.name);
      }
    } finally {
      terminal?.close();
    }
    this.stdout.write(
      taken.length === 0
        ? "Nothing was changed.\n"
        : `Reviews now ask ${listConnectors(this)
            .map(({ name }) => name)
            .join(", then ")}.\n`,
    );
    if (taken.length > 0) this.stdout.write("See what would be sent: lrc review --preview. Try them: lrc connectors test\n");
  },
});

import { buildCommand, buildRouteMap } from "@stricli/core";
import { UserError } from "kit/cli";
import { apply, describeStep, type Plan } from "#hooks";
import { agentNames, planAgentsInstall, planAgentsUninstall } from "../agents/plan-agents.ts";
import { announcedCommand, reviewBeforeCommit } from "../agents/review-before-commit.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { diagnose } from "../hooks-status.ts";
import { openRepository } from "../open-repository.ts";

interface AgentFlags {
  readonly dryRun: boolean;
}

const parameters = {
  flags: { dryRun: { kind: "boolean", default: false, withNegated: false, brief: "Say what would be done, and stop" } },
  positional: {
    kind: "array",
    parameter: { parse: agentOf, placeholder: "AGENT", brief: `Which of ${agentNames.join(", ")} (default: all)` },
  },
} as const;

function agentOf(name: string): string {
  if (agentNames.includes(name)) return name;
  throw new UserError(`there is no agent "${name}" here`, { nextStep: `one of ${agentNames.join(", ")}` });
}

const install = buildCommand<AgentFlags, string[], LrcContext>({
  docs: {
    brief: "Have agents in this repository review before they commit, and act on what is found",
    fullDescription: [
      "Writes into this repository a hook for each (what an agent is about to commit is reviewed first, and findings come back to it as text), a skill for",
      "Claude Code and Codex and a command for Gemini. What was there before is kept beside it, and put back byte for byte by lrc agents uninstall.",
    ].join("\n"),
  },
  parameters,
  async func({ dryRun }, ...agents) {
    await carryOut(this, dryRun, (root) => planAgentsInstall(root, agents.length === 0 ? agentNames : agents));
    const { willBeReviewed } = await diagnose(await openRepository(this), this);
    if (!willBeReviewed)
      this.stderr.write("lrc: Git's own hook is not at work here, and sees what an agent's cannot: lrc doctor, lrc hooks install\n");
  },
});

const uninstall = buildCommand<AgentFlags, string[], LrcContext>({
  docs: { brief: "Take that away again" },
  parameters,
  async func({ dryRun }, ...agents) {
    await carryOut(this, dryRun, (root) => planAgentsUninstall(root, agents.length === 0 ? agentNames : agents));
  },
});

const hook = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "What the agents' hooks call: reads from stdin what an agent is about to run",
    fullDescription: [
      "Reads the JSON that Claude Code, Codex and Gemini give to a hook before a command is run. When the command makes a commit, what that would commit is",
      "reviewed first. Exits with 1 and prints findings at or above warning on stderr; with 0 otherwise, and when it cannot know.",
    ].join("\n"),
  },
  parameters: {},
  async func() {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.stdin) chunks.push(chunk);
    const announced = announcedCommand(Buffer.concat(chunks).toString(), this.directory);
    const against = announced === undefined ? undefined : await reviewBeforeCommit(announced, this).catch(() => undefined);
    if (against === undefined) return undefined;
    this.stderr.write(against);
    return new UserError("the commit is stopped: these come first", { exitCode: exitCodes.findings });
  },
});

export const agentsRoutes = buildRouteMap<"install" | "uninstall" | "hook", LrcContext>({
  routes: { install, uninstall, hook },
  docs: { brief: "Hands for coding agents" },
});

async function carryOut(context: LrcContext, dryRun: boolean, planFor: (root: string) => Plan): Promise<void> {
  const repository = await openRepository(context);
  const { root } = repository.paths;
  if (root === undefined) throw new UserError("this repository is bare: no agent works in it", { exitCode: exitCodes.usage });
  const plan = planFor(root);
  if (!dryRun) await apply(plan, repository.git);
  const lines = plan.steps.map((step) => `${dryRun ? "would " : ""}${describeStep(step)}`);
  context.stdout.write(lines.length === 0 ? "nothing to do\n" : `${lines.join("\n")}\n`);
  for (const note of plan.notes) context.stderr.write(`lrc: ${note}\n`);
}

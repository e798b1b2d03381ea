import { buildCommand, buildRouteMap } from "@stricli/core";
import { UserError } from "kit/cli";
import { apply, describeStep, type Plan } from "#hooks";
import { agentNames, planAgentsInstall, planAgentsUninstall } from "../agents/plan-agents.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
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
      "Writes a hook and a skill for Claude Code, a skill for Codex and a command for Gemini into this repository. What was there before is kept",
      "beside it, and put back byte for byte by lrc agents uninstall.",
    ].join("\n"),
  },
  parameters,
  async func({ dryRun }, ...agents) {
    await carryOut(this, dryRun, (root) => planAgentsInstall(root, agents.length === 0 ? agentNames : agents));
  },
});

const uninstall = buildCommand<AgentFlags, string[], LrcContext>({
  docs: { brief: "Take that away again" },
  parameters,
  async func({ dryRun }, ...agents) {
    await carryOut(this, dryRun, (root) => planAgentsUninstall(root, agents.length === 0 ? agentNames : agents));
  },
});

export const agentsRoutes = buildRouteMap<"install" | "uninstall", LrcContext>({
  routes: { install, uninstall },
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

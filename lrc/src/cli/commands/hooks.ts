import { buildCommand, buildRouteMap, type FlagParametersForType } from "@stricli/core";
import { UsageError, UserError } from "kit/cli";
import { type Repository, readSetting, writeSetting } from "#git";
import { apply, describeStep, findHooks, type Plan, planLocalInstall, planLocalUninstall } from "#hooks";
import type { LrcContext } from "../context.ts";
import { GlobalConfiguration } from "../global-configuration.ts";
import { isInstalledGlobally, planGlobalInstall, planGlobalUninstall, readGlobalHooks } from "../global-hooks.ts";
import { hooksStatus } from "../hooks-status.ts";
import { openRepository } from "../open-repository.ts";

interface InstallFlags {
  readonly local: boolean;
  readonly global: boolean;
  readonly dryRun: boolean;
}

const installFlags: FlagParametersForType<InstallFlags, LrcContext> = {
  local: { kind: "boolean", default: false, withNegated: false, brief: "For this repository (the default)" },
  global: { kind: "boolean", default: false, withNegated: false, brief: "For all repositories of this user, through core.hooksPath" },
  dryRun: { kind: "boolean", default: false, withNegated: false, brief: "Say what would be done, and do nothing" },
};

const install = buildCommand<InstallFlags, [], LrcContext>({
  docs: {
    brief: "Put the hooks in place",
    fullDescription: [
      "Puts three small hooks where Git looks for them: pre-commit reviews, commit-msg adds one line, post-commit notes what was committed.",
      "Hooks that are there already move aside and run first.",
      "",
      "  lrc hooks install --dry-run",
    ].join("\n"),
  },
  parameters: { flags: installFlags },
  async func({ local, global, dryRun }) {
    if (local && global) throw new UsageError("--local and --global exclude each other");
    if (global) {
      const found = await readGlobalHooks(this);
      const configuration = new GlobalConfiguration(this);
      const before = configuration.read();
      const done = "Every repository of yours is reviewed from the next commit on.";
      await carryOut(planGlobalInstall(found, this.program), found.git, dryRun, this, done);
      if (!dryRun && !isInstalledGlobally(found)) configuration.keep(before);
      return;
    }
    const repository = await openRepository(this);
    requireWorktree(repository);
    const plan = planLocalInstall(findHooks(repository), this.program, repository.paths.root);
    await carryOut(plan, repository.git, dryRun, this, "Commits of this repository are reviewed from the next one on.");
    if (plan.steps.length === 0 && plan.notes.length > 0) throw new UserError("nothing was installed");
  },
});

const uninstall = buildCommand<InstallFlags, [], LrcContext>({
  docs: { brief: "Take the hooks away and put back what was there before, byte for byte" },
  parameters: { flags: installFlags },
  async func({ local, global, dryRun }) {
    if (local && global) throw new UsageError("--local and --global exclude each other");
    if (global) {
      const found = await readGlobalHooks(this);
      const configuration = new GlobalConfiguration(this);
      const installed = configuration.read();
      await carryOut(planGlobalUninstall(found), found.git, dryRun, this, "The hooks for all repositories are gone.");
      if (!dryRun) configuration.restore(installed);
      return;
    }
    const repository = await openRepository(this);
    await carryOut(planLocalUninstall(findHooks(repository)), repository.git, dryRun, this, "The hooks of this repository are gone.");
  },
});

async function carryOut(plan: Plan, git: Repository["git"], dryRun: boolean, { stdout }: LrcContext, done: string): Promise<void> {
  for (const note of plan.notes) stdout.write(`${note}\n`);
  if (plan.steps.length === 0) {
    if (plan.notes.length === 0) stdout.write("There is nothing to do.\n");
    return;
  }
  for (const step of plan.steps) stdout.write(`${dryRun ? "would " : ""}${describeStep(step)}\n`);
  if (dryRun) return;
  await apply(plan, git);
  stdout.write(`${done}\n`);
}

function requireWorktree(repository: Repository): void {
  if (repository.paths.root === undefined) throw new UserError("this repository is bare: nobody commits in it");
}

const switchCommand = (brief: string, value: string | undefined, done: string) =>
  buildCommand<object, [], LrcContext>({
    docs: { brief },
    parameters: {},
    async func() {
      const { git } = await openRepository(this);
      if (value !== undefined || (await readSetting(git, "local", "lrc.enabled")) !== undefined)
        await writeSetting(git, "local", "lrc.enabled", value);
      this.stdout.write(`${done}\n`);
    },
  });

const status = buildCommand<object, [], LrcContext>({
  docs: { brief: "Show which hooks are where" },
  parameters: {},
  async func() {
    this.stdout.write(await hooksStatus(await openRepository(this), this));
  },
});

export const hooksRoutes = buildRouteMap<string, LrcContext>({
  routes: {
    install,
    uninstall,
    enable: switchCommand("Review commits of this repository again", undefined, "Commits of this repository are reviewed."),
    disable: switchCommand(
      "Leave the hooks in place and review nothing",
      "false",
      "Commits of this repository are not reviewed until: lrc hooks enable",
    ),
    status,
  },
  docs: { brief: "Have every commit of a repository reviewed" },
});

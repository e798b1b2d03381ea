import { existsSync, statSync } from "node:fs";
import { buildCommand, buildRouteMap, type FlagParametersForType } from "@stricli/core";
import { UsageError, UserError } from "kit/cli";
import { parseGitBoolean, type Repository, readSetting, writeSetting } from "#git";
import { apply, describeStep, findHooks, type Plan, planLocalInstall, planLocalUninstall } from "#hooks";
import { printableLine } from "#review";
import type { LrcContext } from "../context.ts";
import { GlobalConfiguration } from "../global-configuration.ts";
import {
  folderOfOwnHooks,
  type GlobalHooks,
  isInstalledGlobally,
  planGlobalInstall,
  planGlobalUninstall,
  readGlobalHooks,
} from "../global-hooks.ts";
import { diagnose, hooksStatus } from "../hooks-status.ts";
import { rememberRepository } from "../known-repositories.ts";
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
    const found = await readGlobalHooks(this);
    const folder = folderOfOwnHooks(repository, found);
    if (folder === undefined) {
      this.stdout.write("The hooks for all repositories review this one too. There is nothing to do.\n");
      return;
    }
    requireFolder(folder);
    if (!dryRun) rememberRepository(repository, this);
    const plan = planLocalInstall(findHooks(repository, folder), this.program, repository.paths.root);
    if (folder === (await sharedFolder(repository, found)))
      this.stdout.write(`core.hooksPath names ${folder} for all your repositories: these hooks are theirs too\n`);
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
    const folder = folderOfOwnHooks(repository, await readGlobalHooks(this));
    const plan: Plan = folder === undefined ? { steps: [], notes: [] } : planLocalUninstall(findHooks(repository, folder));
    await carryOut(plan, repository.git, dryRun, this, "The hooks of this repository are gone.");
  },
});

async function carryOut(plan: Plan, git: Repository["git"], dryRun: boolean, { stdout }: LrcContext, done: string): Promise<void> {
  for (const note of plan.notes) stdout.write(`${note}\n`);
  if (plan.steps.length === 0) {
    if (plan.notes.length === 0) stdout.write("There is nothing to do.\n");
    return;
  }
  for (const step of plan.steps) stdout.write(`${dryRun ? "would " : ""}${printableLine(describeStep(step))}\n`);
  if (dryRun) return;
  await apply(plan, git);
  stdout.write(`${done}\n`);
}

function requireWorktree(repository: Repository): void {
  if (repository.paths.root === undefined) throw new UserError("this repository is bare: nobody commits in it");
}

function requireFolder(path: string): void {
  if (path === "/")
    throw new UserError("core.hooksPath is empty: Git runs no hooks here", { nextStep: "git config --unset core.hooksPath" });
  if (!existsSync(path) || statSync(path).isDirectory()) return;
  throw new UserError(`Git looks for hooks in ${path}, which is no folder: it runs none here`, {
    nextStep: "put it away; or, where core.hooksPath says so: git config --unset core.hooksPath",
  });
}

/** The folder that the user's own configuration names for all repositories, where it has the last word here. */
async function sharedFolder({ git, paths }: Repository, { hooksPath }: GlobalHooks): Promise<string | undefined> {
  return hooksPath !== undefined && (await readSetting(git, undefined, "core.hooksPath")) === hooksPath ? paths.hooksDirectory : undefined;
}

type SwitchFlags = Omit<InstallFlags, "dryRun">;

const switchFlags: FlagParametersForType<SwitchFlags, LrcContext> = {
  local: { kind: "boolean", default: false, withNegated: false, brief: "In this repository (the default)" },
  global: { kind: "boolean", default: false, withNegated: false, brief: "In all repositories of this user that do not say otherwise" },
};

const disable = buildCommand<SwitchFlags, [], LrcContext>({
  docs: { brief: "Leave the hooks in place and review nothing" },
  parameters: { flags: switchFlags },
  async func({ local, global }) {
    if (local && global) throw new UsageError("--local and --global exclude each other");
    const git = global ? (await readGlobalHooks(this)).git : (await openRepository(this)).git;
    await writeSetting(git, global ? "global" : "local", "lrc.enabled", "false");
    const [what, how] = global ? ["your repositories", "lrc hooks enable --global"] : ["this repository", "lrc hooks enable"];
    this.stdout.write(`Commits of ${what} are not reviewed until: ${how}\n`);
  },
});

const enable = buildCommand<SwitchFlags, [], LrcContext>({
  docs: { brief: "Review commits again" },
  parameters: { flags: switchFlags },
  async func({ local, global }) {
    if (local && global) throw new UsageError("--local and --global exclude each other");
    if (global) {
      const { git } = await readGlobalHooks(this);
      if ((await readSetting(git, "global", "lrc.enabled")) !== undefined) await writeSetting(git, "global", "lrc.enabled", undefined);
      this.stdout.write("Commits of your repositories are reviewed where hooks are installed.\n");
      return;
    }
    const repository = await openRepository(this);
    const { git } = repository;
    if ((await readSetting(git, "local", "lrc.enabled")) !== undefined) await writeSetting(git, "local", "lrc.enabled", undefined);
    // Switched off for all repositories, it is switched on for this one.
    if (parseGitBoolean((await readSetting(git, undefined, "lrc.enabled")) ?? "true") === false)
      await writeSetting(git, "local", "lrc.enabled", "true");
    const { willBeReviewed, obstacles } = await diagnose(repository, this);
    this.stdout.write(
      willBeReviewed
        ? "Commits of this repository are reviewed.\n"
        : `Switched on, but the next commit will not be reviewed: ${obstacles[0]}\n`,
    );
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
    enable,
    disable,
    status,
  },
  docs: { brief: "Have every commit of a repository reviewed" },
});

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseGitBoolean, type Repository, settingsOf } from "#git";
import { type FoundHook, findHooks, isOfThisVersion, programOf } from "#hooks";
import { printableLine } from "#review";
import type { Surroundings } from "./context.ts";
import { isInstalledGlobally, readGlobalHooks } from "./global-hooks.ts";
import { isExecutable, isOnPath } from "./program-on-path.ts";

/** What stands between the next commit and its review. */
export interface Diagnosis {
  readonly willBeReviewed: boolean;
  /** Why not, and what to do about it; a sentence each. */
  readonly obstacles: readonly string[];
  /** Good to know all the same. */
  readonly remarks: readonly string[];
}

/** Looks at everything that decides whether the next commit of this repository is reviewed. */
export async function diagnose(repository: Repository, surroundings: Surroundings): Promise<Diagnosis> {
  const { env } = surroundings;
  const { hooks, tools, folder } = findHooks(repository);
  const settings = await settingsOf(repository.git, "lrc");
  const global = await readGlobalHooks(surroundings);
  const obstacles: string[] = [];
  const remarks: string[] = [];
  if (repository.paths.root === undefined)
    return { willBeReviewed: false, obstacles: ["this repository is bare: nobody commits in it"], remarks };
  if (env.LRC === "0") obstacles.push("LRC=0 is set in this shell: unset LRC");
  if ((env.SKIP ?? "").split(",").includes("lrc")) obstacles.push("SKIP names lrc in this shell: unset SKIP");
  if (parseGitBoolean(settings.get("lrc.enabled") ?? "true") === false) obstacles.push("lrc.enabled is false: lrc hooks enable");
  for (const name of ["enabled", "trailer", "notes"]) {
    const value = settings.get(`lrc.${name}`);
    if (value !== undefined && parseGitBoolean(value) === undefined)
      remarks.push(`lrc.${name} is "${value}", which means nothing: true or false`);
  }
  const ui = settings.get("lrc.ui");
  if (ui !== undefined && !/^(terminal|browser|auto)$/i.test(ui))
    remarks.push(`lrc.ui is "${ui}", which means nothing and is taken for terminal: git config lrc.ui terminal, browser or auto`);
  const preCommit = hooks.find(({ name }) => name === "pre-commit");
  obstacles.push(...obstaclesOf(preCommit, tools.includes("husky"), isInstalledGlobally(global), folder, global.folder));
  const program = programOf(preCommit?.text ?? "");
  if (program !== undefined && !(existsSync(program.node) && existsSync(program.script))) {
    const moved = "the program is not where it was when the hooks were installed";
    if (isExecutable(join(repository.paths.root, "node_modules/.bin/lrc")) || isOnPath("lrc", env))
      remarks.push(`${moved}; another one is found by its name: lrc hooks install`);
    else obstacles.push(`${moved}, nor in node_modules/.bin or on the PATH: lrc hooks install`);
  }
  for (const { name, holds, isExecutable, text } of hooks) {
    const isForeign = (holds === "nothing" || holds === "another") && text?.includes(`lrc hook ${name}`) !== true;
    if (name !== "pre-commit" && isForeign && obstacles.length === 0) {
      remarks.push(`the ${name} hook is not ours: commits get no ${name === "commit-msg" ? "line" : "record"}: lrc hooks install`);
    }
    if ((holds === "ours" || holds === "global") && !isExecutable)
      remarks.push(`the ${name} hook is not executable, so Git passes it over: lrc hooks install`);
  }
  const old = hooks.find(({ name, holds, text }) => (holds === "ours" || holds === "global") && !isOfThisVersion(name, text ?? ""));
  if (old !== undefined)
    remarks.push(`the hooks are not as this version writes them: lrc hooks install${old.holds === "global" ? " --global" : ""}`);
  if (parseGitBoolean(settings.get("lrc.trailer") ?? "true") === false) remarks.push("lrc.trailer is false: messages get no line");
  const operation = repository.operation();
  if (operation !== undefined) remarks.push(`a ${operation} is in progress: its commits are not reviewed`);
  return { willBeReviewed: obstacles.length === 0, obstacles, remarks };
}

function obstaclesOf(
  hook: FoundHook | undefined,
  isHusky: boolean,
  isGlobal: boolean,
  folder: string,
  globalFolder: string,
): readonly string[] {
  if (hook === undefined) return [];
  const { holds, isFile, isExecutable, path, text } = hook;
  if (holds === "ours" || holds === "global")
    return isExecutable ? [] : [`${path} is not executable, so Git passes it over: lrc hooks install`];
  if (isHusky)
    return text?.includes("lrc hook") === true ? [] : ["husky looks after these hooks: lrc hooks install says what to add to them"];
  if (holds === "another" && !isFile) return [`${path} is no file: put it away, then: lrc hooks install`];
  if (holds === "another")
    return text?.includes("lrc hook") === true ? [] : [`${path} is another program's: lrc hooks install puts ours in front of it`];
  if (isGlobal && folder !== globalFolder)
    return [`core.hooksPath of this repository is ${folder}, so the hooks for all repositories are not reached: lrc hooks install`];
  if (folder === "/") return ["core.hooksPath is empty, so Git runs no hooks here: git config --unset core.hooksPath"];
  if (existsSync(folder) && !statSync(folder).isDirectory())
    return [`Git looks for hooks in ${folder}, which is no folder: it runs none here`];
  return ["no hook is installed here: lrc hooks install"];
}

const what: Readonly<Record<FoundHook["holds"], string>> = {
  nothing: "not there",
  ours: "lrc",
  global: "lrc, for all repositories",
  another: "another program's",
};

/** Which hooks are where, for a reader. */
export async function hooksStatus(repository: Repository, surroundings: Surroundings): Promise<string> {
  const { folder, hooks, tools } = findHooks(repository);
  const global = await readGlobalHooks(surroundings);
  const lines = [`hooks of this repository: ${folder}`];
  for (const { name, holds, aside, isExecutable } of hooks) {
    const more = [
      aside !== undefined ? "runs what was there before" : "",
      holds !== "nothing" && !isExecutable ? "not executable" : "",
    ].filter(Boolean);
    lines.push(`  ${name.padEnd(12)} ${what[holds]}${more.length === 0 ? "" : ` (${more.join(", ")})`}`);
  }
  if (tools.length > 0) lines.push(`also here: ${tools.join(", ")}`);
  lines.push(`hooks for all repositories: ${isInstalledGlobally(global) ? global.folder : "not installed"}`);
  const { willBeReviewed, obstacles } = await diagnose(repository, surroundings);
  lines.push(willBeReviewed ? "the next commit will be reviewed" : `the next commit will not be reviewed: ${obstacles[0]}`);
  return `${lines.map(printableLine).join("\n")}\n`;
}

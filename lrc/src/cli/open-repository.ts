import { lstatSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "kit/cli";
import { GitError, Repository } from "#git";
import { StateFolder } from "#history";
import type { Surroundings } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** The repository that the program was started in. */
export async function openRepository({
  directory,
  env,
  stopped,
}: Pick<Surroundings, "directory" | "env" | "stopped">): Promise<Repository> {
  try {
    return await Repository.open({ directory, env }, stopped);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UserError(error.message, { exitCode: exitCodes.couldNotReview, nextStep: nextStepAfter(error.message, directory) });
  }
}

function nextStepAfter(message: string, directory: string): string {
  if (message.includes("could not be started")) return "install Git 2.31 or newer";
  if (message.includes("not UTF-8")) return "give the folder another name, or work in a clone of it";
  // Git trusts a repository of another user only when it is told to.
  if (message.includes("dubious ownership")) return `if you trust it: git config --global --add safe.directory '${directory}'`;
  return "run this inside a Git repository";
}

/** What all worktrees of a repository know together. */
export function commonState(repository: Repository, { random }: Pick<Surroundings, "random">): StateFolder {
  return new StateFolder(repository.paths.commonDirectory, uniqueName(random));
}

/** What is about the HEAD of one worktree. */
export function worktreeState(repository: Repository, { random }: Pick<Surroundings, "random">): StateFolder {
  return new StateFolder(repository.paths.gitDirectory, uniqueName(random));
}

function uniqueName(random: Surroundings["random"]): string {
  return `${Buffer.from(random.bytes(6)).toString("hex")}.tmp`;
}

/** A link in place of `.lrc/` would have us write somewhere else, and Git does not follow it either. */
export function requireOwnFolder(root: string): void {
  const folder = join(root, ".lrc");
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined || stat.isDirectory()) return;
  throw new UserError(`${folder} is no folder`, { nextStep: "put it away: what is in .lrc/ has to be in the repository itself" });
}

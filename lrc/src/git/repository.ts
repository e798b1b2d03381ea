import { existsSync } from "node:fs";
import { join } from "node:path";
import { GitError } from "./git-error.ts";
import { GitProcess, type GitSurroundings } from "./git-process.ts";
import { type IndexEnding, readIndexEnding } from "./index-file.ts";

/** Where a repository keeps its things. All paths are absolute. */
export interface RepositoryPaths {
  /** The folder with the files; undefined in a bare repository. */
  readonly root: string | undefined;
  /** What belongs to this worktree: its HEAD, index, operation in progress. */
  readonly gitDirectory: string;
  /** What all worktrees share. */
  readonly commonDirectory: string;
  /** Where Git looks for hooks, core.hooksPath considered. */
  readonly hooksDirectory: string;
  /** The index that is meant: this worktree's, or the one in GIT_INDEX_FILE. */
  readonly indexFile: string;
}

/** Something Git is in the middle of. */
export type Operation = "merge" | "cherry-pick" | "revert" | "rebase" | "squash merge";

/** A repository, asked through Git. */
export class Repository {
  readonly git: GitProcess;
  readonly paths: RepositoryPaths;
  /** "sha1" or "sha256". */
  readonly objectFormat: string;
  /** The commit that HEAD named when this was opened; undefined before the first, and in a bare repository. */
  readonly head: string | undefined;

  private constructor(git: GitProcess, paths: RepositoryPaths, objectFormat: string, head: string | undefined) {
    this.git = git;
    this.paths = paths;
    this.objectFormat = objectFormat;
    this.head = head;
  }

  /** Finds the repository as Git does: from GIT_DIR, or from the folder upwards. */
  static async open(surroundings: GitSurroundings, signal?: AbortSignal): Promise<Repository> {
    const git = new GitProcess(surroundings);
    // One process for all of it, because a commit waits. What fails stands last: --show-toplevel where there is no worktree, HEAD before the first
    // commit; what was printed before it is still good.
    const question = ["rev-parse", "--path-format=absolute", ...asked.flat()];
    let { stdout, exitCode } = await git.run(question, { signal, accept: [128] });
    // With an empty core.hooksPath Git looks for /pre-commit, but will not say so.
    if (exitCode !== 0 && stdout.toString().split("\n").length === 3)
      ({ stdout, exitCode } = await git.run(["-c", "core.hooksPath=/", ...question], { signal, accept: [128] }));
    let answers = stdout.toString().split("\n");
    // A folder may have a line feed in its name; nobody else waits for a process each.
    if (answers.length > asked.length + 1) answers = await askOneByOne(git, signal);
    const [gitDirectory, commonDirectory, hooksDirectory, indexFile, objectFormat, isBare, root, commit] = answers;
    if (!gitDirectory || !commonDirectory || !hooksDirectory || !indexFile || !objectFormat) {
      // Asked again for Git's own words.
      await git.run(["rev-parse", "--git-dir"], { signal });
      throw new GitError("git rev-parse gave an answer that makes no sense; Git 2.31 or newer is needed");
    }
    const worktree = isBare === "false" && root !== undefined && root !== "" ? root : undefined;
    const head = exitCode === 0 ? commit : undefined;
    const inRoot = worktree === undefined ? git : git.in(worktree);
    return new Repository(inRoot, { root: worktree, gitDirectory, commonDirectory, hooksDirectory, indexFile }, objectFormat, head);
  }

  /** The id of the commit that `revision` names, or undefined if there is none. */
  async commitId(revision: string, signal?: AbortSignal): Promise<string | undefined> {
    const name = `${revision}^{commit}`;
    const { stdout, exitCode } = await this.git.run(["rev-parse", "--quiet", "--verify", "--end-of-options", name], {
      signal,
      accept: [1, 128],
    });
    return exitCode === 0 ? stdout.toString().trim() : undefined;
  }

  /** The id of the tree that a commit of the index as it is now would have. Git reads the whole index to say it, so it is only asked where it has not written it down. */
  async indexTree(signal?: AbortSignal): Promise<string> {
    return this.indexEnding().tree ?? (await this.git.text(["write-tree"], { signal }));
  }

  /** What is known of the index without reading all of it. */
  indexEnding(): IndexEnding {
    return readIndexEnding(this.paths.indexFile, this.objectFormat);
  }

  /** The id of the tree without files. */
  get emptyTree(): string {
    return this.objectFormat === "sha256"
      ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
      : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  }

  /** The name of the branch, or undefined when HEAD is detached. */
  async branch(signal?: AbortSignal): Promise<string | undefined> {
    const { stdout, exitCode } = await this.git.run(["symbolic-ref", "--quiet", "--short", "HEAD"], { signal, accept: [1] });
    return exitCode === 0 ? stdout.toString().trim() : undefined;
  }

  /** Whether history was cut off when this was cloned. */
  async isShallow(signal?: AbortSignal): Promise<boolean> {
    return (await this.git.text(["rev-parse", "--is-shallow-repository"], { signal })) === "true";
  }

  /**
   * What Git is in the middle of, by the files that stand for it. A clean `git revert` and a finished merge leave none (AUTO_MERGE may linger and
   * means nothing).
   */
  operation(): Operation | undefined {
    const has = (name: string): boolean => existsSync(join(this.paths.gitDirectory, name));
    if (has("rebase-merge") || has("rebase-apply")) return "rebase";
    if (has("MERGE_HEAD")) return "merge";
    if (has("CHERRY_PICK_HEAD")) return "cherry-pick";
    if (has("REVERT_HEAD")) return "revert";
    return has("SQUASH_MSG") ? "squash merge" : undefined;
  }
}

/** What `rev-parse` is asked for, in the order of its answers. */
const asked = [
  ["--absolute-git-dir"],
  ["--git-common-dir"],
  ["--git-path", "hooks"],
  ["--git-path", "index"],
  ["--show-object-format"],
  ["--is-bare-repository"],
  ["--show-toplevel"],
  ["HEAD^{commit}"],
] as const;

async function askOneByOne(git: GitProcess, signal: AbortSignal | undefined): Promise<string[]> {
  const answers: string[] = [];
  for (const args of asked) answers.push(await git.text(["rev-parse", "--path-format=absolute", ...args], { signal, accept: [128] }));
  return answers;
}

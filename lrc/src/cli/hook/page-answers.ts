import { rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StateFolder } from "#history";

/** What was asked for on the page beside the decision itself. */
export interface PageAnswer {
  /** What becomes of the message; undefined: it stays. */
  readonly message: string | undefined;
  /** The branch is pushed once the commit is made. */
  readonly push: boolean;
}

/** The hooks' own scripts know these names too. */
const answers = "page-answers";
const pushes = "page-pushes";

/** A commit that takes longer from the click to its end has come to nothing. */
const longestMs = 10 * 60_000;

/**
 * What was said on the page until the commit it was said about is made. It is kept with the worktree, by the tree that is going to be committed: a commit in
 * another worktree, or of something else, finds nothing. A push waits for commit-msg, which only runs in the commit that was clicked for, and not in one that
 * passes all hooks by.
 */
export class PageAnswers {
  readonly #worktree: StateFolder;
  readonly #time: number;

  /** `time` is now, in milliseconds since 1970. */
  constructor(worktree: StateFolder, time: number) {
    this.#worktree = worktree;
    this.#time = time;
  }

  /** Leaves them for commit-msg. */
  leave(tree: string, { message, push }: PageAnswer): void {
    if (message !== undefined || push) this.#worktree.write(`${answers}/${tree}`, JSON.stringify({ message, push }));
  }

  /** Takes away what an earlier commit of this tree has left that came to nothing, and what is old. */
  sweep(tree: string): void {
    for (const folder of [answers, pushes]) {
      const names = this.#worktree.list(folder);
      for (const name of names) if (name === tree || !this.#isFresh(`${folder}/${name}`)) this.#remove(`${folder}/${name}`);
      if (names.length > 0) optional(() => rmdirSync(join(this.#worktree.path, folder)));
    }
  }

  /** In commit-msg: writes the message where one was written on the page, and hands the push on to post-commit. */
  intoMessage(tree: string, file: string): void {
    const { message, push } = parse(this.#take(`${answers}/${tree}`));
    if (message !== undefined) writeFileSync(file, `${message.trimEnd()}\n`);
    if (push) this.#worktree.write(`${pushes}/${tree}`, "");
  }

  /** In post-commit: whether the commit of this tree is to be pushed. */
  takePush(tree: string): boolean {
    return this.#take(`${pushes}/${tree}`) !== undefined;
  }

  #take(name: string): string | undefined {
    const text = this.#isFresh(name) ? this.#worktree.read(name) : undefined;
    this.#remove(name);
    return text;
  }

  #isFresh(name: string): boolean {
    const file = join(this.#worktree.path, name);
    return optional(() => Math.abs(this.#time - statSync(file).mtimeMs) < longestMs) ?? false;
  }

  #remove(name: string): void {
    optional(() => this.#worktree.remove(name));
  }
}

/** What is not there, or not to be had, is nothing to anybody's commit; a folder that something else is in stays. */
function optional<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** Damaged, it says nothing. */
function parse(text: string | undefined): PageAnswer {
  try {
    const { message, push } = JSON.parse(text ?? "{}") as { readonly message?: unknown; readonly push?: unknown };
    return { message: typeof message === "string" ? message : undefined, push: push === true };
  } catch {
    return { message: undefined, push: false };
  }
}

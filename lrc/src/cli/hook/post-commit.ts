import { join } from "node:path";
import { sentenceOf } from "kit/cli";
import { Repository } from "#git";
import type { Surroundings } from "../context.ts";
import { commonState, worktreeState } from "../open-repository.ts";
import { pushBranch } from "../page/push.ts";
import { PageAnswers } from "./page-answers.ts";
import { isSwitchedOff } from "./pre-commit.ts";

/** Binds what was attested for a tree to the commit that has it now, for repositories whose hooks are another tool's; ours do it in the shell. */
export async function postCommit(surroundings: Surroundings): Promise<void> {
  const { directory, env, stopped } = surroundings;
  if (isSwitchedOff(env)) return;
  try {
    const repository = await Repository.open({ directory, env }, stopped);
    const [commit = "", tree = ""] = (await repository.git.text(["rev-parse", "HEAD", "HEAD^{tree}"], { signal: stopped })).split("\n");
    const known = commonState(repository, surroundings);
    const worktree = worktreeState(repository, surroundings);
    if (known.read(`attestations/${tree}.json`) === undefined) return;
    worktree.remove(`trailers/${tree}`);
    known.append("journal.ndjson", `${JSON.stringify({ kind: "bound", commit, tree })}\n`);
    const wantsPush = new PageAnswers(worktree, surroundings.wallTime()).takePush(tree);
    if (wantsPush) surroundings.stderr.write(`lrc: ${await pushed(repository)}\n`);
    if (worktree.read(`notes/${tree}`) === undefined) return;
    worktree.remove(`notes/${tree}`);
    await repository.git.run(["notes", "--ref=lrc", "add", "-f", "-F", join(known.path, `attestations/${tree}.json`), commit]);
  } catch {
    // The commit is made; that we could not write it down is no news to anybody in the middle of something else.
  }
}

async function pushed(repository: Repository): Promise<string> {
  try {
    return await pushBranch(repository);
  } catch (error) {
    return `the commit is made, but it could not be pushed: ${sentenceOf(error)}`;
  }
}

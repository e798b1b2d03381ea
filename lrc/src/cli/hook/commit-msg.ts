import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { sentenceOf } from "kit/cli";
import { appendAsParagraph, isEmptyMessage, onlyOurLineDiffers, trailerName, verdictOf, withoutComments } from "#decision";
import { Repository, readSetting } from "#git";
import type { Surroundings } from "../context.ts";
import { commonState } from "../open-repository.ts";
import { commitArguments } from "./commit-command.ts";
import { pageMessageFile } from "./commit-record.ts";
import { isSwitchedOff } from "./pre-commit.ts";

/**
 * Writes the line under a commit message where the hook's own `git interpret-trailers` could not, and where the hook is another tool's. The message is
 * replaced at once, and only if nothing but our line is different; its bytes are kept as they are, whatever their encoding.
 */
export async function commitMsg(file: string, given: string | undefined, surroundings: Surroundings): Promise<void> {
  const { directory, env, stderr, stopped } = surroundings;
  if (isSwitchedOff(env)) return;
  try {
    const repository = await Repository.open({ directory, env }, stopped);
    const state = commonState(repository, surroundings);
    const path = resolve(directory, file);
    const tree = given === undefined ? await repository.indexTree(stopped) : undefined;
    const asked = tree === undefined ? undefined : state.read(pageMessageFile);
    if (asked?.startsWith(`${tree}\n`) === true) writeFileSync(path, asked.slice(`${tree}\n`.length));
    if (asked !== undefined) state.remove(pageMessageFile);
    const verdict = given ?? state.read(`trailers/${tree}`)?.trim();
    if (verdict === undefined || verdict === "") return;
    const message = readFileSync(path, "latin1");
    // A commit that was reviewed stays one when it is reworded in the middle of a rebase.
    if (verdict.startsWith("skipped") && verdictOf(message) !== undefined) return;
    // Without an editor there are no comments, and a line that looks like one is text.
    const configured = env.GIT_EDITOR === ":" ? undefined : ((await readSetting(repository.git, undefined, "core.commentChar")) ?? "#");
    const comment = configured === "auto" ? "#" : configured;
    if (isEmptyMessage(message, comment)) return;
    if (env.GIT_EDITOR !== ":" && (await isTemplate(message, comment, repository))) return;
    const output = appendAsParagraph(message, `${trailerName}: ${verdict}`, comment);
    if (!onlyOurLineDiffers(message, output)) return;
    const draft = `${path}.lrc`;
    writeFileSync(draft, output, "latin1");
    renameSync(draft, path);
  } catch (error) {
    stderr.write(`lrc: the message got no ${trailerName} line: ${sentenceOf(error).split("\n")[0]}\n`);
  }
}

/** Whether a message is the template as it was, which Git takes for no message; or may be, because `git commit -t` named one that hooks are not told. */
async function isTemplate(message: string, comment: string | undefined, { git }: Repository): Promise<boolean> {
  if (commitArguments().some((arg) => /^(-[a-zA-Z]*t|--template)/.test(arg))) return true;
  const { stdout, exitCode } = await git.run(["config", "--type=path", "commit.template"], { accept: [1, 128] });
  if (exitCode !== 0) return false;
  try {
    const template = readFileSync(resolve(git.directory, stdout.toString().trimEnd()), "latin1");
    return withoutComments(message, comment) === withoutComments(template, comment);
  } catch {
    return false;
  }
}

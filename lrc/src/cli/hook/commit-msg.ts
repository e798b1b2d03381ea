import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { sentenceOf } from "kit/cli";
import { appendAsParagraph, isEmptyMessage, onlyOurLineDiffers, trailerName, verdictOf, withoutComments } from "#decision";
import { Repository, readSetting } from "#git";
import type { Surroundings } from "../context.ts";
import { worktreeState } from "../open-repository.ts";
import { commitArguments } from "./commit-command.ts";
import { PageAnswers } from "./page-answers.ts";
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
    const state = worktreeState(repository, surroundings);
    const path = resolve(directory, file);
    const tree = given === undefined ? await repository.indexTree(stopped) : "";
    if (given === undefined) pageAnswersOf(repository, surroundings).intoMessage(tree, path);
    const verdict = given ?? state.read(`trailers/${tree}`)?.trim();
    if (verdict === undefined || verdict === "") return;
    const message = readFileSync(path, "latin1");
    // A commit that was reviewed stays one when it is reworded in the middle of a rebase.
    if (verdict.startsWith("skipped") && verdictOf(message) !== undefined) return;
    const configured = (await readSetting(repository.git, undefined, "core.commentChar")) ?? "#";
    const character = configured === "auto" ? "#" : configured;
    // Without an editor there are no comments, and a line that looks like one is text.
    const comment = env.GIT_EDITOR === ":" ? undefined : character;
    if (isEmptyMessage(message, comment)) return;
    if (isEmptyMessage(message, character) && (await stripsComments(repository))) return;
    if (env.GIT_EDITOR !== ":" && (await isTemplate(message, comment, repository))) return;
    const output = [
      ...(given === undefined ? [await withTrailer(message, verdict, comment, repository, "replace")] : []),
      // Somebody's own trailer may have our name.
      await withTrailer(message, verdict, comment, repository, "add"),
      appendAsParagraph(message, `${trailerName}: ${verdict}`, comment),
    ].find((candidate) => onlyOurLineDiffers(message, candidate));
    if (output === undefined) return;
    const draft = `${path}.lrc`;
    writeFileSync(draft, output, "latin1");
    renameSync(draft, path);
  } catch (error) {
    stderr.write(`lrc: the message got no ${trailerName} line: ${sentenceOf(error).split("\n")[0]}\n`);
  }
}

/** Writes the message that was written on the page, before anybody else looks at what is going to be committed. */
export async function pageMessage(file: string, surroundings: Surroundings): Promise<void> {
  const { directory, env, stderr, stopped } = surroundings;
  if (isSwitchedOff(env)) return;
  try {
    const repository = await Repository.open({ directory, env }, stopped);
    pageAnswersOf(repository, surroundings).intoMessage(await repository.indexTree(stopped), resolve(directory, file));
  } catch (error) {
    stderr.write(`lrc: the message is not the one that was written on the page: ${sentenceOf(error).split("\n")[0]}\n`);
  }
}

function pageAnswersOf(repository: Repository, surroundings: Surroundings): PageAnswers {
  return new PageAnswers(worktreeState(repository, surroundings), surroundings.wallTime());
}

/** What Git makes of it: the line joins trailers that are there already. Hooks of ours have tried that before they ask here. */
async function withTrailer(
  message: string,
  verdict: string,
  comment: string | undefined,
  { git }: Repository,
  ifExists: "replace" | "add",
): Promise<string> {
  const settings = ["-c", "trailer.separators=:", ...(comment === undefined ? ["-c", "core.commentChar=\x01"] : [])];
  const where = ["--no-divider", "--where", "end", "--if-exists", ifExists, "--if-missing", "add"];
  const { stdout } = await git.run([...settings, "interpret-trailers", ...where, "--trailer", `${trailerName}: ${verdict}`], {
    input: Buffer.from(message.endsWith("\n") ? message : `${message}\n`, "latin1"),
    accept: [1, 128],
  });
  return stdout.toString("latin1");
}

/** Whether Git was told to take comments away even where nobody has seen the message in an editor. */
async function stripsComments({ git }: Repository): Promise<boolean> {
  return [...commitArguments(), await readSetting(git, undefined, "commit.cleanup")].some((word) => word?.endsWith("strip") === true);
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

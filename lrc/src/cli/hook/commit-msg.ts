import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { sentenceOf } from "kit/cli";
import { appendLine, isEmptyMessage, onlyOurLineDiffers, trailerName, verdictOf, withoutComments } from "#decision";
import { GitProcess, Repository, settingsOf } from "#git";
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
    const settings = await settingsOfCommits(repository);
    const { text, below, comment, mark } = partsOf(message, env.GIT_EDITOR !== ":", settings);
    if (isEmptyMessage(text, comment)) return;
    if (isEmptyMessage(text, mark) && settings.cleanup === "strip") return;
    if (env.GIT_EDITOR !== ":" && (await isTemplate(text, comment, repository))) return;
    const output = [
      ...(given === undefined ? [await withTrailer(text, verdict, comment, settings, env, repository, "replace")] : []),
      // Somebody's own trailer may have our name.
      await withTrailer(text, verdict, comment, settings, env, repository, "add"),
      appendLine(text, `${trailerName}: ${verdict}`, comment, `:${settings.separators ?? ""}`),
    ].find((candidate) => onlyOurLineDiffers(text, candidate));
    if (output === undefined) return;
    const draft = `${path}.lrc`;
    writeFileSync(draft, output + below, "latin1");
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

/** What Git was told about messages. */
interface MessageSettings {
  readonly cleanup: string | undefined;
  readonly commentMark: string | undefined;
  readonly separators: string | undefined;
}

async function settingsOfCommits({ git }: Repository): Promise<MessageSettings> {
  const settings = await settingsOf(git, "(core|commit|trailer)");
  const asked = commitArguments().findLast((arg) => arg.startsWith("--cleanup="));
  return {
    cleanup: asked?.slice("--cleanup=".length) ?? settings.get("commit.cleanup"),
    commentMark: settings.get("core.commentstring") ?? settings.get("core.commentchar"),
    separators: settings.get("trailer.separators"),
  };
}

interface MessageParts {
  readonly text: string;
  /** From the scissors on: Git cuts it off. */
  readonly below: string;
  /** What comments begin with that Git takes away; undefined where it takes none away, and a line that looks like one is text. */
  readonly comment: string | undefined;
  /** What comments begin with, if there are any. */
  readonly mark: string;
}

function partsOf(message: string, isEdited: boolean, { cleanup, commentMark = "#" }: MessageSettings): MessageParts {
  const mark = commentMark === "auto" ? markIn(message) : commentMark;
  if (!isEdited) return { text: message, below: "", comment: undefined, mark };
  const cut = message.search(new RegExp(`^${mark.replaceAll(/\W/g, "\\$&")} ${scissors}$`, "m"));
  const [text, below] = cut < 0 ? [message, ""] : [message.slice(0, cut), message.slice(cut)];
  return { text, below, comment: ["verbatim", "whitespace", "scissors"].includes(cleanup ?? "") ? undefined : mark, mark };
}

const scissors = "-{24} >8 -{24}";

/** With core.commentChar=auto Git picks a sign that begins no line of the message. What it says itself begins with it, and stands at the end. */
function markIn(message: string): string {
  const [, mark] = new RegExp(`^([#;@!$%^&|:]) ${scissors}$`, "m").exec(message) ?? /\n([#;@!$%^&|:]).*\s*$/.exec(message) ?? [];
  return mark ?? "#";
}

/**
 * What Git makes of it: the line joins trailers that are there already. It is asked outside of the repository and of the user's settings, by which it would
 * run commands for other trailers, and call ours otherwise; but for the signs that stand behind the names of trailers.
 */
async function withTrailer(
  message: string,
  verdict: string,
  comment: string | undefined,
  { separators = "" }: MessageSettings,
  env: Surroundings["env"],
  { git }: Repository,
  ifExists: "replace" | "add",
): Promise<string> {
  const { GIT_CONFIG_PARAMETERS: _parameters, GIT_CONFIG_COUNT: _count, ...inherited } = env;
  const nowhere = { GIT_DIR: "/dev/null", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const outside = new GitProcess({ directory: git.directory, env: { ...inherited, ...nowhere } });
  const settings = ["-c", `trailer.separators=:${separators}`, "-c", `core.commentChar=${comment ?? "\x01"}`];
  const where = ["--no-divider", "--where", "end", "--if-exists", ifExists, "--if-missing", "add"];
  const { stdout } = await outside.run([...settings, "interpret-trailers", ...where, "--trailer", `${trailerName}: ${verdict}`], {
    input: Buffer.from(message.endsWith("\n") ? message : `${message}\n`, "latin1"),
    accept: [1, 128],
  });
  return stdout.toString("latin1");
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

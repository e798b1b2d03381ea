import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isByHand, parseAttestation } from "#decision";
import { parseGitBoolean, type Repository, settingsOf } from "#git";
import { reaches } from "#review";
import { agentText } from "#web";
import type { Surroundings } from "../context.ts";
import { isSwitchedOff } from "../hook/pre-commit.ts";
import { commonState, openRepository } from "../open-repository.ts";
import { reviewRepository } from "../what-to-review.ts";
import { type GitStep, gitStepsIn } from "./commit-in-command.ts";

/** What an agent is about to run, as its hook is told. */
interface AnnouncedCommand {
  readonly command: string;
  /** The folder it would be run in. */
  readonly directory: string;
}

/** Longer lines are no commit that somebody wrote. */
const longestCommand = 200_000;
/** The agents' own patience is 120 seconds; what is not known by then is left to Git's hook. */
const patienceMs = 100_000;

/** Reads what Claude Code, Codex and Gemini say to a hook before a tool is used. Undefined for anything else. */
export function announcedCommand(text: string, here: string): AnnouncedCommand | undefined {
  try {
    const { cwd, tool_input: input } = JSON.parse(text) as {
      cwd?: unknown;
      tool_input?: { command?: unknown; directory?: unknown; dir_path?: unknown };
    };
    const given: unknown = input?.command;
    const command = Array.isArray(given) ? given.map((word) => `'${String(word).replaceAll("'", "'\\''")}'`).join(" ") : given;
    if (typeof command !== "string" || command.length > longestCommand) return undefined;
    return { command, directory: typeof cwd === "string" ? cwd : here };
  } catch {
    return undefined;
  }
}

/**
 * Reviews what a command is about to commit: what is staged, and what the command itself would stage on its way. Resolves to what the agent has to correct
 * first; undefined when nothing stands against the command, or when that cannot be known here.
 */
export async function reviewBeforeCommit(announced: AnnouncedCommand, surroundings: Surroundings): Promise<string | undefined> {
  if (isSwitchedOff(surroundings.env)) return undefined;
  const steps = gitStepsIn(announced.command, announced.directory);
  const at = steps.findIndex(({ kind }) => kind === "commit");
  const commit = steps[at];
  if (commit?.kind !== "commit") return undefined;
  const giveUp = new AbortController();
  const timer = surroundings.clock.after(patienceMs, () => giveUp.abort(), { background: true });
  const stopped = AbortSignal.any([surroundings.stopped, giveUp.signal]);
  const folder = mkdtempSync(join(tmpdir(), "lrc-agent-"));
  try {
    const there = { ...surroundings, stopped, directory: commit.directory };
    const repository = await openRepository(there);
    const settings = await settingsOf(repository.git, "lrc");
    if (parseGitBoolean(settings.get("lrc.enabled") ?? "true") === false) return undefined;
    if (repository.operation() !== undefined) return undefined;
    const index = join(folder, "index");
    if (existsSync(repository.paths.indexFile)) copyFileSync(repository.paths.indexFile, index);
    const env = { ...surroundings.env, GIT_INDEX_FILE: index };
    const staged = await openRepository({ ...there, env });
    for (const step of steps.slice(0, at + 1)) await stage(step, staged);
    if (isDecided(repository, await staged.git.text(["write-tree"], { signal: stopped }), there)) return undefined;
    const wanted = { named: undefined, effort: undefined, summarise: false, remember: true };
    // A model that never answers must not keep what the rules have found from whoever waits: a commit's own time holds here too.
    const { review } = await reviewRepository(
      await openRepository({ ...there, env }),
      { kind: "staged" },
      { ...there, env },
      {},
      wanted,
      ({ budgetSeconds }) => Math.min(budgetSeconds * 1000, patienceMs / 2),
    );
    const findings = review.findings.filter((finding) => reaches(finding, "warning"));
    if (findings.length === 0) return undefined;
    return `${agentText(findings, review.source.label)}\nNothing was run, and nothing is committed. Correct these, stage the corrections, and commit again.\n`;
  } finally {
    timer.cancel();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Does to an index of our own what a step would do to the repository's. */
async function stage(step: GitStep, { git, paths }: Repository): Promise<void> {
  const there = git.in(step.directory);
  if (step.kind === "add") await there.run(["add", ...step.arguments]);
  else if (step.paths.length > 0) {
    await there.run(["read-tree", "HEAD"]);
    await there.run(["add", "--update", "--", ...step.paths]);
  } else if (step.all && paths.root !== undefined) await git.in(paths.root).run(["add", "--update"]);
}

/** Somebody has taken responsibility for exactly this tree as the next after HEAD. */
function isDecided(repository: Repository, tree: string, surroundings: Surroundings): boolean {
  const attestation = parseAttestation(commonState(repository, surroundings).read(`attestations/${tree}.json`) ?? "");
  return attestation?.head === (repository.head ?? "") && isByHand(attestation.verdict);
}

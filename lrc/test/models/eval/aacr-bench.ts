import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./case.ts";
import type { PlacedCandidate, PlacedSuite } from "./recorded-candidates.ts";

/** A pull request as alibaba/aacr-bench (Apache-2.0, arXiv:2601.19494) publishes it in `dataset/`. `source_commit` is where it starts, `target_commit` its head. */
interface PullRequest {
  readonly githubPrUrl: string;
  readonly source_commit: string;
  readonly target_commit: string;
  readonly comments: readonly Comment[];
}

interface Comment {
  readonly is_ai_comment: boolean;
  readonly note: string;
  readonly path: string;
  readonly side: "left" | "right";
  readonly source_model: string;
  readonly from_line: number | null;
  readonly to_line: number;
  readonly category: string;
}

const categories: Readonly<Record<string, PlacedCandidate["category"]>> = {
  "Code Defect": "correctness",
  "Security Vulnerability": "security",
  Performance: "performance",
  "Maintainability and Readability": "maintainability",
};

/** `faults`: without what is about maintainability and readability, which we do not report. */
export type AacrScope = "everything" | "faults";

/** The file with the change of a pull request: `git diff --merge-base SOURCE_COMMIT TARGET_COMMIT`. */
function diffFile({ githubPrUrl }: PullRequest): string {
  const [owner, name, , number] = new URL(githubPrUrl).pathname.slice(1).split("/");
  return `${owner}__${name}__${number}.diff`;
}

/** The pull requests whose changes are at hand, with what was accepted and what was rejected of them. The others are left out, and said to be. */
function readPullRequests(checkout: string, diffs: string, scope: AacrScope) {
  const read = (name: string): readonly PullRequest[] =>
    (JSON.parse(readFileSync(join(checkout, "dataset", name), "utf8")) as readonly PullRequest[]).map((one) => ({
      ...one,
      comments: one.comments.filter(({ category }) => scope === "everything" || categories[category] !== "maintainability"),
    }));
  const accepted = read("positive_samples.json");
  const rejected = new Map(read("negative_samples.json").map((one) => [one.githubPrUrl, one]));
  const withDiff = accepted.filter((one) => existsSync(join(diffs, diffFile(one))));
  return {
    which: `${withDiff.length} of the ${accepted.length} pull requests of AACR-Bench (those whose changes are at hand)`,
    what: scope === "everything" ? "all categories" : "faults only: without maintainability and readability",
    changes: withDiff.map((one) => ({
      id: one.githubPrUrl,
      diff: readFileSync(join(diffs, diffFile(one)), "utf8"),
      accepted: one.comments,
      rejected: rejected.get(one.githubPrUrl)?.comments ?? [],
    })),
  };
}

const sideOf = ({ side }: Comment): "old" | "new" => (side === "left" ? "old" : "new");

/**
 * What tools have said about pull requests, and whether experts accepted it. All that was accepted, of tools and of people, is expected. `checkout`: the data set
 * as it is published; `diffs`: a folder with the changes of some of its pull requests.
 */
export function readAacrBench(checkout: string, diffs: string, scope: AacrScope): PlacedSuite {
  const { which, what, changes } = readPullRequests(checkout, diffs, scope);
  return {
    about: `Recorded, not made here: comments of review tools on ${which}, accepted or rejected by its experts; ${what}.`,
    changes: changes.map(({ id, diff, accepted, rejected }) => {
      const candidates: Record<string, PlacedCandidate[]> = {};
      const add = (comments: readonly Comment[], isAccepted: boolean): void => {
        for (const [index, comment] of comments.entries()) {
          if (!comment.is_ai_comment) continue;
          const { path, from_line, to_line, note, category, source_model } = comment;
          candidates[source_model] ??= [];
          candidates[source_model].push({
            path,
            side: sideOf(comment),
            line: from_line ?? to_line,
            endLine: to_line,
            text: note,
            category: categories[category] ?? "correctness",
            states: isAccepted ? index : -1,
          });
        }
      };
      add(accepted, true);
      add(rejected, false);
      return { id, diff, expected: accepted.length, candidates };
    }),
  };
}

/** The same pull requests, for a model to be asked about: what was accepted, of tools and of people, is what it should find. */
export function readAacrCases(
  checkout: string,
  diffs: string,
  scope: AacrScope,
): { readonly about: string; readonly changes: readonly Case[] } {
  const { which, what, changes } = readPullRequests(checkout, diffs, scope);
  return {
    about: `${which}, with the comments that its experts accepted; ${what}. A finding is right when it is about the lines of one.`,
    changes: changes.map(({ id, diff, accepted }) => ({
      id,
      diff,
      expected: accepted.map((comment) => ({
        path: comment.path,
        side: sideOf(comment),
        line: comment.from_line ?? comment.to_line,
        endLine: comment.to_line,
        text: comment.note,
      })),
    })),
  };
}

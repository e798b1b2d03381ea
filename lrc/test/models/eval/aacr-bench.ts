import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlacedCandidate, PlacedSuite } from "./recorded-candidates.ts";

/** A pull request as alibaba/aacr-bench (Apache-2.0, arXiv:2601.19494) publishes it in `dataset/`. `source_commit` is where it starts, `target_commit` its head. */
interface PullRequest {
  readonly githubPrUrl: string;
  readonly source_commit: string;
  readonly target_commit: string;
  readonly comments: readonly {
    readonly is_ai_comment: boolean;
    readonly note: string;
    readonly path: string;
    readonly side: "left" | "right";
    readonly source_model: string;
    readonly from_line: number | null;
    readonly to_line: number;
    readonly category: string;
  }[];
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

/**
 * What tools have said about pull requests, and whether experts accepted it. All that was accepted, of tools and of people, is expected. `checkout`: the data set
 * as it is published; `diffs`: a folder with the changes of some of its pull requests. The others are left out, and said to be.
 */
export function readAacrBench(checkout: string, diffs: string, scope: AacrScope): PlacedSuite {
  const read = (name: string): readonly PullRequest[] =>
    (JSON.parse(readFileSync(join(checkout, "dataset", name), "utf8")) as readonly PullRequest[]).map((one) => ({
      ...one,
      comments: one.comments.filter(({ category }) => scope === "everything" || categories[category] !== "maintainability"),
    }));
  const accepted = read("positive_samples.json");
  const rejected = new Map(read("negative_samples.json").map((one) => [one.githubPrUrl, one]));
  const withDiff = accepted.filter((one) => existsSync(join(diffs, diffFile(one))));
  return {
    about: `Recorded, not made here: comments of review tools on ${withDiff.length} of the ${accepted.length} pull requests of AACR-Bench (those whose changes are at hand), accepted or rejected by its experts; ${scope === "everything" ? "all categories" : "faults only: without maintainability and readability"}.`,
    changes: withDiff.map((one) => {
      const candidates: Record<string, PlacedCandidate[]> = {};
      const add = ({ comments }: Pick<PullRequest, "comments">, isAccepted: boolean): void => {
        for (const [index, comment] of comments.entries()) {
          if (!comment.is_ai_comment) continue;
          const { path, side, from_line, to_line, note, category, source_model } = comment;
          candidates[source_model] ??= [];
          candidates[source_model].push({
            path,
            side: side === "left" ? "old" : "new",
            line: from_line ?? to_line,
            endLine: to_line,
            text: note,
            category: categories[category] ?? "correctness",
            states: isAccepted ? index : -1,
          });
        }
      };
      add(one, true);
      add(rejected.get(one.githubPrUrl) ?? { comments: [] }, false);
      return {
        id: one.githubPrUrl,
        diff: readFileSync(join(diffs, diffFile(one)), "utf8"),
        expected: one.comments.length,
        candidates,
      };
    }),
  };
}

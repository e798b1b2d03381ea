import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CandidateSuite } from "./candidates.ts";

/** What one tool said about one change, as withmartian/code-review-benchmark (MIT) publishes its judge's view of it. */
interface Evaluation {
  readonly true_positives: readonly { readonly golden_comment: string; readonly matched_candidate: string }[];
  readonly false_positives: readonly { readonly candidate: string }[];
  readonly false_negatives: readonly { readonly golden_comment: string }[];
}

/** The folder of the judge whose view is taken. */
const judge = "openai_gpt-5.2";

/** What tools have said about pull requests, without lines, and which of it states an expected finding. `checkout`: the benchmark as it is published. */
export function readMartian(checkout: string): CandidateSuite {
  const path = join(checkout, "offline", "results", judge, "evaluations.json");
  const changes = Object.entries(JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, Readonly<Record<string, Evaluation>>>>);
  return {
    about: `Recorded, not made here: findings of review tools on ${changes.length} public pull requests of withmartian/code-review-benchmark, and its own judgement (${judge}) of which expected finding each states.`,
    changes: changes.map(([change, tools]) => {
      const evaluations = Object.entries(tools);
      const golden = [
        ...new Set(
          evaluations.flatMap(([, one]) => [...one.true_positives, ...one.false_negatives].map(({ golden_comment }) => golden_comment)),
        ),
      ];
      const candidates = evaluations.map(([tool, { true_positives, false_positives }]) => [
        tool,
        [
          ...true_positives.map(({ golden_comment, matched_candidate }) => [matched_candidate, golden.indexOf(golden_comment)] as const),
          ...false_positives.map(({ candidate }) => [candidate, -1] as const),
        ],
      ]);
      return { change, golden, candidates: Object.fromEntries(candidates) as CandidateSuite["changes"][number]["candidates"] };
    }),
  };
}

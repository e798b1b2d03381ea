import { formatTable } from "kit/cli";
import type { Repository } from "#git";
import { printableLine } from "#review";
import { surveyChange } from "./change/survey.ts";
import type { Surroundings } from "./context.ts";
import { type RepositoryChange, resolveChange } from "./what-to-review.ts";

/** What of a change would be reviewed, and what left out and why. */
export async function previewOf(repository: Repository, what: RepositoryChange, { stopped }: Surroundings): Promise<string> {
  const { source, comparison, rulesFrom } = await resolveChange(repository, what, stopped);
  const { files, editedRules } = await surveyChange(repository, comparison, rulesFrom, stopped);
  const rows = files.map(({ record, leftOut }) => {
    const { added = 0, removed = 0 } = record.lines ?? {};
    const fate =
      leftOut === undefined ? "reviewed" : `left out: ${leftOut.reason}${leftOut.detail === undefined ? "" : ` (${leftOut.detail})`}`;
    return [printableLine(record.path), `+${added}`, `-${removed}`, fate];
  });
  const table = formatTable(
    [{ title: "File" }, { title: "Added", align: "right" }, { title: "Removed", align: "right" }, { title: "" }],
    rows,
  );
  const note = editedRules.length === 0 ? "" : `${editedRules.join(", ")} is edited here; what was there before holds for this change\n`;
  return rows.length === 0 ? `${source.label}: no changes\n` : `${source.label}\n${table}${note}`;
}

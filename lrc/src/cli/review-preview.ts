import { formatTable } from "kit/cli";
import type { Repository } from "#git";
import { printableLine, type ReviewSource } from "#review";
import { readChange } from "./change/read-change.ts";
import { type Survey, surveyChange } from "./change/survey.ts";
import type { Surroundings } from "./context.ts";
import { modelsIfAny } from "./models/models-if-any.ts";
import { commonState } from "./open-repository.ts";
import { type ModelsWanted, messageOf, type RepositoryChange, refuseProblem, resolveChange } from "./what-to-review.ts";

/** What of a change would be reviewed, and what left out and why. */
export async function previewOf(
  repository: Repository,
  what: RepositoryChange,
  surroundings: Surroundings,
  wanted?: ModelsWanted,
): Promise<string> {
  const { stopped } = surroundings;
  const { source, comparison, rulesFrom } = await resolveChange(repository, what, stopped);
  const survey = await surveyChange(repository, comparison, rulesFrom, stopped);
  const { files, editedRules, unlisted } = survey;
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
  const more = unlisted === 0 ? "" : `${unlisted} more files are left out: the change as a whole is too large\n`;
  if (rows.length === 0) return `${source.label}: no changes\n`;
  return `${source.label}\n${table}${more}${note}${await toModels(repository, what, { source, survey }, surroundings, wanted)}`;
}

async function toModels(
  repository: Repository,
  what: RepositoryChange,
  { source, survey }: { readonly source: ReviewSource; readonly survey: Survey },
  surroundings: Surroundings,
  wanted: ModelsWanted | undefined,
): Promise<string> {
  const { stopped } = surroundings;
  if (wanted === undefined) return "";
  const intent = what.kind === "commit" ? await messageOf(repository, what.revision, stopped) : "";
  const state = commonState(repository, surroundings);
  const request = { repository, state, wish: survey.cascade.model, rulesFrom: survey.rulesFrom, intent, ...wanted };
  const models = await modelsIfAny(request, surroundings);
  if (models === undefined) return "No model is asked: nothing leaves this machine.\n";
  refuseProblem(models.problem);
  const [{ previewModels }, input] = await Promise.all([import("./models/index.ts"), readChange(repository, source, survey, stopped)]);
  return await previewModels(models, input);
}

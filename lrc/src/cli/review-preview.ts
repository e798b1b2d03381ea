import { formatTable } from "kit/cli";
import type { Repository } from "#git";
import { jsonText } from "#report";
import { type LeftOut, printableLine, type ReviewInput, type ReviewSource } from "#review";
import { readChange } from "./change/read-change.ts";
import { type Survey, surveyChange } from "./change/survey.ts";
import type { Surroundings } from "./context.ts";
import type { ModelsPreview } from "./models/index.ts";
import { modelsIfAny } from "./models/models-if-any.ts";
import { commonState } from "./open-repository.ts";
import { type ModelsWanted, messageOf, type RepositoryChange, refuseProblem, resolveChange } from "./what-to-review.ts";

/** What a review would look at. */
export interface ReviewPreview {
  readonly source: ReviewSource;
  readonly files: readonly PreviewedFile[];
  readonly notices: readonly string[];
  /** Undefined where no model is set up, or none is to be asked. */
  readonly models: ModelsPreview | undefined;
}

interface PreviewedFile {
  readonly path: string;
  readonly addedLines: number;
  readonly removedLines: number;
  /** Why it is not reviewed; undefined when it is. */
  readonly leftOut: LeftOut | undefined;
}

export const previewFormats = ["pretty", "json"] as const;

/** Looks at a change as a review would, up to where reviewers are asked. */
export async function previewReview(
  repository: Repository,
  what: RepositoryChange,
  surroundings: Surroundings,
  wanted?: ModelsWanted,
): Promise<ReviewPreview> {
  const { stopped } = surroundings;
  const { source, comparison, rulesFrom } = await resolveChange(repository, what, stopped);
  const survey = await surveyChange(repository, comparison, rulesFrom, stopped);
  const input = await readChange(repository, source, survey, stopped);
  const files = [
    ...input.files.map(({ diff: { path, addedCount, removedCount } }) => ({
      path,
      addedLines: addedCount,
      removedLines: removedCount,
      leftOut: undefined,
    })),
    ...input.skipped.map(({ path, addedLines, removedLines, reason, detail }) => ({
      path,
      addedLines,
      removedLines,
      leftOut: { reason, detail },
    })),
  ];
  const asksModels = wanted !== undefined && files.length > 0;
  const models = asksModels ? await toModels(repository, what, { survey, input }, surroundings, wanted) : undefined;
  return { source, files, notices: input.notices ?? [], models };
}

async function toModels(
  repository: Repository,
  what: RepositoryChange,
  { survey, input }: { readonly survey: Survey; readonly input: ReviewInput },
  surroundings: Surroundings,
  wanted: ModelsWanted,
): Promise<ModelsPreview | undefined> {
  const intent = what.kind === "commit" ? await messageOf(repository, what.revision, surroundings.stopped) : "";
  const state = commonState(repository, surroundings);
  const request = { repository, state, wish: survey.cascade.model, rulesFrom: survey.rulesFrom, intent, ...wanted };
  const opened = await modelsIfAny(request, surroundings);
  if (opened === undefined) return undefined;
  refuseProblem(opened.problem);
  const { previewModels } = await import("./models/index.ts");
  return await previewModels(opened, input);
}

/** A preview as it is printed. */
export async function previewText(preview: ReviewPreview, format: (typeof previewFormats)[number]): Promise<string> {
  if (format === "json") return `${jsonText({ version: 1, ...preview }, 2)}\n`;
  const { source, files, notices, models } = preview;
  const label = printableLine(source.label);
  if (files.length === 0) return `${label}: no changes\n`;
  const table = formatTable(
    [{ title: "File" }, { title: "Added", align: "right" }, { title: "Removed", align: "right" }, { title: "" }],
    files.map(({ path, addedLines, removedLines, leftOut }) => [
      printableLine(path),
      `+${addedLines}`,
      `-${removedLines}`,
      fateOf(leftOut),
    ]),
  );
  const notes = notices.map((notice) => `${printableLine(notice)}\n`).join("");
  return `${label}\n${table}${notes}${await modelsText(models)}`;
}

function fateOf(leftOut: LeftOut | undefined): string {
  if (leftOut === undefined) return "reviewed";
  const { reason, detail } = leftOut;
  return `left out: ${reason}${detail === undefined ? "" : ` (${printableLine(detail)})`}`;
}

async function modelsText(models: ModelsPreview | undefined): Promise<string> {
  if (models === undefined) return "No model is asked: nothing leaves this machine.\n";
  const { modelsPreviewText } = await import("./models/index.ts");
  return modelsPreviewText(models);
}

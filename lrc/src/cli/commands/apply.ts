import { buildCommand } from "@stricli/core";
import { formatTable, UsageError, UserError } from "kit/cli";
import { GitError, type Repository } from "#git";
import { printable, printableLine } from "#review";
import { type Applied, applyPatch } from "../apply-patch.ts";
import type { LrcContext } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { type KeptPatch, readPatches } from "../models/patches.ts";
import { commonState, openRepository } from "../open-repository.ts";

export const applyCommand = buildCommand<{ readonly show: boolean }, [string?], LrcContext>({
  docs: {
    brief: "Stage what a finding suggests",
    fullDescription: [
      "Applies the suggestion of a finding to what is staged, and to the file in the working tree where that is the same there.",
      "ID is the finding's fingerprint, or its beginning. Without one the suggestions that can be applied are listed.",
    ].join("\n"),
  },
  parameters: {
    flags: { show: { kind: "boolean", default: false, withNegated: false, brief: "Print the patch instead of applying it" } },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "ID", optional: true, brief: "Which finding" }] },
  },
  async func({ show }, id) {
    const repository = await openRepository(this);
    const patches = readPatches(commonState(repository, this));
    if (id === undefined) {
      this.stdout.write(listOf(patches));
      return;
    }
    const chosen = chosenFrom(patches, id);
    if (show) {
      this.stdout.write(printable(chosen.patch));
      return;
    }
    const { inWorktree, isRepeated } = await applyTo(repository, chosen.patch);
    const note = inWorktree ? "" : "; the file in the working tree differs there and was left alone";
    this.stdout.write(
      `${isRepeated === true ? "staged already" : "staged"}: ${printableLine(chosen.path)}: ${printable(chosen.title)}${note}\n`,
    );
  },
});

function listOf(patches: readonly KeptPatch[]): string {
  if (patches.length === 0) return "No finding has a suggestion that can be applied.\n";
  const rows = patches.map(({ fingerprint, path, title }) => [fingerprint.slice(0, 12), printableLine(path), printable(title)]);
  return formatTable([{ title: "ID" }, { title: "File" }, { title: "Finding" }], rows);
}

function chosenFrom(patches: readonly KeptPatch[], id: string): KeptPatch {
  if (!/^[0-9a-f]{4,32}$/.test(id)) throw new UsageError(`"${id}" is no fingerprint`, { nextStep: "lrc apply lists them" });
  const found = patches.filter(({ fingerprint }) => fingerprint.startsWith(id));
  const [first] = found;
  if (first === undefined) {
    throw new UserError(`no finding ${id} has a suggestion that can be applied`, {
      exitCode: exitCodes.usage,
      nextStep: "lrc apply lists those that have",
    });
  }
  if (found.length > 1) throw new UsageError(`${found.length} findings begin with ${id}`, { nextStep: "give more of the fingerprint" });
  return first;
}

/** Stages a patch, and says in the user's words when it does not fit. */
async function applyTo(repository: Repository, patch: string): Promise<Applied> {
  try {
    return await applyPatch(repository, patch);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UserError("it does not apply: what is staged has changed since that review", {
      exitCode: exitCodes.couldNotReview,
      nextStep: "lrc review",
    });
  }
}

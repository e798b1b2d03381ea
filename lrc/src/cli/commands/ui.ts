import { buildCommand } from "@stricli/core";
import { UserError } from "kit/cli";
import type { LrcContext } from "../context.ts";
import { knownRepositories } from "../known-repositories.ts";
import { openRepository } from "../open-repository.ts";

export const uiCommand = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Show reviews, models, cost and hooks in the browser",
    fullDescription: [
      "Serves a page to the browser of this machine only, prints its address, and ends when the page is closed. It shows this repository, and every other",
      "one of yours in which commits are reviewed.",
    ].join("\n"),
  },
  parameters: {},
  async func() {
    // Elsewhere it shows the repositories that are known.
    const isAnyKnown = knownRepositories(this).length > 0;
    const here = await openRepository(this).catch((error: unknown) => {
      if (isAnyKnown && error instanceof UserError) return undefined;
      throw error;
    });
    const { serveDashboard } = await import("../page/index.ts");
    await serveDashboard(here, this);
  },
});

import { buildCommand } from "@stricli/core";
import type { LrcContext } from "../context.ts";
import { openRepository } from "../open-repository.ts";

export const uiCommand = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Show reviews, models, cost and hooks of this repository in the browser",
    fullDescription: "Serves a page to the browser of this machine only, prints its address, and ends when the page is closed.",
  },
  parameters: {},
  async func() {
    const { serveDashboard } = await import("../page/index.ts");
    await serveDashboard(await openRepository(this), this);
  },
});

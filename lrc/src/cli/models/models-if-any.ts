import type { Surroundings } from "../context.ts";
import type { ModelRequest, OpenedModels } from "./open-models.ts";
import { hasConnectors } from "./places.ts";

/**
 * The models of whoever has any. All that has to do with models is loaded here, and only then: a commit without them is as fast as before there were any.
 * What is wrong with their settings is a notice, and `problem` for who wants to make more of it.
 */
export async function modelsIfAny(
  request: ModelRequest,
  surroundings: Surroundings,
): Promise<(OpenedModels & { readonly problem?: string }) | undefined> {
  if (request.named === undefined && !hasConnectors(surroundings)) return undefined;
  try {
    const { openModels } = await import("./index.ts");
    return await openModels(request, surroundings);
  } catch (error) {
    surroundings.stopped.throwIfAborted();
    const problem = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    return { reviewers: [], model: undefined, notices: [`no model is asked: ${problem}`], finish: () => undefined, problem };
  }
}

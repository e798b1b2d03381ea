import { UserError } from "kit/cli";
import type { Repository } from "#git";
import { History, HistoryError } from "#history";
import type { Surroundings } from "./context.ts";
import { commonState } from "./open-repository.ts";

/** The history of a repository, for as long as a command needs it. */
export async function openHistory(repository: Repository, surroundings: Pick<Surroundings, "random">): Promise<History> {
  const state = commonState(repository, surroundings);
  try {
    return await History.open(state, Buffer.from(surroundings.random.bytes(6)).toString("hex"));
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    throw new UserError(error.message, {
      nextStep: "commits are not affected; if the file is damaged, move it away and a new one is begun",
    });
  }
}

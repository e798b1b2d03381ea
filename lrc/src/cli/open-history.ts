import { UserError } from "kit/cli";
import type { Repository } from "#git";
import { History, HistoryError } from "#history";
import type { Surroundings } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { commonState } from "./open-repository.ts";

/** The history of a repository, for as long as a command needs it. */
export async function openHistory(repository: Repository, surroundings: Pick<Surroundings, "random">): Promise<History> {
  const state = commonState(repository, surroundings);
  return await opened(() => History.open(state, Buffer.from(surroundings.random.bytes(6)).toString("hex")));
}

/** Without anything that was noted: what there is to ask is asked of the commits alone. */
export async function openEmptyHistory(): Promise<History> {
  return await opened(() => History.openEmpty());
}

async function opened(open: () => Promise<History>): Promise<History> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    throw new UserError(error.message, {
      exitCode: exitCodes.couldNotReview,
      nextStep: /\b(locked|busy)\b/.test(error.message)
        ? "another program works with it: try again; commits are not affected"
        : "commits are not affected; if the file is damaged, move it away and a new one is begun",
    });
  }
}

/** The same for who can do without it: what cannot be read is said. */
export async function historyIfReadable(
  repository: Repository,
  surroundings: Pick<Surroundings, "random" | "stderr">,
): Promise<History | undefined> {
  try {
    return await openHistory(repository, surroundings);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    surroundings.stderr.write(`lrc: what was noted on this machine cannot be read: ${error.message}\n`);
    return undefined;
  }
}

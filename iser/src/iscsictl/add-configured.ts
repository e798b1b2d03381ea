import { formatError, UserError, type World } from "kit/cli";
import type { ConfiguredSession } from "#config";
import { type ControlClientConnection, ControlError } from "#control";
import { waitFailure } from "./waiting.ts";

/** Adds the sessions of a file. One that is refused keeps none of the others from being added. Resolves to whether all were added, and connected if that was waited for. */
export async function addConfigured(
  daemon: ControlClientConnection,
  sessions: readonly ConfiguredSession[],
  waitSeconds: number | undefined,
  world: World,
): Promise<boolean> {
  const added: number[] = [];
  let refused = 0;
  for (const { nickname, session } of sessions) {
    try {
      added.push((await daemon.call("add", { session })).sessionId);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      refused++;
      complain(new UserError(`${nickname}: ${error.message}`), world);
    }
  }
  const failure = waitSeconds === undefined || added.length === 0 ? undefined : await waitFailure(daemon, added, waitSeconds);
  if (failure !== undefined) complain(failure, world);
  return refused === 0 && failure === undefined;
}

function complain(error: UserError, world: World): void {
  world.stderr.write(formatError("iscsictl", error).text);
}

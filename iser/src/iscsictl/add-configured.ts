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
  // All are asked for at once: the daemon takes them in this order, and keeps them together.
  const answers = await Promise.allSettled(sessions.map(({ session }) => daemon.call("add", { session })));
  const added: number[] = [];
  for (const [index, answer] of answers.entries()) {
    if (answer.status === "fulfilled") added.push(answer.value.sessionId);
    else if (answer.reason instanceof ControlError)
      complain(new UserError(`${sessions[index]?.nickname}: ${answer.reason.message}`), world);
    else throw answer.reason;
  }
  const failure = waitSeconds === undefined || added.length === 0 ? undefined : await waitFailure(daemon, added, waitSeconds);
  if (failure !== undefined) complain(failure, world);
  return added.length === sessions.length && failure === undefined;
}

function complain(error: UserError, world: World): void {
  world.stderr.write(formatError("iscsictl", error).text);
}

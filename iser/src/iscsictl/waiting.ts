import { UserError } from "kit/cli";
import type { ControlClientConnection, PendingSession } from "#control";

/** Waits for sessions (all, when undefined). Returns what to tell the user when time ran out first. */
export async function waitFailure(
  daemon: ControlClientConnection,
  sessionIds: readonly number[] | undefined,
  seconds: number,
): Promise<UserError | undefined> {
  const { pending } = await daemon.call("wait", { sessionIds, timeoutMs: seconds * 1000 });
  const first = pending[0];
  if (first === undefined) return undefined;
  const more = pending.length > 1 ? ` (and ${pending.length - 1} more)` : "";
  return new UserError(`${describe(first)} is not connected after ${seconds} s: ${first.reason}${more}`, {
    nextStep: "iscsid goes on trying; watch it with iscsictl -L",
  });
}

function describe({ targetName, targetAddress }: PendingSession): string {
  return targetName === undefined ? `discovery at ${targetAddress}` : `${targetName} at ${targetAddress}`;
}

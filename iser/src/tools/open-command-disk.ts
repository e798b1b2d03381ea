import type { Duration } from "kit/clock";
import { type Disk, type IscsiUrl, type OpenOptions, openDisk } from "#initiator";
import { openWithChapVariables } from "./chap-variables.ts";
import type { ToolContext } from "./context.ts";
import { openOptionsFor } from "./trace/traced.ts";

/** How long what is under way has to come to its end when the command is stopped. */
const graceMs: Duration = 2_000;

/**
 * Opens the disk at `url` for a command that ends what it began when it is stopped. A target that is away is waited for by minutes, which is not what somebody wants who stops a command: after
 * a moment the session is closed, and what waits for it fails.
 */
export async function openCommandDisk(
  url: IscsiUrl,
  context: Pick<ToolContext, "clock" | "env" | "random" | "stopped" | "trace">,
  options: Pick<OpenOptions, "session"> = {},
): Promise<Disk> {
  const { clock, env, stopped } = context;
  const disk = await openWithChapVariables(url, env, (place) => openDisk(place, { ...openOptionsFor(place, context), ...options }));
  const closeSession = (): void => disk.session.close(() => undefined);
  stopped.addEventListener("abort", () => clock.after(graceMs, closeSession, { background: true }), { once: true });
  return disk;
}

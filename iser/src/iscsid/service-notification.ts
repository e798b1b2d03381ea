import { spawn } from "node:child_process";
import type { World } from "kit/cli";

/**
 * Tells systemd how its service is doing (sd_notify(3)). The socket it listens on takes datagrams, which Node does not send, so systemd-notify(1) does; for that
 * the unit has NotifyAccess=all. Without NOTIFY_SOCKET in the environment nobody is told anything.
 *
 * @param onFailure hears why systemd could not be told
 */
export function notifyServiceManager(state: readonly string[], env: World["env"], onFailure: (reason: string) => void): Promise<void> {
  if (env.NOTIFY_SOCKET === undefined || env.NOTIFY_SOCKET === "") return Promise.resolve();
  return new Promise((resolve) => {
    const child = spawn("systemd-notify", [...state], { stdio: "ignore", env: { ...env } });
    child.once("error", (error) => {
      onFailure(error.message);
      resolve();
    });
    child.once("exit", (code) => {
      if (code !== 0) onFailure(`systemd-notify ended with ${code}`);
      resolve();
    });
  });
}

import { UserError } from "kit/cli";
import type { Clock } from "kit/clock";
import { ControlClientConnection, type DeviceStatus, type SessionStatus } from "#control";
import { connectSocket, SocketError } from "#socket";

/** A device of the daemon, and the target it is from. */
export interface DaemonDevice extends DeviceStatus {
  readonly target: string;
}

/** The device of this name. Throws a UserError that says what there is when there is none, or no daemon. */
export async function findDaemonDevice(name: string, controlSocket: string, clock: Clock): Promise<DaemonDevice> {
  const devices = (await askForSessions(controlSocket, clock)).flatMap(({ devices, targetName = "" }) =>
    devices.map((device) => ({ ...device, target: targetName })),
  );
  const found = devices.find(({ device }) => device === name);
  if (found !== undefined) return found;
  const names = devices.map(({ device }) => device).join(" ");
  throw new UserError(`iscsid has no device ${name}`, {
    nextStep: names === "" ? "it has none at all; iscsictl -A adds a session, iscsictl -L says what is in its way" : `it has ${names}`,
  });
}

async function askForSessions(path: string, clock: Clock): Promise<readonly SessionStatus[]> {
  const daemon = new ControlClientConnection();
  connectSocket(daemon, { path }, clock);
  try {
    return (await daemon.call("list", { showSecrets: false })).sessions;
  } catch (error) {
    if (!(error instanceof SocketError)) throw error;
    throw new UserError(`iscsid is not there: nothing answers at ${path}`, {
      nextStep:
        "start iscsid, or name the socket (--socket) or the run directory (--run-dir) of a running one; a URL (iscsi://…) can be attached without it",
      cause: error,
    });
  } finally {
    daemon.close();
  }
}

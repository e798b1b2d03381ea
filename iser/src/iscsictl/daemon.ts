import { UserError } from "kit/cli";
import type { Clock } from "kit/clock";
import { ControlClientConnection } from "#control";
import { connectSocket, SocketError } from "#socket";

/** Connects to the daemon behind `socket`, lets `use` ask it things, and disconnects. `startCommand` is what would have started that daemon. */
export async function withDaemon<T>(
  { socket, startCommand }: { readonly socket: string; readonly startCommand: string },
  clock: Clock,
  use: (daemon: ControlClientConnection) => Promise<T>,
): Promise<T> {
  const daemon = new ControlClientConnection();
  connectSocket(daemon, { path: socket }, clock);
  try {
    return await use(daemon);
  } catch (error) {
    throw error instanceof SocketError ? unreachable(socket, startCommand, error) : error;
  } finally {
    daemon.close();
  }
}

function unreachable(socket: string, startCommand: string, error: SocketError): UserError {
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") {
    return new UserError(`iscsid is not running: nothing answers at ${socket}`, {
      nextStep: `start it with "${startCommand}", or name the socket of a running one with --socket`,
      cause: error,
    });
  }
  if (error.code === "EACCES" || error.code === "EPERM") {
    return new UserError(`the control socket ${socket} belongs to another user`, {
      nextStep: "run iscsictl as the user who runs iscsid",
      cause: error,
    });
  }
  return new UserError(error.message, { cause: error });
}

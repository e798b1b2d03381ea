import { ExitCode, type World, xdgDirectories } from "kit/cli";
import type { Clock } from "kit/clock";
import { type ControlClientConnection, controlLocations } from "#control";
import { completionFor, usageText, version } from "#manual";
import type { Action, DaemonAction, ListAction } from "./action.ts";
import { addConfigured } from "./add-configured.ts";
import { checkFile, formatFile } from "./check-and-format.ts";
import { configuredSessions } from "./configuration-file.ts";
import { withDaemon } from "./daemon.ts";
import { formatListing } from "./listing/index.ts";
import { iscsictlManual } from "./manual.ts";
import { parseOptions } from "./options.ts";
import { waitFailure } from "./waiting.ts";

/** The body of iscsictl(8): options, one conversation with the daemon, output. Resolves to the exit code. */
export async function iscsictl(world: World, clock: Clock): Promise<number> {
  const { action, socket } = parseOptions(world.argv);
  switch (action.verb) {
    case "help":
      world.stdout.write(usageText(iscsictlManual));
      return ExitCode.ok;
    case "version":
      world.stdout.write(`${version}\n`);
      return ExitCode.ok;
    case "completion":
      world.stdout.write(completionFor(action.shell, iscsictlManual));
      return ExitCode.ok;
    case "check":
      return checkFile(action.file, world);
    case "format":
      return formatFile(action.file, action.inPlace, world);
    default:
      return askDaemon(action, socket, clock, world);
  }
}

/** What a file says is read before the daemon is asked for: a wrong file is wrong without it too. */
function askDaemon(action: DaemonAction, socket: string | undefined, clock: Clock, world: World): Promise<number> {
  const perform = performer(action, world);
  const place =
    socket === undefined
      ? { socket: defaultSocket(world), startCommand: "iscsid -d" }
      : { socket, startCommand: `iscsid -d --socket ${socket}` };
  return withDaemon(place, clock, async (daemon) => ((await perform(daemon)) ? ExitCode.ok : ExitCode.failure));
}

function defaultSocket(world: World): string {
  const { runtime, state } = xdgDirectories(world);
  return controlLocations({ uid: world.uid, runtimeDirectory: runtime, stateDirectory: state }).controlSocket;
}

/** Resolves to whether all went well; what did not was said already, unless it is thrown. */
type Performer = (daemon: ControlClientConnection) => Promise<boolean>;

function performer(action: DaemonAction, world: World): Performer {
  if ("warning" in action && action.warning !== undefined) world.stderr.write(`iscsictl: warning: ${action.warning}\n`);
  switch (action.verb) {
    case "add":
      return (daemon) => add(daemon, action);
    case "add-configured": {
      const sessions = configuredSessions(action.which, world);
      return (daemon) => addConfigured(daemon, sessions, action.waitSeconds, world);
    }
    case "modify":
      return (daemon) =>
        done(daemon.call("modify", { sessionId: action.sessionId, changes: action.changes, replacement: undefined, force: action.force }));
    case "modify-configured": {
      const replacement = configuredSessions(action.which, world)[0]?.session;
      return (daemon) => done(daemon.call("modify", { sessionId: action.sessionId, changes: undefined, replacement, force: action.force }));
    }
    case "remove":
      return (daemon) => done(daemon.call("remove", action.filter));
    case "remove-configured": {
      const { targetName, targetAddress } = configuredSessions(action.which, world)[0]?.session ?? {};
      return (daemon) => done(daemon.call("remove", { all: false, targetName, targetAddress, force: action.force }));
    }
    case "sysctl":
      return (daemon) => sysctl(daemon, action, world);
    case "list":
      return (daemon) => list(daemon, action, world);
  }
}

async function done(call: Promise<unknown>): Promise<boolean> {
  await call;
  return true;
}

async function add(daemon: ControlClientConnection, { session, waitSeconds }: Extract<Action, { verb: "add" }>): Promise<boolean> {
  const { sessionId } = await daemon.call("add", { session });
  const failure = waitSeconds === undefined ? undefined : await waitFailure(daemon, [sessionId], waitSeconds);
  if (failure !== undefined) throw failure;
  return true;
}

async function sysctl(
  daemon: ControlClientConnection,
  { name, value }: Extract<Action, { verb: "sysctl" }>,
  world: World,
): Promise<boolean> {
  if (name === undefined || value === undefined) {
    const { variables } = await daemon.call("sysctls", { prefix: name });
    for (const variable of variables) world.stdout.write(`${variable.name}: ${variable.value}\n`);
  } else {
    const { value: before } = await daemon.call("sysctl", { name, value });
    world.stdout.write(`${name}: ${before} -> ${Number(value)}\n`);
  }
  return true;
}

/** A wait that runs out still lists: the listing says what is missing. */
async function list(daemon: ControlClientConnection, action: ListAction, world: World): Promise<boolean> {
  const failure = action.waitSeconds === undefined ? undefined : await waitFailure(daemon, undefined, action.waitSeconds);
  const { sessions } = await daemon.call("list", { showSecrets: action.showSecrets });
  world.stdout.write(formatListing(sessions, action));
  if (failure !== undefined) throw failure;
  return true;
}

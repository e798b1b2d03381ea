import { dirname, join } from "node:path";
import { ExitCode, makeDirectory, sentenceOf, UserError, type World, xdgDirectories } from "kit/cli";
import { type ControlLocations, controlLocations } from "#control";
import { completionFor, usageText, version } from "#manual";
import { startInBackground } from "./background.ts";
import { type DaemonPlaces, startDaemon } from "./daemon.ts";
import type { DaemonParts } from "./daemon-parts.ts";
import { iscsidManual } from "./manual.ts";
import { type Options, parseOptions } from "./options.ts";
import { claimPidFile } from "./pid-file.ts";
import { notifyServiceManager } from "./service-notification.ts";

/** The longest path that a unix socket's address can hold. */
const longestSocketPath = 107;

/** The body of iscsid(8). Resolves to the exit code when a signal has ended it and everything is put away, or when it goes on in the background. */
export async function iscsid(world: World, parts: DaemonParts): Promise<number> {
  const options = parseOptions(world.argv);
  if (options.help) {
    world.stdout.write(usageText(iscsidManual));
    return ExitCode.ok;
  }
  if (options.version) {
    world.stdout.write(`${version}\n`);
    return ExitCode.ok;
  }
  if (options.completion !== undefined) {
    world.stdout.write(completionFor(options.completion, iscsidManual));
    return ExitCode.ok;
  }
  const places = placesFor(options, world);
  if (!options.foreground) {
    const command = [...parts.command, "--foreground", ...world.argv] as const;
    return startInBackground({ command, logFile: places.logFile, readyWord: "iscsid: ready" }, world);
  }
  const { stopped } = world; // from here on a signal is ours to answer
  makePlace("run directory", places.runDirectory, 0o700, "--run-dir");
  makePlace("directory of the pid file", dirname(places.pidFile), 0o755, "-P");
  const releasePidFile = claimPidFile(places.pidFile, parts.processes);
  try {
    const daemon = await startDaemon(options, places, world, parts);
    const untell = parts.onHangup(() => daemon.reload());
    const tell = (...state: string[]): Promise<void> => notifyServiceManager(state, world.env, (reason) => daemon.couldNotNotify(reason));
    world.stdout.write(`iscsid: ready, ${daemon.addresses}\n`);
    await tell("--ready", "--status=ready");
    await aborted(stopped);
    untell();
    void tell("STOPPING=1", "--status=logging out");
    await daemon.stop();
    return ExitCode.ok;
  } finally {
    releasePidFile();
  }
}

function makePlace(what: string, path: string, mode: number, option: string): void {
  try {
    makeDirectory(path, mode);
  } catch (error) {
    throw new UserError(`cannot make the ${what} ${path}: ${sentenceOf(error)}`, {
      nextStep: `choose another one with ${option}`,
      cause: error,
    });
  }
}

function placesFor(options: Options, world: World): DaemonPlaces {
  const { runtime, state, config } = xdgDirectories(world);
  const isRoot = world.uid === 0;
  const defaults: ControlLocations = controlLocations(
    { uid: world.uid, runtimeDirectory: runtime, stateDirectory: state },
    options.runDirectory,
  );
  const places: DaemonPlaces = {
    ...defaults,
    controlSocket: options.socket ?? defaults.controlSocket,
    usualControlSocket: defaults.controlSocket,
    pidFile: options.pidFile ?? defaults.pidFile,
    stateFile: join(defaults.runDirectory, "iscsid.state"),
    logFile: options.logFile ?? join(defaults.runDirectory, "iscsid.log"),
    loaderFile: options.loaderFile ?? (isRoot ? "/etc/iser/loader.conf" : join(config, "iser", "loader.conf")),
    configFile: options.configFile ?? "/etc/iscsi.conf",
  };
  for (const socket of [places.controlSocket, places.nbdSocket]) {
    if (Buffer.byteLength(socket) <= longestSocketPath) continue;
    throw new UserError(`the path ${socket} is too long for a socket`, {
      nextStep: `choose one of at most ${longestSocketPath} bytes with --run-dir and --socket`,
    });
  }
  return places;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

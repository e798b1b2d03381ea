import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { ExitCode, UserError, type World, xdgDirectories } from "kit/cli";
import type { Clock, Duration, Random } from "kit/clock";
import { Logger, ndjsonSink, textSink } from "kit/log";
import type { BlockDevice } from "#block";
import { type ControlLocations, ControlServerConnection, controlLocations } from "#control";
import { NbdServer, nbdUri } from "#nbd";
import { listen } from "#socket";
import { DeviceRegistry } from "./device-registry.ts";
import type { Initiator } from "./initiator.ts";
import { IserDriver } from "./iser-driver.ts";
import { load } from "./load.ts";
import { type Options, parseOptions } from "./options.ts";
import { claimPidFile, type Processes } from "./pid-file.ts";
import { Supervisor } from "./supervisor.ts";
import { usage } from "./usage.ts";
import { Variables } from "./variables.ts";

/** What the daemon is made of besides its surroundings. */
export interface DaemonParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds since 1970, for the log. */
  readonly wallClock: () => number;
  readonly processes: Processes;
  readonly createInitiator: (options: { readonly loginTimeoutMs: Duration; readonly log: Logger; readonly iser: IserDriver }) => Initiator;
}

/** How long NBD clients of a device that goes away may take to end what they have begun. */
const withdrawalGraceMs: Duration = 2000;

/** The longest path that a unix socket's address can hold. */
const longestSocketPath = 107;

/** The body of iscsid(8). Resolves to the exit code when a signal has ended it and everything is put away. */
export async function iscsid(world: World, parts: DaemonParts): Promise<number> {
  const options = parseOptions(world.argv);
  if (options.help) {
    world.stdout.write(usage);
    return ExitCode.ok;
  }
  const { stopped } = world; // from here on a signal is ours to answer
  const locations = locationsFor(options, world);
  mkdirSync(locations.runDirectory, { recursive: true, mode: 0o700 });
  const releasePidFile = claimPidFile(locations.pidFile, parts.processes);
  try {
    const stop = await start(options, locations, world, parts);
    world.stdout.write(`iscsid: ready, control socket ${locations.controlSocket}, nbd socket ${locations.nbdSocket}\n`);
    await aborted(stopped);
    await stop();
    return ExitCode.ok;
  } finally {
    releasePidFile();
  }
}

function locationsFor(options: Options, world: World): ControlLocations {
  const { runtime, state } = xdgDirectories(world);
  const defaults = controlLocations({ uid: world.uid, runtimeDirectory: runtime, stateDirectory: state }, options.runDirectory);
  const locations = {
    ...defaults,
    controlSocket: options.socket ?? defaults.controlSocket,
    pidFile: options.pidFile ?? defaults.pidFile,
  };
  for (const socket of [locations.controlSocket, locations.nbdSocket]) {
    if (Buffer.byteLength(socket) <= longestSocketPath) continue;
    throw new UserError(`the path ${socket} is too long for a socket`, {
      nextStep: `choose one of at most ${longestSocketPath} bytes with --run-dir and --socket`,
    });
  }
  return locations;
}

/** Puts the daemon together and opens its sockets. Resolves to what stops it. */
async function start(options: Options, locations: ControlLocations, world: World, parts: DaemonParts): Promise<() => Promise<void>> {
  const { clock, random } = parts;
  const write = (line: string): void => world.stderr.write(line);
  const sink = world.stderr.isTerminal ? textSink(write) : ndjsonSink(write);
  const { wallClock } = parts;
  const log = new Logger(sink, { level: options.logLevel, wallClock });
  const iser = new IserDriver(new Logger(sink, { level: "debug", wallClock }));
  const variables = new Variables(iser);
  const loaderFile = options.loaderFile ?? defaultLoaderFile(world);
  load({ file: loaderFile, isNamed: options.loaderFile !== undefined, loadIser: options.loadIser }, iser, variables);
  const devices = new DeviceRegistry();
  const nbdServer = new NbdServer({
    exports: devices,
    onFault: (connection, message) => log.warn("NBD client broke the protocol", { device: connection.exported?.name, message }),
  });
  devices.serveBy({ withdraw: (device, done) => withdraw(nbdServer, device, clock, done) });
  const initiator = parts.createInitiator({ loginTimeoutMs: options.loginTimeoutMs, log, iser });
  const deviceUri = (name: string): string => nbdUri({ path: locations.nbdSocket }, name);
  const supervisor = new Supervisor({ iser, variables, loaderFile, initiator, devices, log, deviceUri, clock, random });

  const nbdListener = await listen({ path: locations.nbdSocket }, () => nbdServer.accept(), clock);
  const controlListener = await listenForControl(locations.controlSocket, supervisor, clock).catch(async (error: unknown) => {
    await nbdListener.close();
    throw error;
  });
  log.info("ready", { control: locations.controlSocket, nbd: locations.nbdSocket, initiator: initiator.name });

  return async () => {
    log.info("stopping", { sessions: supervisor.sessions().length });
    await new Promise<void>((resolve) => supervisor.close(resolve));
    await nbdServer.close(clock.now(), withdrawalGraceMs);
    await Promise.all([nbdListener.close(), controlListener.close()]);
    log.info("stopped");
  };
}

function defaultLoaderFile(world: World): string {
  return world.uid === 0 ? "/etc/iser/loader.conf" : join(xdgDirectories(world).config, "iser", "loader.conf");
}

/** Clients get some time to end what they have begun; a device whose target does not answer would take for ever. */
function withdraw(server: NbdServer, device: BlockDevice, clock: Clock, done: () => void): void {
  let told = false;
  const tell = (): void => {
    timer.cancel();
    if (!told) done();
    told = true;
  };
  const timer = clock.after(withdrawalGraceMs, tell);
  void server.withdraw(device, clock.now(), withdrawalGraceMs).then(tell);
}

async function listenForControl(path: string, supervisor: Supervisor, clock: Clock): ReturnType<typeof listen> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return listen({ path }, () => new ControlServerConnection(supervisor), clock);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

import { dirname, resolve } from "node:path";
import { makeDirectory, sentenceOf, UserError, type World } from "kit/cli";
import type { Clock, Duration } from "kit/clock";
import { Logger, type LogLevel, type LogSink, ndjsonSink, textSink } from "kit/log";
import type { BlockDevice } from "#block";
import { type ControlLocations, ControlServerConnection } from "#control";
import { NbdServer, nbdUri } from "#nbd";
import { BusyPoll, defaultStreamTuning, listen } from "#socket";
import { TraceFile } from "#trace";
import { ConfiguredSessions } from "./configured-sessions.ts";
import { linkControlSocket } from "./control-link.ts";
import type { DaemonParts } from "./daemon-parts.ts";
import { DeviceRegistry } from "./device-registry.ts";
import { IserDriver } from "./iser-driver.ts";
import { Loader } from "./load.ts";
import { LoginTurns } from "./logins/login-turns.ts";
import type { MeasuredDaemon, MetricsServer } from "./metrics/index.ts";
import type { MetricsAddress } from "./metrics/metrics-address.ts";
import type { Options } from "./options.ts";
import { reload } from "./reload.ts";
import { RestoredExports } from "./restored-exports.ts";
import { SessionIdentities } from "./session-identities.ts";
import { Settings } from "./settings.ts";
import { StateFile } from "./state/state-file.ts";
import { StateKeeper } from "./state/state-keeper.ts";
import { Supervisor } from "./supervisor.ts";
import { Variables } from "./variables.ts";

/** Where everything is that a daemon reads or leaves. */
export interface DaemonPlaces extends ControlLocations {
  /** Where others look for the control socket who know the run directory alone. */
  readonly usualControlSocket: string;
  readonly stateFile: string;
  readonly logFile: string;
  readonly loaderFile: string;
  readonly configFile: string;
}

/** A daemon that runs. */
interface Daemon {
  /** Where it can be reached, for people. */
  readonly addresses: string;
  /** Reads its files again. */
  reload(): void;
  couldNotNotify(reason: string): void;
  /** Logs out everywhere and puts everything away. */
  stop(): Promise<void>;
}

/** How long NBD clients of a device that goes away may take to end what they have begun. */
const withdrawalGraceMs: Duration = 2000;

/** How long clients wait for the devices of a daemon that died. Those of a target that does not answer must not hold up the others. */
const restorationPatienceMs: Duration = 5000;

/** More logins at a time bring a portal nothing but load, and each of them has a time-out that runs. */
const loginsAtOncePerPortal = 4;

/** Puts the daemon together and opens its sockets. */
export async function startDaemon(options: Options, places: DaemonPlaces, world: World, parts: DaemonParts): Promise<Daemon> {
  const { clock, random, wallClock } = parts;
  const settings = new Settings();
  const sink = sinkOf(options, world);
  const log = new Logger(sink, { level: () => levelOf(settings), wallClock });
  const iser = new IserDriver(new Logger(sink, { level: "debug", wallClock }));
  const variables = new Variables(settings, iser);
  const loader = new Loader(
    { file: places.loaderFile, isNamed: options.loaderFile !== undefined, loadIser: options.loadIser },
    iser,
    variables,
  );
  loader.plan().apply();
  if (options.debug !== undefined) settings.iscsiDebug = 1 + options.debug;
  if (options.loginTimeoutS !== undefined) settings.loginTimeoutS = options.loginTimeoutS;

  const configured = new ConfiguredSessions(places.configFile, options.configFile !== undefined, (reason) =>
    log.warn("the configuration of sessions cannot be used yet", { reason }),
  );

  const devices = new DeviceRegistry();
  const nbdServer = new NbdServer({
    exports: devices,
    onFault: (connection, message) => log.warn("NBD client broke the protocol", { device: connection.exported?.name, message }),
  });
  devices.serveBy({
    withdraw: (device, done) => withdraw(nbdServer, device, clock, done),
    usersOf: (device) => [...nbdServer.connections].filter(({ exported }) => exported?.device === device).length,
  });
  const poll = new BusyPoll(() => settings.busyPollUs / 1000, clock);
  const turns = new LoginTurns({ atOnce: options.loginsAtOnce, atOncePerPortal: loginsAtOncePerPortal });
  const trace = traceOf(options, log, parts);
  const initiator = parts.createInitiator({ log, iser, settings, poll, turns, trace });
  // As it is found from any folder.
  const nbdPath = resolve(places.nbdSocket);
  const deviceUri = (name: string): string => nbdUri({ path: nbdPath }, name);
  const identities = new SessionIdentities(random);
  const supervision = { initiator, identities, devices, log, deviceUri, clock, random };
  const supervisor = new Supervisor({ ...supervision, iser, variables, loaderFile: places.loaderFile });

  // All sockets are ours before the state is read: two daemons that have the same sessions would take them from each other without end.
  const exports = new RestoredExports(clock);
  const opened: { close(): Promise<void> }[] = trace === undefined ? [] : [{ close: () => Promise.resolve(trace.close()) }];
  const open = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const part = await opening;
    opened.push(part);
    return part;
  };
  const closeAll = async (): Promise<void> => void (await Promise.all(opened.map((part) => part.close())));
  let addresses = `control socket ${places.controlSocket}, nbd socket ${places.nbdSocket}`;
  try {
    await open(
      listen({ path: places.nbdSocket }, () => exports.accept(() => nbdServer.accept()), clock, {
        tuning: { ...defaultStreamTuning, poll },
      }),
    );
    await open(listenForControl(places.controlSocket, supervisor, clock));
    opened.push(linkControlSocket(places.usualControlSocket, places.controlSocket));
    if (options.metrics !== undefined) {
      const { url } = await open(measure(options.metrics, { supervisor, devices, turns, clock, residentBytes: parts.residentBytes }));
      addresses += `, metrics ${url}`;
    }
  } catch (error) {
    await closeAll();
    throw error;
  }
  const forget = restore(new StateFile(places.stateFile, world.uid), supervisor, log);
  openExports(exports, devices, clock);
  log.info("ready", { control: places.controlSocket, nbd: places.nbdSocket, initiator: initiator.name });

  return {
    addresses,
    reload: () => reload({ loader, configured, supervisor, log }),
    couldNotNotify: (reason) => log.warn("systemd could not be told", { reason }),
    stop: async () => {
      log.info("stopping", { sessions: supervisor.sessions().length });
      await new Promise<void>((resolve) => supervisor.close(resolve, settings.failOnShutdown !== 0));
      await forget();
      exports.open();
      await nbdServer.close(clock.now(), withdrawalGraceMs);
      await closeAll();
      log.info("stopped");
    },
  };
}

function sinkOf({ logFormat }: Options, { stderr }: World): LogSink {
  const write = (line: string): void => stderr.write(line);
  return (logFormat ?? (stderr.isTerminal ? "text" : "json")) === "text" ? textSink(write) : ndjsonSink(write);
}

/** What the user asked to see of the wire. That it cannot go on is no reason for sessions not to. */
function traceOf({ traceFile, traceFileBytes }: Options, log: Logger, { clock, wallClock }: DaemonParts): TraceFile | undefined {
  if (traceFile === undefined) return undefined;
  const onFault = (reason: string): void => log.error("the trace ends here, and sessions go on without", { file: traceFile, reason });
  return new TraceFile(traceFile, { clock, wallClock, limitBytes: traceFileBytes, onFault });
}

function levelOf({ iscsiDebug }: Settings): LogLevel {
  if (iscsiDebug === 0) return "error";
  return iscsiDebug === 1 ? "info" : "debug";
}

/**
 * Goes on where a daemon that died has stopped, and has the state kept from now on. Returns what ends that and leaves no state behind: a daemon that was told to stop
 * has nothing to go on with.
 */
function restore(file: StateFile, supervisor: Supervisor, log: Logger): () => Promise<void> {
  const found = file.read();
  if (found.kind === "unusable") {
    const { reason, setAside } = found;
    log.warn("the state that an iscsid before left cannot be used; its sessions have to be added again", {
      file: file.path,
      reason,
      setAside,
    });
    if (setAside === undefined) {
      log.warn("the state will not be kept, because that file is in the way", { file: file.path });
      return () => Promise.resolve();
    }
  }
  if (found.kind === "state") {
    log.info("taking up the sessions of an iscsid that ended without a logout", { sessions: found.state.sessions.length });
    supervisor.restore(found.state);
  }
  const keeper = new StateKeeper(
    file,
    () => supervisor.state,
    ({ message }) => log.error("the state cannot be kept; what changes now is lost if iscsid dies", { file: file.path, reason: message }),
  );
  supervisor.keepIn(keeper);
  return async () => {
    await keeper.close();
    try {
      file.remove();
    } catch (error) {
      log.error("the state cannot be removed; the next iscsid takes up its sessions", { file: file.path, reason: sentenceOf(error) });
    }
  };
}

/** Lets clients in when the devices that there were are back, or have been waited for long enough. */
function openExports(exports: RestoredExports, devices: DeviceRegistry, clock: Clock): void {
  const patience = clock.after(restorationPatienceMs, () => exports.open(), { background: true });
  const look = (): void => {
    if (devices.awaited > 0) return;
    patience.cancel();
    exports.open();
  };
  devices.onChange(look);
  look();
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

/** What is measured, and where its parts are. */
interface Measured extends Pick<DaemonParts, "clock" | "residentBytes"> {
  readonly supervisor: Supervisor;
  readonly devices: DeviceRegistry;
  readonly turns: LoginTurns;
}

/** Counts from now on, and tells whoever asks at `address`. What that takes is loaded only when it is wanted. */
async function measure(address: MetricsAddress, { supervisor, devices, turns, clock, residentBytes }: Measured): Promise<MetricsServer> {
  const { MeasuredDevice, serveMetrics } = await import("./metrics/index.ts");
  devices.wrapBy((device) => new MeasuredDevice(device, clock));
  const look = (): MeasuredDaemon => ({
    sessions: supervisor.counters,
    devices: devices.list().flatMap(({ name, device, places }) => (device instanceof MeasuredDevice ? { name, device, places } : [])),
    turns,
    residentBytes: residentBytes(),
  });
  try {
    return await serveMetrics(address, look);
  } catch (error) {
    const nextStep = "choose another address with --metrics host:port";
    throw new UserError(`cannot serve metrics at ${address.host}:${address.port}: ${sentenceOf(error)}`, { nextStep, cause: error });
  }
}

async function listenForControl(path: string, supervisor: Supervisor, clock: Clock): ReturnType<typeof listen> {
  makeDirectory(dirname(path), 0o700);
  return listen({ path }, () => new ControlServerConnection(supervisor), clock);
}

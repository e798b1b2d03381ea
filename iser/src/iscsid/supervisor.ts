import type { Duration, Timer } from "kit/clock";
import {
  type Answer,
  ControlError,
  type ControlService,
  type PendingSession,
  type RequestOf,
  type SessionChanges,
  type SessionConfig,
  type SessionStatus,
} from "#control";
import { PortalSyntaxError, parsePortal } from "#iscsi";
import { allDone } from "./all-done.ts";
import type { FoundTarget } from "./initiator.ts";
import type { LinkCounters } from "./link-meter.ts";
import { NamingOrder } from "./naming-order.ts";
import type { DaemonState } from "./state/daemon-state.ts";
import type { StateKeeper } from "./state/state-keeper.ts";
import { SupervisedDiscovery } from "./supervised-discovery.ts";
import { type Supervised, SupervisedSession, type SupervisionParts } from "./supervised-session.ts";
import type { Variables } from "./variables.ts";

/** A client that waits for sessions to be connected. */
interface Waiter {
  /** undefined: for all there are. */
  readonly ids: Set<number> | undefined;
  readonly answer: Answer<"wait">;
  timer: Timer | undefined;
}

/** What the supervisor is made from, besides what its entries are. */
export interface SupervisorParts extends Omit<SupervisionParts, "naming"> {
  readonly iser: { readonly isLoaded: boolean };
  readonly variables: Variables;
  /** Where the user can have transports loaded. */
  readonly loaderFile: string;
}

type StateKeeping = Pick<StateKeeper, "changed" | "settled">;

/** Node's timers count no further. */
const longestWaitMs: Duration = 2 ** 31 - 1;

/** A portal may say that it has any number of targets. Each that is taken up is a session, with a connection and timers of its own. */
const mostFound = 1024;

/** The daemon's list of sessions, and what clients may do with it. */
export class Supervisor implements ControlService {
  readonly #parts: SupervisorParts & SupervisionParts;
  readonly #entries = new Map<number, Supervised>();
  readonly #waiters = new Set<Waiter>();
  /** What became of discoveries: a client may learn the id of one that is over already. */
  readonly #found = new Map<number, readonly number[]>();
  /** Names of the variables that were set at run time. */
  readonly #setVariables = new Set<string>();
  #nextId = 1;
  #closing = false;
  #keeper: StateKeeping | undefined = undefined;

  constructor(parts: SupervisorParts) {
    this.#parts = { ...parts, naming: new NamingOrder(parts.clock) };
  }

  add({ session }: RequestOf<"add">, answer: Answer<"add">): void {
    const refusal = this.#refusalOf(session);
    if (refusal !== undefined) answer(refusal);
    else this.#answerKept({ sessionId: this.#start(session) }, answer);
  }

  remove(filter: RequestOf<"remove">, answer: Answer<"remove">): void {
    const matching = [...this.#entries.values()].filter((entry) => matches(filter, entry));
    if (matching.length === 0) {
      answer(
        new ControlError("ESRCH", filter.all ? "there is no session to remove" : "no session matches; iscsictl -L lists what there is"),
      );
      return;
    }
    const busy = filter.force === true ? [] : this.#parts.devices.inUse(new Set(matching.map(({ id }) => id)));
    if (busy.length > 0) {
      answer(new ControlError("EBUSY", inUse(busy)));
      return;
    }
    for (const { id } of matching) this.#entries.delete(id);
    this.#settleWaiters();
    allDone(
      matching.map((entry) => (done) => entry.close(() => this.#forget(entry.id, done))),
      () => this.#answerKept({ removed: matching.length }, answer),
    );
  }

  modify({ sessionId, changes, replacement, force }: RequestOf<"modify">, answer: Answer<"modify">): void {
    const entry = this.#entries.get(sessionId);
    if (entry === undefined) {
      answer(new ControlError("ESRCH", `session-id ${sessionId} not found; iscsictl -L -v shows the ids`));
      return;
    }
    if ((changes === undefined) === (replacement === undefined)) {
      answer(new ControlError("EINVAL", "a session is changed or replaced, not both and not neither"));
      return;
    }
    const config = replacement ?? (changes === undefined ? entry.config : changed(entry.config, changes));
    const refusal = this.#refusalOf(config, entry) ?? (force === true ? undefined : this.#missed(entry, config));
    if (refusal !== undefined) {
      answer(refusal);
      return;
    }
    if (config.sessionType === entry.config.sessionType) entry.reconfigure(config);
    else {
      this.#entries.set(sessionId, this.#supervise(sessionId, config));
      entry.close(() => {});
    }
    this.#settleWaiters();
    this.#answerKept({}, answer);
  }

  list({ showSecrets }: RequestOf<"list">, answer: Answer<"list">): void {
    const sessions = showSecrets ? [...this.#entries.values()].map(withSecrets) : this.sessions();
    // a name that somebody has seen must be the device's name for ever
    this.#whenKept(() => answer({ sessions }));
  }

  wait({ sessionIds, timeoutMs }: RequestOf<"wait">, answer: Answer<"wait">): () => void {
    if (timeoutMs > longestWaitMs) {
      answer(new ControlError("EINVAL", `a wait of ${timeoutMs} ms is too long; 0 waits for ever`));
      return () => {};
    }
    const waiter: Waiter = {
      ids: sessionIds === undefined ? undefined : new Set(sessionIds.flatMap((id) => this.#found.get(id) ?? [id])),
      answer,
      timer: undefined,
    };
    this.#waiters.add(waiter);
    if (timeoutMs > 0) waiter.timer = this.#parts.clock.after(timeoutMs, () => this.#endWait(waiter));
    this.#settleWaiters();
    return () => {
      waiter.timer?.cancel();
      this.#waiters.delete(waiter);
    };
  }

  sysctl({ name, value }: RequestOf<"sysctl">, answer: Answer<"sysctl">): void {
    const { variables, log } = this.#parts;
    try {
      const before = variables.get(name);
      if (value !== undefined) {
        variables.set(name, value);
        this.#setVariables.add(name);
        log.info("variable set", { name, value, before });
        this.#answerKept({ value: before }, answer);
      } else answer({ value: before });
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      answer(error);
    }
  }

  sysctls({ prefix }: RequestOf<"sysctls">, answer: Answer<"sysctls">): void {
    const { variables } = this.#parts;
    const names = variables.names(prefix);
    try {
      if (prefix !== undefined && names.length === 0) variables.get(prefix);
      answer({ variables: names.map((name) => ({ name, value: variables.get(name) })) });
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      answer(error);
    }
  }

  sessions(): readonly SessionStatus[] {
    return [...this.#entries.values()].map(({ status }) => status);
  }

  /** What the sessions have done so far. */
  get counters(): readonly { readonly status: SessionStatus; readonly counters: LinkCounters | undefined }[] {
    return [...this.#entries.values()].map(({ status, counters }) => ({ status, counters }));
  }

  /** Logs all sessions out and takes no more; with `failNow`, what waits for a target that is away fails at once. `done` when nothing is left. */
  close(done: () => void, failNow = false): void {
    this.#closing = true;
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const waiter of [...this.#waiters]) this.#endWait(waiter, aboutToEnd());
    allDone(
      entries.map((entry) => (closed) => entry.close(closed, failNow)),
      done,
    );
  }

  // -------------------------------------------------------------------------------------------------------- surviving the daemon

  /** Has everything that is changed from now on kept by `keeper`; who asked for a change has an answer when it is. */
  keepIn(keeper: StateKeeping): void {
    this.#keeper = keeper;
    this.#parts.devices.onChange(() => keeper.changed());
  }

  /** What another daemon needs to go on. */
  get state(): DaemonState {
    const { identities, devices, variables } = this.#parts;
    const { names } = devices;
    return {
      nextSessionId: this.#nextId,
      sessions: [...this.#entries.values()].map(({ id, config }) => {
        return { id, config, isid: identities.isidOf(id), devices: names.get(id) ?? [] };
      }),
      variables: [...this.#setVariables].map((name) => ({ name, value: variables.get(name) })),
    };
  }

  /** Goes on where another daemon has stopped: the sessions have the ids, ISIDs and names of devices that they had. For one that has no sessions yet. */
  restore({ nextSessionId, sessions, variables }: DaemonState): void {
    for (const { name, value } of variables) this.#restoreVariable(name, value);
    for (const { id, isid, devices } of sessions) {
      this.#parts.identities.restore(id, isid);
      for (const { lun, device } of devices) this.#parts.devices.reserve(device, { sessionId: id, lun });
    }
    this.#nextId = Math.max(nextSessionId, ...sessions.map(({ id }) => id + 1));
    for (const { id, config } of sessions) this.#entries.set(id, this.#supervise(id, config));
  }

  #restoreVariable(name: string, value: string): void {
    const { variables, log } = this.#parts;
    try {
      variables.set(name, value);
      this.#setVariables.add(name);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      log.warn("a variable of the daemon before cannot be set", { name, value, reason: error.message });
    }
  }

  #forget(id: number, done: () => void): void {
    this.#parts.identities.forget(id);
    this.#parts.devices.release(id);
    done();
  }

  #whenKept(then: () => void): void {
    if (this.#keeper === undefined) then();
    else this.#keeper.settled(then);
  }

  #answerKept<R>(result: R, answer: (result: R) => void): void {
    if (this.#keeper === undefined) answer(result);
    else this.#keeper.changed(() => answer(result));
  }

  // ------------------------------------------------------------------------------------------------------------------ sessions

  #start(config: SessionConfig): number {
    const id = this.#nextId++;
    this.#entries.set(id, this.#supervise(id, config));
    return id;
  }

  #supervise(id: number, config: SessionConfig): Supervised {
    const onChange = (): void => this.#settleWaiters();
    if (config.sessionType === "Normal") return new SupervisedSession(id, config, this.#parts, onChange);
    return new SupervisedDiscovery(id, config, this.#parts, {
      onChange,
      onFound: (discovery, targets) => this.#onFound(id, discovery, targets),
    });
  }

  /** Why there cannot be a session with this configuration, beside the one that it is to be the configuration of. */
  #refusalOf(config: SessionConfig, except?: Supervised): ControlError | undefined {
    if (this.#closing) return aboutToEnd();
    return contradictionIn(config) ?? this.#unloaded(config) ?? this.#duplicateOf(config, except);
  }

  /** Whether somebody uses devices that `config` would take away from the session, or leave without a target for as long as it pleases. */
  #missed({ id, config: before }: Supervised, config: SessionConfig): ControlError | undefined {
    const keeps = config.enable && config.targetName === before.targetName && config.sessionType === before.sessionType;
    const busy = keeps || !before.enable ? [] : this.#parts.devices.inUse(new Set([id]));
    return busy.length === 0 ? undefined : new ControlError("EBUSY", inUse(busy));
  }

  /** The targets of a portal become sessions of their own, and the discovery that found them is over; who waits for it now waits for them. */
  #onFound(discoveryId: number, discovery: SessionConfig, targets: readonly FoundTarget[]): void {
    this.#entries.delete(discoveryId);
    this.#keeper?.changed();
    const found = { session: discoveryId, portal: discovery.targetAddress, targets: targets.length };
    this.#parts.log.info("discovery found targets", found);
    if (targets.length > mostFound) {
      const nextStep = "have the portal show this initiator only the targets that it is to use, or add the others by name";
      this.#parts.log.warn("a discovery found more targets than are taken up", { ...found, takenUp: mostFound, nextStep });
    }
    const ids = targets.slice(0, mostFound).map(({ targetName, targetAddress }) => {
      const config: SessionConfig = { ...discovery, sessionType: "Normal", targetName, targetAddress };
      return this.#find(config)?.id ?? this.#start(config);
    });
    this.#found.set(discoveryId, ids);
    for (const waiter of this.#waiters) {
      if (waiter.ids?.delete(discoveryId) === true) for (const id of ids) waiter.ids.add(id);
    }
    this.#settleWaiters();
  }

  #find(config: SessionConfig): Supervised | undefined {
    for (const entry of this.#entries.values()) {
      const { sessionType, targetName, targetAddress } = entry.config;
      if (sessionType === config.sessionType && targetName === config.targetName && targetAddress === config.targetAddress) return entry;
    }
    return undefined;
  }

  #unloaded({ protocol }: SessionConfig): ControlError | undefined {
    if (protocol !== "iSER" || this.#parts.iser.isLoaded) return undefined;
    return new ControlError(
      "ENXIO",
      `iscsid has not loaded the iSER transport; put iser_load="YES" into ${this.#parts.loaderFile}, or start it with --load iser`,
    );
  }

  #duplicateOf(config: SessionConfig, except: Supervised | undefined): ControlError | undefined {
    const existing = this.#find(config);
    if (existing === undefined || existing === except) return undefined;
    const what = config.targetName === undefined ? "a discovery" : `a session with ${config.targetName}`;
    return new ControlError("EBUSY", `${what} at ${config.targetAddress} is there already (session ${existing.id})`);
  }

  // ------------------------------------------------------------------------------------------------------------------- waiting

  #settleWaiters(): void {
    for (const waiter of [...this.#waiters]) {
      if ([...(waiter.ids ?? [])].some((id) => !this.#entries.has(id))) {
        this.#endWait(waiter, new ControlError("ESRCH", "the session was removed while it was waited for"));
      } else if (!this.#entriesFor(waiter).some(isPending)) this.#endWait(waiter);
    }
  }

  #endWait(waiter: Waiter, error?: ControlError): void {
    waiter.timer?.cancel();
    this.#waiters.delete(waiter);
    const result = error ?? { pending: this.#pendingFor(waiter) };
    this.#whenKept(() => waiter.answer(result));
  }

  #entriesFor({ ids }: Waiter): readonly Supervised[] {
    return ids === undefined ? [...this.#entries.values()] : [...ids].flatMap((id) => this.#entries.get(id) ?? []);
  }

  #pendingFor(waiter: Waiter): readonly PendingSession[] {
    return this.#entriesFor(waiter)
      .filter(isPending)
      .map(({ status: { sessionId, targetName, targetAddress, failureReason } }) => {
        return { sessionId, targetName, targetAddress, reason: failureReason ?? "no answer yet" };
      });
  }
}

/** A session that is only remembered is not waited for. */
function isPending({ config, connected }: Supervised): boolean {
  return config.enable && !connected;
}

function aboutToEnd(): ControlError {
  return new ControlError("ESHUTDOWN", "iscsid is about to end");
}

/** Credentials that are given to a session are meant to be used. */
function changed(config: SessionConfig, { targetAddress, targetName, user, secret, enable }: SessionChanges): SessionConfig {
  return {
    ...config,
    targetAddress: targetAddress ?? config.targetAddress,
    targetName: targetName ?? config.targetName,
    user: user ?? config.user,
    secret: secret ?? config.secret,
    authMethod: user === undefined && secret === undefined ? config.authMethod : "CHAP",
    enable: enable ?? config.enable,
  };
}

function withSecrets({ status, config }: Supervised): SessionStatus {
  return { ...status, secret: config.secret?.reveal(), mutualSecret: config.mutualSecret?.reveal() };
}

function inUse(names: readonly string[]): string {
  const one = names.length === 1;
  return `${names.join(", ")} ${one ? "is" : "are"} in use; end that first (iser detach ${names[0]}, or whoever has ${one ? "it" : "them"} open over NBD), or say --force`;
}

/** A target that has moved goes by either of its portals. */
function matches(filter: RequestOf<"remove">, { config, status }: Supervised): boolean {
  if (filter.all) return true;
  if (filter.targetName === undefined && filter.targetAddress === undefined) return false;
  return (
    (filter.targetName === undefined || filter.targetName === config.targetName) &&
    (filter.targetAddress === undefined || filter.targetAddress === config.targetAddress || filter.targetAddress === status.movedTo)
  );
}

/** What a client should not have asked for; iscsictl does not, but it is not the only thing that can open a socket. */
function contradictionIn(config: SessionConfig): ControlError | undefined {
  if (config.sessionType === "Normal" && (config.targetName ?? "") === "")
    return new ControlError("EINVAL", "a session needs a target name");
  if (config.sessionType === "Discovery" && config.targetName !== undefined) {
    return new ControlError("EINVAL", "a discovery session has no target name");
  }
  if ((config.user === undefined) !== (config.secret === undefined)) return new ControlError("EINVAL", "CHAP needs a user and a secret");
  if ((config.mutualUser === undefined) !== (config.mutualSecret === undefined)) {
    return new ControlError("EINVAL", "mutual CHAP needs a user and a secret of the target");
  }
  if (config.authMethod === "CHAP" && config.user === undefined)
    return new ControlError("EINVAL", "AuthMethod CHAP needs a user and a secret");
  if (config.mutualUser !== undefined && config.user === undefined)
    return new ControlError("EINVAL", "mutual CHAP needs a user and a secret of ours too");
  try {
    parsePortal(config.targetAddress);
  } catch (error) {
    if (error instanceof PortalSyntaxError) return new ControlError("EINVAL", error.message);
    throw error;
  }
  return undefined;
}

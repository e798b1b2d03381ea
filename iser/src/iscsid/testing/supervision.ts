import { SeededRandom, VirtualClock } from "kit/clock";
import { Logger, type LogRecord } from "kit/log";
import type { BlockDevice } from "#block";
import { defaultSessionConfig } from "#config";
import type { ControlError, ResultOf, SessionChanges, SessionConfig, SessionStatus } from "#control";
import { DeviceRegistry } from "../device-registry.ts";
import { IserDriver } from "../iser-driver.ts";
import { SessionIdentities } from "../session-identities.ts";
import { Settings } from "../settings.ts";
import { Supervisor } from "../supervisor.ts";
import { Variables } from "../variables.ts";
import { ScriptedInitiator } from "./scripted-initiator.ts";

export const config: SessionConfig = { ...defaultSessionConfig, targetAddress: "192.0.2.1", targetName: "iqn.x:one" };
export const two: SessionConfig = { ...config, targetName: "iqn.x:two" };
export const discovery: SessionConfig = { ...config, sessionType: "Discovery", targetName: undefined };

/** Changes that change nothing. */
export const nothing: SessionChanges = {
  targetAddress: undefined,
  targetName: undefined,
  user: undefined,
  secret: undefined,
  enable: undefined,
};

interface Waiting {
  pending: ResultOf<"wait">["pending"] | undefined;
  error: ControlError | undefined;
  abandon: () => void;
}

/** A supervisor between a control connection and an initiator that does as it is told. */
export class Supervision {
  readonly clock = new VirtualClock();
  readonly initiator = new ScriptedInitiator();
  readonly devices = new DeviceRegistry();
  readonly withdrawals: { device: BlockDevice; done: () => void }[] = [];
  users = 0;
  readonly records: LogRecord[] = [];
  readonly iser: IserDriver;
  readonly supervisor: Supervisor;

  constructor() {
    const { clock, initiator, devices } = this;
    devices.serveBy({ withdraw: (device, done) => this.withdrawals.push({ device, done }), usersOf: () => this.users });
    const log = new Logger((record) => this.records.push(record), { level: "debug", wallClock: () => 0 });
    const deviceUri = (name: string): string => `nbd+unix:///${name}?socket=/run/nbd.sock`;
    const iser = new IserDriver(log);
    const variables = new Variables(new Settings(), iser);
    const loaderFile = "/etc/loader.conf";
    const random = new SeededRandom(1);
    const identities = new SessionIdentities(random);
    this.iser = iser;
    this.supervisor = new Supervisor({ iser, variables, loaderFile, initiator, identities, devices, log, deviceUri, clock, random });
  }

  add(session: SessionConfig): number | ControlError {
    let answer: ResultOf<"add"> | ControlError | undefined;
    this.supervisor.add({ session }, (result) => {
      answer = result;
    });
    if (answer === undefined) throw new Error("add was not answered at once");
    return "sessionId" in answer ? answer.sessionId : answer;
  }

  added(session: SessionConfig): number {
    const id = this.add(session);
    if (typeof id !== "number") throw id;
    return id;
  }

  /** Starts a removal; `answer` is set when it is over. */
  remove(filter: { all?: boolean; targetName?: string; targetAddress?: string; force?: boolean }): {
    answer: ResultOf<"remove"> | ControlError | undefined;
  } {
    const removal: { answer: ResultOf<"remove"> | ControlError | undefined } = { answer: undefined };
    this.supervisor.remove({ all: false, targetName: undefined, targetAddress: undefined, ...filter }, (answer) => {
      removal.answer = answer;
    });
    return removal;
  }

  wait(sessionIds: number[] | undefined, timeoutMs: number): Waiting {
    const waiting: Waiting = { pending: undefined, error: undefined, abandon: () => {} };
    waiting.abandon = this.supervisor.wait({ sessionIds, timeoutMs }, (answer) => {
      if ("pending" in answer) waiting.pending = answer.pending;
      else waiting.error = answer;
    });
    return waiting;
  }

  session(index = 0): SessionStatus {
    const status = this.supervisor.sessions()[index];
    if (status === undefined) throw new Error("there is no such session");
    return status;
  }

  names(): string[] {
    return this.devices.list().map(({ name }) => name);
  }
}

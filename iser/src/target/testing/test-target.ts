import { type Duration, SeededRandom, VirtualClock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { TcpTargetDatamover } from "#datamover";
import { connectInProcess, type InProcessConnection } from "#socket";
import type { TargetEvent } from "../server/target-event.ts";
import { TargetServer, type TargetServerOptions } from "../server/target-server.ts";
import { HandInitiator, type HandLogin, testTargetName } from "./hand-initiator.ts";
import { HeldDisk } from "./held-disk.ts";

/** An initiator and its connection to a target in the same process. */
export interface TestConnection {
  readonly initiator: HandInitiator;
  /** The target's end. */
  readonly stream: ByteStreamCore;
  readonly link: InProcessConnection;
}

type ServerChanges = Partial<TargetServerOptions> & {
  /** What is different about the one target that there is unless `targets` says otherwise. */
  readonly target?: Partial<TargetServerOptions["targets"][number]>;
};

/** A target server with one disk, no sockets, and time that stands still. */
export class TestTarget {
  readonly clock = new VirtualClock(1_000_000);
  readonly disk = new HeldDisk();
  readonly events: TargetEvent[] = [];
  readonly server: TargetServer;
  readonly #links: InProcessConnection[] = [];

  constructor({ target, ...changes }: ServerChanges = {}) {
    this.server = new TargetServer({
      clock: this.clock,
      random: new SeededRandom(1),
      onEvent: (event) => this.events.push(event),
      targets: [{ name: testTargetName, luns: [{ device: this.disk }], powerOnAttention: false, ...target }],
      ...changes,
    });
  }

  /** Connects without saying anything, by a portal of the first group or another one. */
  connect(options: Parameters<typeof connectInProcess>[3] = {}, portalGroup?: number): TestConnection {
    const initiator = new HandInitiator();
    const mover = new TcpTargetDatamover({ stallMs: 0 });
    const stream = this.server.accept({ datamover: mover, stream: mover }, "test", undefined, portalGroup);
    if (stream === undefined) throw new Error("turned away");
    const link = connectInProcess(initiator, stream, this.clock, options);
    this.#links.push(link);
    link.run();
    return { initiator, stream, link };
  }

  /** Lets time pass, and everybody say what that makes them say. */
  pass(ms: Duration): void {
    this.clock.advance(ms);
    this.run();
  }

  /** Moves bytes until everybody is quiet. */
  run(): void {
    for (const link of this.#links) link.run();
  }

  /** Connects and logs in. */
  logIn(login: HandLogin = {}, cmdSn = 1, portalGroup?: number): TestConnection & { readonly tsih: number } {
    const { initiator, stream, link } = this.connect({}, portalGroup);
    initiator.cmdSn = cmdSn;
    initiator.login(login);
    link.run();
    const { status, tsih } = initiator.takeLoginResponse();
    if (status !== 0) throw new Error(`login refused with status 0x${status.toString(16)}`);
    return { initiator, stream, link, tsih };
  }

  /** How the connections ended that are over. */
  get endings(): string[] {
    return this.events.flatMap((event) => (event.event === "disconnected" ? [event.ending.kind] : []));
  }

  /** What is left of connections, sessions, tasks and memory; all zero when nobody is there. */
  get leftovers(): { connections: number; sessions: number; commands: number; nexuses: number; memory: number } {
    const { connections, sessions, outstandingCommands } = this.server.statistics;
    const [{ device }] = this.server.targets as [(typeof this.server.targets)[number]];
    return { connections, sessions, commands: outstandingCommands, nexuses: device.nexuses.size, memory: device.lentBytes };
  }
}

export const nothingLeft = { connections: 0, sessions: 0, commands: 0, nexuses: 0, memory: 0 };

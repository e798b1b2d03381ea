import type { Clock } from "kit/clock";
import type { Logger } from "kit/log";
import type { ByteStreamCore } from "#bytes";
import type { SessionConfig } from "#control";
import { IserInitiatorDatamover } from "#datamover";
import { type Transport, tcpTransport } from "#initiator";
import type { TransportKind } from "#iscsi";
import { SoftwareQueuePair } from "#iwarp";
import {
  type BusyPoll,
  type ConnectOptions,
  connectSocket,
  formatAddress,
  type SocketConnection,
  type StreamTuning,
  type TcpAddress,
  type ThreadRest,
  threadRest,
} from "#socket";
import type { TraceFile } from "#trace";
import type { IserDriver } from "./iser-driver.ts";
import { LoggedQueuePair } from "./logged-queue-pair.ts";
import type { Settings } from "./settings.ts";

/** A transport that knows our end of the connection it made last, so that a listing can show where a session comes from. */
export interface LinkTransport extends Transport {
  readonly localAddress: string | undefined;
}

/** What steers the connections of all sessions. */
interface SocketLinkContext {
  readonly iser: IserDriver;
  readonly settings: Settings;
  readonly poll: BusyPoll;
  readonly log: Logger;
  /** Where everything that passes is written down, if it is. */
  readonly trace?: TraceFile | undefined;
}

/** On TCP sockets, the transport of a session that is configured so; the iSER driver hears of what its connections do. */
export function socketLinkTransport(config: SessionConfig, clock: Clock, context: SocketLinkContext): LinkTransport {
  const { iser } = context;
  const createDatamover = config.protocol === "iSER" ? () => iserDatamover(config, iser) : tcpTransport(clock).createDatamover;
  return new SocketLinkTransport(config.protocol === "iSER" ? "iser" : "tcp", createDatamover, clock, context);
}

function iserDatamover(config: SessionConfig, iser: IserDriver): ReturnType<Transport["createDatamover"]> {
  const stream = new SoftwareQueuePair({ role: "initiator", crc: config.iserCrc, fpduBytes: config.iserFpduBytes });
  return { datamover: new IserInitiatorDatamover(new LoggedQueuePair(stream, iser, config.targetAddress)), stream };
}

/** What the variables of icl say at the moment. */
class LiveTuning implements StreamTuning {
  readonly #settings: Settings;

  readonly rest: ThreadRest = threadRest;
  readonly poll: BusyPoll;

  constructor(settings: Settings, poll: BusyPoll) {
    this.#settings = settings;
    this.poll = poll;
  }

  get coalesce(): boolean {
    return this.#settings.coalesce !== 0;
  }

  get sendSpaceBytes(): number {
    return this.#settings.sendSpaceBytes;
  }

  get receiveSpaceBytes(): number {
    return this.#settings.receiveSpaceBytes;
  }

  get placementBytes(): number {
    return this.#settings.partialReceiveBytes;
  }
}

class SocketLinkTransport implements LinkTransport {
  readonly #kind: TransportKind;
  readonly createDatamover: Transport["createDatamover"];
  readonly #clock: Clock;
  readonly #context: SocketLinkContext;
  readonly #tuning: StreamTuning;
  #connection: SocketConnection | undefined = undefined;

  constructor(kind: TransportKind, createDatamover: Transport["createDatamover"], clock: Clock, context: SocketLinkContext) {
    this.#kind = kind;
    this.createDatamover = createDatamover;
    this.#clock = clock;
    this.#context = context;
    this.#tuning = new LiveTuning(context.settings, context.poll);
  }

  connect(stream: ByteStreamCore, address: TcpAddress, options: ConnectOptions): void {
    const { settings, log, trace } = this.#context;
    if (settings.iclDebug > 1) log.info("icl: connecting", { to: formatAddress(address) });
    const core = trace === undefined ? stream : trace.tapConnecting(stream, address, this.#kind);
    this.#connection = connectSocket(core, address, this.#clock, { ...options, tuning: this.#tuning });
  }

  get localAddress(): string | undefined {
    return this.#connection?.local;
  }
}

import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import type { SessionConfig } from "#control";
import { IserInitiatorDatamover } from "#datamover";
import { type Transport, tcpTransport } from "#initiator";
import { SoftwareQueuePair } from "#iwarp";
import { type ConnectOptions, connectSocket, type SocketConnection, type TcpAddress } from "#socket";
import type { IserDriver } from "./iser-driver.ts";
import { LoggedQueuePair } from "./logged-queue-pair.ts";

/** A transport that knows our end of the connection it made last, so that a listing can show where a session comes from. */
export interface LinkTransport extends Transport {
  readonly localAddress: string | undefined;
}

/** On TCP sockets, the transport of a session that is configured so; the iSER driver hears of what its connections do. */
export function socketLinkTransport(config: SessionConfig, clock: Clock, iser: IserDriver): LinkTransport {
  const createDatamover = config.protocol === "iSER" ? () => iserDatamover(config, iser) : tcpTransport(clock).createDatamover;
  return new SocketLinkTransport(createDatamover, clock);
}

function iserDatamover(config: SessionConfig, iser: IserDriver): ReturnType<Transport["createDatamover"]> {
  const stream = new SoftwareQueuePair({ role: "initiator", crc: config.iserCrc, fpduBytes: config.iserFpduBytes });
  return { datamover: new IserInitiatorDatamover(new LoggedQueuePair(stream, iser, config.targetAddress)), stream };
}

class SocketLinkTransport implements LinkTransport {
  readonly createDatamover: Transport["createDatamover"];
  readonly #clock: Clock;
  #connection: SocketConnection | undefined = undefined;

  constructor(createDatamover: Transport["createDatamover"], clock: Clock) {
    this.createDatamover = createDatamover;
    this.#clock = clock;
  }

  connect(stream: ByteStreamCore, address: TcpAddress, options: ConnectOptions): void {
    this.#connection = connectSocket(stream, address, this.#clock, options);
  }

  get localAddress(): string | undefined {
    return this.#connection?.local;
  }
}

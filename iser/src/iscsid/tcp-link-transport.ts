import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { type Transport, tcpTransport } from "#initiator";
import { type ConnectOptions, connectSocket, type SocketConnection, type TcpAddress } from "#socket";
import type { LinkTransport } from "./iscsi-initiator.ts";

/** iSCSI over TCP sockets, remembering the socket so that a listing can show where a session comes from. */
export class TcpLinkTransport implements LinkTransport {
  readonly #transport: Transport;
  readonly #clock: Clock;
  #connection: SocketConnection | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#transport = tcpTransport(clock);
  }

  createDatamover(): ReturnType<Transport["createDatamover"]> {
    return this.#transport.createDatamover();
  }

  connect(stream: ByteStreamCore, address: TcpAddress, options: ConnectOptions): void {
    this.#connection = connectSocket(stream, address, this.#clock, options);
  }

  get localAddress(): string | undefined {
    return this.#connection?.local;
  }
}

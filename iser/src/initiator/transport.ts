import type { Clock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { TcpInitiatorDatamover } from "#datamover";
import type { InitiatorDatamover } from "#iscsi";
import { type ConnectOptions, connectSocket, type TcpAddress } from "#socket";

/** How an initiator reaches targets: which datamover, and over what. The tools' and the daemon's is TCP sockets; tests and the simulator hand in a network of their own. */
export interface Transport {
  /** A datamover for one connection, with the byte stream under it. */
  createDatamover(): { readonly datamover: InitiatorDatamover; readonly stream: ByteStreamCore };
  /** Connects the stream; what becomes of it is told to the stream. */
  connect(stream: ByteStreamCore, address: TcpAddress, options: ConnectOptions): void;
}

/** iSCSI over TCP sockets. */
export function tcpTransport(clock: Clock): Transport {
  return {
    createDatamover: () => {
      const mover = new TcpInitiatorDatamover();
      return { datamover: mover, stream: mover };
    },
    connect: (stream, address, options) => {
      connectSocket(stream, address, clock, options);
    },
  };
}

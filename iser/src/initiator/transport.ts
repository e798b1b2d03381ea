import { type Clock, SystemClock } from "kit/clock";
import type { ByteStreamCore } from "#bytes";
import { IserInitiatorDatamover, type IserInitiatorOptions, TcpInitiatorDatamover } from "#datamover";
import type { InitiatorDatamover } from "#iscsi";
import { SoftwareQueuePair, type SoftwareQueuePairOptions } from "#iwarp";
import { type ConnectOptions, connectSocket, type StreamTuning, type TcpAddress } from "#socket";
import type { IscsiUrl } from "./iscsi-url.ts";

/** How an initiator reaches targets: which datamover, and over what. The tools and the daemon use sockets; tests and the simulator hand in a network of their own. */
export interface Transport {
  /** A datamover for one connection, with the byte stream under it. */
  createDatamover(): { readonly datamover: InitiatorDatamover; readonly stream: ByteStreamCore };
  /** Connects the stream; what becomes of it is told to the stream. */
  connect(stream: ByteStreamCore, address: TcpAddress, options: ConnectOptions): void;
}

/** iSCSI over TCP sockets, whose bytes move as `tuning` says. */
export function tcpTransport(clock: Clock = new SystemClock(), tuning?: StreamTuning): Transport {
  return {
    createDatamover: () => {
      const mover = new TcpInitiatorDatamover();
      return { datamover: mover, stream: mover };
    },
    connect: (stream, address, options) => {
      connectSocket(stream, address, clock, { tuning, ...options });
    },
  };
}

/** What an initiator may choose of iSER and of the iWARP below it. */
export type IserTransportOptions = Pick<SoftwareQueuePairOptions, "crc" | "fpduBytes" | "firstFpduDelayMs"> & IserInitiatorOptions;

/** iSER over software iWARP, on TCP sockets. */
export function iserTransport(
  clock: Clock = new SystemClock(),
  { immediate, ...options }: IserTransportOptions = {},
  tuning?: StreamTuning,
): Transport {
  return {
    createDatamover: () => {
      const queuePair = new SoftwareQueuePair({ role: "initiator", ...options });
      return { datamover: new IserInitiatorDatamover(queuePair, { immediate }), stream: queuePair };
    },
    connect: tcpTransport(clock, tuning).connect,
  };
}

/** The transport that a URL asks for. */
export function transportOf(
  { transport, crc, fpduBytes, immediate }: Pick<IscsiUrl, "transport" | "crc" | "fpduBytes" | "immediate">,
  clock: Clock,
  tuning?: StreamTuning,
): Transport {
  return transport === "iser" ? iserTransport(clock, { crc, fpduBytes, immediate }, tuning) : tcpTransport(clock, tuning);
}

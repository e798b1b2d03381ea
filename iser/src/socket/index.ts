export { acceptSocket } from "./accept.ts";
export { type ConnectOptions, connectSocket } from "./connect.ts";
export { connectInProcess, type InProcessConnection, type InProcessOptions } from "./in-process.ts";
export { listen, type SocketListener } from "./listen.ts";
export { formatAddress, type SocketAddress, type TcpAddress, type UnixAddress } from "./socket-address.ts";
export { SocketError } from "./socket-error.ts";
export type { SocketConnection } from "./socket-pump.ts";
export { ownThreadTuning, type StreamTuning, threadRest } from "./stream-tuning.ts";
export type { ThreadRest } from "./thread-rest.ts";

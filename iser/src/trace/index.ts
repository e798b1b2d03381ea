export { pcapngHeader, pcapngPacket } from "./pcapng.ts";
export { TcpFlow } from "./tcp-flow.ts";
export { TraceFile } from "./trace-file.ts";

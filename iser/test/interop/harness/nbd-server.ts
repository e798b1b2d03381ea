import { join } from "node:path";
import { Child } from "./child-process.ts";
import { programs } from "./programs.ts";
import { scratchFolder } from "./scratch-folder.ts";

/** `iser nbd`, running. */
export interface NbdServer {
  /** Address of the first export, da0, on its unix socket; or that of another. */
  uri(exportName?: string): string;
  /** The path of the socket. */
  readonly socket: string;
  /** Address of da0 on a TCP port, when it listens on one. */
  readonly tcpUri: string;
  readonly process: Child;
}

/** Starts `iser nbd` on a socket in a folder of its own and waits until it says that it is ready. `devices` are as on the command line. */
export async function startNbd(devices: readonly string[], options: readonly string[] = []): Promise<NbdServer> {
  const socket = join(scratchFolder(), "nbd.sock");
  const process = new Child(programs.iser, ["nbd", ...devices, "--socket", socket, ...options]);
  const [line] = await process.says(/^ready: .*\n/m);
  const tcpUri = /nbd:\/\/\S+/.exec(line)?.[0] ?? "";
  return { socket, tcpUri, process, uri: (exportName = "da0") => `nbd+unix:///${exportName}?socket=${socket}` };
}

import { UsageError } from "kit/cli";
import type { TcpAddress } from "#socket";

/**
 * Reads where to listen: `HOST`, `HOST:PORT`, `[IPV6]`, `[IPV6]:PORT`. Port 0 lets the system pick one. Throws a UsageError that quotes `text`.
 */
export function parseListenAddress(text: string, defaultPort: number): TcpAddress {
  const [, bracketed, plain, portText] = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (/^:?\d+$/.test(text) || /^\*(:|$)/.test(text)) {
    throw new UsageError(`"${text}" names no address to listen on`, {
      nextStep: "write 127.0.0.1:PORT for this machine alone, 0.0.0.0:PORT or [::]:PORT for whoever reaches it; port 0 picks a free one",
    });
  }
  const host = bracketed ?? plain;
  const port = Number(portText ?? defaultPort);
  if (host === undefined || port > 0xffff) {
    throw new UsageError(`"${text}" is no address to listen on`, { nextStep: "write HOST:PORT or [IPV6]:PORT; port 0 picks a free one" });
  }
  return { host, port };
}

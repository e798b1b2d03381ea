import { UsageError } from "kit/cli";

/** Where metrics can be fetched. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `[v6]:port`, `:port` or `port`; without a host it is this machine alone that can ask. */
export function parseMetricsAddress(text: string): MetricsAddress {
  const [, v6, name, digits = ""] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = digits === "" ? Number.NaN : Number(digits);
  if (!(port <= 65535)) {
    throw new UsageError(`--metrics "${text}" is no address`, { nextStep: "write host:port, or a port on 127.0.0.1", exitCode: 1 });
  }
  return { host: v6 ?? (name === undefined || name === "" ? "127.0.0.1" : name), port };
}

import { type IscsiUrl, type OpenOptions, parseIscsiUrl, transportOf } from "#initiator";
import type { ProgramContext } from "../context.ts";
import { TraceFile } from "./trace-file.ts";

/** `--trace`, for commands that open sessions. */
export const traceFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  placeholder: "file",
  brief: "Write what goes over the wire into a capture for Wireshark (pcapng)",
} as const;

/** A command's context, with the sessions that it opens written down. */
export interface TracedContext extends ProgramContext {
  readonly trace: TraceFile | undefined;
}

/** Does `work` with its sessions traced into the file at `path`, if there is one. */
export async function traced(
  path: string | undefined,
  context: ProgramContext,
  work: (context: TracedContext) => Promise<void>,
): Promise<void> {
  const trace = path === undefined ? undefined : new TraceFile(path, context.wallClock ?? (() => context.clock.now()));
  try {
    await work({ ...context, trace });
  } finally {
    trace?.close();
  }
}

/** How a session is opened by a command. */
export function openOptionsFor(url: string | IscsiUrl, { clock, random, stopped, trace }: TracedContext): OpenOptions {
  if (trace === undefined) return { clock, random, signal: stopped };
  const place = typeof url === "string" ? parseIscsiUrl(url) : url;
  return { clock, random, signal: stopped, transport: trace.tap(transportOf(place, clock), place.transport) };
}

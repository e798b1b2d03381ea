import { UserError } from "kit/cli";
import { type IscsiUrl, type OpenOptions, transportOf } from "#initiator";
import { ownThreadTuning } from "#socket";
import type { ToolContext } from "../context.ts";
import { CommandTrace } from "./command-trace.ts";

/** `--trace`, for commands that open sessions. */
export const traceFlag = {
  kind: "parsed",
  parse: String,
  optional: true,
  placeholder: "file",
  brief: "Write what goes over the wire into a capture for Wireshark and iser decode (pcapng)",
} as const;

/** Does `work` with its sessions traced into the file at `path`, if there is one. Throws a UserError when something of it could not be written. */
export async function traced<Context extends ToolContext>(
  path: string | undefined,
  context: Context,
  work: (context: Context) => Promise<void>,
): Promise<void> {
  if (path === undefined) return work(context);
  const trace = new CommandTrace(path, context);
  try {
    await work({ ...context, trace: trace.file });
  } finally {
    trace.file.close();
  }
  if (!trace.isWhole) throw new UserError(`the trace ${path} is not whole`);
}

/** How a session is opened by a command: with what it may touch of the world, and into its trace. */
export function openOptionsFor(
  url: IscsiUrl,
  { clock, random, stopped, trace }: Pick<ToolContext, "clock" | "random" | "stopped" | "trace">,
): OpenOptions {
  const transport = transportOf(url, clock, ownThreadTuning);
  return { clock, random, signal: stopped, transport: trace === undefined ? transport : trace.tap(transport, url.transport) };
}

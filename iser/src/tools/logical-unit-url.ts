import { UsageError } from "kit/cli";
import { type IscsiUrl, openSession, parseIscsiUrl } from "#initiator";
import { LogicalUnit } from "#scsi";
import { openWithChapVariables } from "./chap-variables.ts";
import type { ProgramContext } from "./context.ts";
import { openOptionsFor } from "./trace/traced.ts";

/** The argument of a command that asks one logical unit. */
export const logicalUnitArgument = {
  kind: "tuple",
  parameters: [{ parse: parseIscsiUrl, placeholder: "URL", brief: "iscsi://[user[%password]@]host[:port]/target/lun" }],
} as const;

/** Logs in for as long as `work` asks the unit that the URL names. Throws a UsageError when it names none. */
export async function withLogicalUnit(url: IscsiUrl, context: ProgramContext, work: (unit: LogicalUnit) => Promise<void>): Promise<void> {
  if (url.lun === undefined) {
    throw new UsageError("the URL names no LUN", { nextStep: "iser ls --luns lists those of a target; put one behind it: …/target/0" });
  }
  const session = await openWithChapVariables(url, context.env, (place) => openSession(place, openOptionsFor(place, context)));
  try {
    await work(new LogicalUnit(session.persistent.session, url.lun, { clock: context.clock, signal: context.stopped }));
  } finally {
    await session.close();
  }
}

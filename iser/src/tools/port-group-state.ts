import { UsageError } from "kit/cli";
import { accessStateNames, type PortGroupChange, settableAccessStates } from "#scsi";

const states: ReadonlyMap<string, number> = new Map(
  [...accessStateNames].filter(([state]) => settableAccessStates.has(state)).map(([state, name]) => [name, state]),
);

/** The states, for help texts. */
export const settableStates: string = [...states.keys()].join(", ");

/** Reads `GROUP=STATE`: the tag of a portal group and how good it is for I/O. Throws a UsageError that quotes `text`. */
export function parsePortGroupState(text: string): PortGroupChange {
  const [, tag, name = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const group = parsePortalGroupTag(tag ?? text);
  const state = states.get(name);
  if (state === undefined)
    throw new UsageError(`"${text}" says no state of a portal group`, { nextStep: `write GROUP=STATE with one of ${settableStates}` });
  return { group, state };
}

/** Reads the tag of a portal group. */
export function parsePortalGroupTag(text: string): number {
  const tag = Number(text);
  if (!/^\d+$/.test(text) || tag < 1 || tag > 0xffff) throw new UsageError(`"${text}" is no portal group; it is a number from 1 to 65535`);
  return tag;
}

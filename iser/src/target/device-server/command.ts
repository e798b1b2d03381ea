import type { WriteAtomicCommand } from "#scsi";
import type { ReservationRule } from "./persistent-reservations.ts";
import type { PortAccess } from "./port-groups.ts";

/** What every step returns, because an execution is the only one to hand it out: so the compiler sees to it that no step forgets to end or to go on. */
export const stepEnd: unique symbol = Symbol("the end of a step");
export type StepEnd = typeof stepEnd;

/** One step of a command. Steps are plain functions, named in advance: a command on its way makes no closures. */
export type Step<Execution> = (execution: Execution) => StepEnd;

/** What a command does to the medium: it decides what must be true before it runs. */
export type MediumUse =
  /** Nothing: it runs also when no medium is there or a sanitize operation is under way. */
  | "none"
  /** Wants the unit ready, no more. */
  | "ready"
  /** Changes the medium: wants it ready and not write protected. */
  | "write";

/** From what else a command keeps away while it runs (SBC-4: some must be atomic). */
export type Exclusion =
  | "none"
  /** From commands that touch its own blocks. */
  | "range"
  /** From every command of the unit that was before or comes after. */
  | "unit";

/**
 * What is known of a command before it runs. The tests that all commands share (unit attention, reservations, reserved bits, readiness, write protection) are made from these facts, in one
 * place.
 */
export interface CommandRules {
  readonly opcode: number;
  /** Where the opcode is shared. */
  readonly serviceAction?: number;
  /** As the standard prints it. */
  readonly name: string;
  /** CDB USAGE DATA: a 1 for every bit of the CDB that is looked at, the opcode and service action in their places. Another bit set is an INVALID FIELD IN CDB. */
  readonly usage: Uint8Array;
  readonly medium: MediumUse;
  readonly exclusion: Exclusion;
  /** Against persistent reservations of others; a function where it depends on a field. */
  readonly reservation: ReservationRule | ((cdb: Uint8Array) => ReservationRule);
  /** Against RESERVE (6) of another nexus (SPC-2, table 10), which nearly everything conflicts with. */
  readonly passesReserve6: boolean | ((cdb: Uint8Array) => boolean);
  /** Answered though there is no logical unit at the LUN, and before unit attentions (INQUIRY, REPORT LUNS, REQUEST SENSE). */
  readonly alwaysAnswered: boolean;
  /** How its port must stand. */
  readonly access: PortAccess;
  /** Fills the execution's slot for block commands; runs on arrival. */
  readonly decode?: (cdb: Uint8Array, into: WriteAtomicCommand) => void;
  /** RECOMMENDED COMMAND TIMEOUT in seconds. */
  readonly timeoutSeconds: number;
}

/** A command as the device server knows it: facts in a table, and where to begin. */
export interface Command<Execution> extends CommandRules {
  /** Bytes of write data the CDB asks for; runs on arrival, after `decode`. */
  readonly dataOutLength?: (execution: Execution) => number;
  /** Whether the logical unit has the command at all; without, always. */
  readonly supported?: (execution: Execution) => boolean;
  readonly run: Step<Execution>;
}

/** How `command` fares against a persistent reservation of others. */
export function reservationRuleOf({ reservation }: CommandRules, cdb: Uint8Array): ReservationRule {
  return typeof reservation === "function" ? reservation(cdb) : reservation;
}

/** Whether `command` may run though another nexus holds the unit by RESERVE (6). */
export function passesReserve6({ passesReserve6: passes }: CommandRules, cdb: Uint8Array): boolean {
  return typeof passes === "function" ? passes(cdb) : passes;
}

/**
 * Where the CDB has a bit that the command does not look at: the byte and its highest offending bit as `byte * 8 + bit`, or -1.
 */
export function unusedBitSet(cdb: Uint8Array, { usage, serviceAction }: CommandRules): number {
  for (let byte = 1; byte < usage.length; byte++) {
    const used = byte === 1 && serviceAction !== undefined ? usage[1]! | 0x1f : usage[byte]!;
    const unused = cdb[byte]! & ~used;
    if (unused !== 0) return byte * 8 + (31 - Math.clz32(unused));
  }
  return -1;
}

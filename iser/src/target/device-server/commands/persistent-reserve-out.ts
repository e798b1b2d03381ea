import { AdditionalSense, Opcode, ScsiStatus, SenseKey } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { isReservationType, type ReservationOutcome, type ReservationType } from "../persistent-reservations.ts";
import { abortEach } from "../task-set.ts";
import { type CommandFacts, command } from "./command.ts";

/** Reservations judge these themselves: who may do what depends on keys, not on holding. */
const common = {
  opcode: Opcode.persistentReserveOut,
  medium: "none",
  reservation: "allowed",
  access: "standby",
  dataOutLength: ({ cdb }) => new DataView(cdb.buffer, cdb.byteOffset).getUint32(5),
} as const satisfies Partial<CommandFacts>;

/** With SCOPE and TYPE, or without. */
const typed = { ...common, usage: "00 ff 0000 ffffffff 00", run: beginTyped } as const;
const untyped = { ...common, usage: "00 00 0000 ffffffff 00", run: begin } as const;

export const register = command({ ...untyped, serviceAction: 0, name: "PERSISTENT RESERVE OUT, REGISTER" });
export const reserve = command({ ...typed, serviceAction: 1, name: "PERSISTENT RESERVE OUT, RESERVE" });
export const release = command({ ...typed, serviceAction: 2, name: "PERSISTENT RESERVE OUT, RELEASE" });
export const clear = command({ ...untyped, serviceAction: 3, name: "PERSISTENT RESERVE OUT, CLEAR" });
export const preempt = command({ ...typed, serviceAction: 4, name: "PERSISTENT RESERVE OUT, PREEMPT" });
export const preemptAndAbort = command({ ...typed, serviceAction: 5, name: "PERSISTENT RESERVE OUT, PREEMPT AND ABORT" });
export const registerAndIgnoreExistingKey = command({
  ...untyped,
  serviceAction: 6,
  name: "PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY",
});

const parameterListLength = 24;

/** Bits of byte 20 of the parameter list. */
const Flag = { specifyInitiatorPorts: 0x08, allTargetPorts: 0x04, activatePersistThroughPowerLoss: 0x01 } as const;

function beginTyped(execution: Execution): StepEnd {
  const scope = execution.cdb[2]! >> 4;
  if (scope !== 0) return execution.invalidField(2, 7);
  if (!isReservationType(execution.cdb[2]! & 0x0f)) return execution.invalidField(2, 3);
  return begin(execution);
}

function begin(execution: Execution): StepEnd {
  if (execution.wantedDataOut !== parameterListLength || execution.task.expectedDataOut < parameterListLength) {
    return execution.illegalRequest(AdditionalSense.parameterListLengthError);
  }
  return execution.fetch(act);
}

function act(execution: Execution): StepEnd {
  const { unit, nexus, target, cdb } = execution;
  // The two ways of reserving do not mix (SPC-2, 5.5.1).
  if (unit.reservedBy !== undefined) return execution.status(ScsiStatus.reservationConflict);
  const list = execution.dataOut!;
  const view = new DataView(list.buffer, list.byteOffset);
  const key = view.getBigUint64(0);
  const serviceActionKey = view.getBigUint64(8);
  const flags = list[20]!;
  const type = (cdb[2]! & 0x0f) as ReservationType;
  const { persistentReservations: reservations } = unit;
  switch (execution.command) {
    case register:
    case registerAndIgnoreExistingKey: {
      if ((flags & Flag.specifyInitiatorPorts) !== 0) return execution.invalidParameter(20, 3);
      if ((flags & Flag.activatePersistThroughPowerLoss) !== 0) return execution.invalidParameter(20, 0);
      const ports = (flags & Flag.allTargetPorts) !== 0 ? target.portGroups.tags : [nexus.portalGroupTag];
      const ignoreExisting = execution.command === registerAndIgnoreExistingKey;
      return end(execution, reservations.register(nexus, key, serviceActionKey, ignoreExisting, ports));
    }
    case reserve:
      return end(execution, reservations.reserve(nexus, key, type));
    case release:
      return end(execution, reservations.release(nexus, key, type));
    case clear:
      return end(execution, reservations.clear(nexus, key));
    case preempt:
      return end(
        execution,
        reservations.preempt(nexus, key, serviceActionKey, type, () => {}),
      );
    default:
      return preemptAndAbortTasks(execution, key, serviceActionKey, type);
  }
}

/** Status comes when the commands of those who were preempted are over (SPC-4, 5.12.11.5). */
function preemptAndAbortTasks(execution: Execution, key: bigint, victimKey: bigint, type: ReservationType): StepEnd {
  const { unit, nexus, use } = execution;
  const victims = new Set<string>();
  const outcome = unit.persistentReservations.preempt(nexus, key, victimKey, type, (name) => victims.add(name));
  if (outcome !== "good") return end(execution, outcome);
  const theirs = unit.tasks.snapshot().filter((other) => other !== execution && victims.has(other.nexus.name));
  abortEach(theirs, () => execution.resume(use, (self) => self.good()));
  return execution.wait();
}

function end(execution: Execution, outcome: ReservationOutcome): StepEnd {
  switch (outcome) {
    case "good":
      return execution.good();
    case "conflict":
      return execution.status(ScsiStatus.reservationConflict);
    case "invalid-key":
      return execution.invalidParameter(8);
    case "invalid-release":
      return execution.check(SenseKey.illegalRequest, AdditionalSense.invalidReleaseOfPersistentReservation);
    case "too-many":
      return execution.check(SenseKey.illegalRequest, AdditionalSense.insufficientRegistrationResources);
  }
}

import { Opcode } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { type Registration, ReservationType } from "../persistent-reservations.ts";
import { type CommandFacts, command } from "./command.ts";

const common = {
  opcode: Opcode.persistentReserveIn,
  usage: "00 0000000000 ffff 00",
  medium: "none",
  reservation: "allowed",
  access: "standby",
} as const satisfies Partial<CommandFacts>;

export const readKeys = command({ ...common, serviceAction: 0, name: "PERSISTENT RESERVE IN, READ KEYS", run: answerKeys });
export const readReservation = command({
  ...common,
  serviceAction: 1,
  name: "PERSISTENT RESERVE IN, READ RESERVATION",
  run: answerReservation,
});
export const reportCapabilities = command({
  ...common,
  serviceAction: 2,
  name: "PERSISTENT RESERVE IN, REPORT CAPABILITIES",
  run: answerCapabilities,
});
export const readFullStatus = command({
  ...common,
  serviceAction: 3,
  name: "PERSISTENT RESERVE IN, READ FULL STATUS",
  run: answerFullStatus,
});

const headerLength = 8;
const keyLength = 8;
const reservationLength = 16;

function send(execution: Execution, data: Uint8Array): StepEnd {
  return execution.send(data, (execution.cdb[7]! << 8) | execution.cdb[8]!);
}

/** PRGENERATION and ADDITIONAL LENGTH, with room for the rest. */
function withHeader(execution: Execution, length: number): { readonly data: Uint8Array; readonly view: DataView } {
  const data = new Uint8Array(headerLength + length);
  const view = new DataView(data.buffer);
  view.setUint32(0, execution.unit.persistentReservations.generation);
  view.setUint32(4, length);
  return { data, view };
}

function answerKeys(execution: Execution): StepEnd {
  const { registrations, registrationCount } = execution.unit.persistentReservations;
  const { data, view } = withHeader(execution, registrationCount * keyLength);
  let at = headerLength;
  for (const { key } of registrations) {
    view.setBigUint64(at, key);
    at += keyLength;
  }
  return send(execution, data);
}

function answerReservation(execution: Execution): StepEnd {
  const { type, holderKey } = execution.unit.persistentReservations;
  const { data, view } = withHeader(execution, type === undefined ? 0 : reservationLength);
  if (type !== undefined) {
    view.setBigUint64(headerLength, holderKey);
    data[headerLength + 13] = type;
  }
  return send(execution, data);
}

/** Bits of PERSISTENT RESERVATION TYPE MASK, both bytes (SPC-4, 6.15.4). */
const typeMask: Readonly<Record<ReservationType, number>> = {
  [ReservationType.writeExclusive]: 0x0200,
  [ReservationType.exclusiveAccess]: 0x0800,
  [ReservationType.writeExclusiveRegistrantsOnly]: 0x2000,
  [ReservationType.exclusiveAccessRegistrantsOnly]: 0x4000,
  [ReservationType.writeExclusiveAllRegistrants]: 0x8000,
  [ReservationType.exclusiveAccessAllRegistrants]: 0x0001,
};

function answerCapabilities(execution: Execution): StepEnd {
  const data = new Uint8Array(8);
  const view = new DataView(data.buffer);
  const allTargetPortsCapable = 0x04;
  const typeMaskValid = 0x80;
  // ALLOW COMMANDS 001b: TEST UNIT READY passes every type; nothing is said of others.
  const allowCommands = 0x10;
  view.setUint16(0, data.length);
  data[2] = allTargetPortsCapable;
  data[3] = typeMaskValid | allowCommands;
  view.setUint16(
    4,
    Object.values(typeMask).reduce((mask, bit) => mask | bit, 0),
  );
  return send(execution, data);
}

function answerFullStatus(execution: Execution): StepEnd {
  const { persistentReservations } = execution.unit;
  const descriptors = [...persistentReservations.registrations].map((registration) =>
    statusDescriptor(registration, persistentReservations.holds(registration) ? persistentReservations.type : undefined),
  );
  const { data } = withHeader(
    execution,
    descriptors.reduce((sum, { length }) => sum + length, 0),
  );
  let at = headerLength;
  for (const descriptor of descriptors) {
    data.set(descriptor, at);
    at += descriptor.length;
  }
  return send(execution, data);
}

const fixedDescriptorLength = 24;

/** One registered nexus, with the iSCSI TransportID of its initiator port (SPC-4, 7.6.4.6). */
function statusDescriptor({ initiatorPort, portalGroupTag, key }: Registration, heldType: ReservationType | undefined): Uint8Array {
  const name = Buffer.from(initiatorPort);
  const nameLength = Math.ceil((name.length + 1) / 4) * 4;
  const transportIdLength = 4 + nameLength;
  const bytes = new Uint8Array(fixedDescriptorLength + transportIdLength);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, key);
  bytes[12] = heldType === undefined ? 0 : 1;
  bytes[13] = heldType ?? 0;
  view.setUint16(18, portalGroupTag);
  view.setUint32(20, transportIdLength);
  const initiatorPortFormat = 0x40;
  const iscsiProtocol = 0x05;
  bytes[fixedDescriptorLength] = initiatorPortFormat | iscsiProtocol;
  view.setUint16(fixedDescriptorLength + 2, nameLength);
  bytes.set(name, fixedDescriptorLength + 4);
  return bytes;
}

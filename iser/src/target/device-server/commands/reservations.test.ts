import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  encodeInquiry,
  encodeModeSense6,
  encodeRead10,
  encodeReadCapacity10,
  encodeTestUnitReady,
  encodeWrite10,
  ScsiStatus,
} from "#scsi";
import { HeldDisk } from "../../testing/held-disk.ts";
import { ReservationType } from "../persistent-reservations.ts";
import type { ScriptedInitiator } from "../testing/scripted-initiator.ts";
import { cdbOf, filled, hexCdb, scriptedUnit } from "../testing/scripted-unit.ts";

const ServiceAction = { register: 0, reserve: 1, release: 2, clear: 3, preempt: 4, preemptAndAbort: 5, registerAndIgnore: 6 } as const;

function reserveOut(initiator: ScriptedInitiator, action: number, key: bigint, newKey = 0n, type = 0, flags = 0) {
  const data = new Uint8Array(24);
  const view = new DataView(data.buffer);
  view.setBigUint64(0, key);
  view.setBigUint64(8, newKey);
  data[20] = flags;
  const cdb = hexCdb("5f 00 00 0000 00000018 00");
  cdb[1] = action;
  cdb[2] = type;
  return initiator.start(cdb, { data });
}

const reserveIn = (action: number) => hexCdb(`5e 0${action} 0000000000 1000 00`);
const read = cdbOf((cdb) => encodeRead10(cdb, 0, 1));
const write = cdbOf((cdb) => encodeWrite10(cdb, 0, 1));
const reserve6 = hexCdb("16 00 0000 00 00");
const release6 = hexCdb("17 00 0000 00 00");

describe("PERSISTENT RESERVE", () => {
  it("keeps others out, and tells them when that is over", () => {
    const { initiator, another } = scriptedUnit();
    const other = another(2);
    for (const [who, key] of [[initiator, 1n] as const, [other, 2n] as const]) {
      expect(reserveOut(who, ServiceAction.registerAndIgnore, 0n, key).isGood).toBe(true);
    }
    const type = ReservationType.exclusiveAccessRegistrantsOnly;
    expect(reserveOut(initiator, ServiceAction.reserve, 1n, 0n, type).isGood).toBe(true);
    const stranger = another(3);
    expect(stranger.run(read).status).toBe(ScsiStatus.reservationConflict);
    expect(stranger.run(write, { data: filled(1, 1) }).status).toBe(ScsiStatus.reservationConflict);
    expect(stranger.run(cdbOf(encodeTestUnitReady)).status).toBe(ScsiStatus.good);
    expect(stranger.run(cdbOf(encodeReadCapacity10)).status).toBe(ScsiStatus.good);
    expect(other.run(write, { data: filled(1, 1) }).status).toBe(ScsiStatus.good);
    expect(reserveOut(initiator, ServiceAction.release, 1n, 0n, type).isGood).toBe(true);
    expect(other.run(cdbOf(encodeTestUnitReady)).sense?.code).toBe(AdditionalSense.reservationsReleased);
    expect(stranger.run(read, { expect: 512 }).status).toBe(ScsiStatus.good);
  });

  it("reports keys, the reservation, capabilities and who registered", () => {
    const { initiator, another } = scriptedUnit();
    reserveOut(initiator, ServiceAction.register, 0n, 0x1122n);
    reserveOut(another(2), ServiceAction.register, 0n, 0x3344n);
    reserveOut(initiator, ServiceAction.reserve, 0x1122n, 0n, ReservationType.writeExclusive);
    expect(Buffer.from(initiator.run(reserveIn(0)).data).toString("hex")).toBe(
      "00000002" + "00000010" + "0000000000001122" + "0000000000003344",
    );
    expect(Buffer.from(initiator.run(reserveIn(1)).data).toString("hex")).toBe(
      "0000000200000010" + "0000000000001122" + "00000000" + "00010000",
    );
    expect(Buffer.from(initiator.run(reserveIn(2)).data).toString("hex")).toBe("00080490ea010000");
    const status = Buffer.from(initiator.run(reserveIn(3)).data);
    expect(status.readUInt32BE(4)).toBe(status.length - 8);
    expect(status.toString("latin1")).toContain("iqn.2026-11.test:initiator,i,0x800000000001\0");
  });

  it("refuses what it cannot do, and says which field", () => {
    const { initiator } = scriptedUnit();
    expect(reserveOut(initiator, ServiceAction.register, 0n, 1n, 0, 0x08).outcome?.sense).toMatchObject({ specific: { byte: 20, bit: 3 } });
    expect(reserveOut(initiator, ServiceAction.register, 0n, 1n, 0, 0x01).outcome?.sense).toMatchObject({ specific: { byte: 20, bit: 0 } });
    expect(reserveOut(initiator, ServiceAction.reserve, 0n, 0n, 2).outcome?.sense).toMatchObject({ specific: { byte: 2, bit: 3 } });
    expect(reserveOut(initiator, ServiceAction.reserve, 0n, 0n, 0x11).outcome?.sense).toMatchObject({ specific: { byte: 2, bit: 7 } });
    expect(reserveOut(initiator, 7, 0n).outcome?.sense).toMatchObject({ specific: { byte: 1, bit: 4 } });
    const short = initiator.run(hexCdb("5f 00 00 0000 00000017 00"), { data: new Uint8Array(23) });
    expect(short.sense?.code).toBe(AdditionalSense.parameterListLengthError);
  });

  it("survives the session, and belongs to the next one of the same port", () => {
    const { initiator, target, another } = scriptedUnit();
    reserveOut(initiator, ServiceAction.register, 0n, 1n);
    reserveOut(initiator, ServiceAction.reserve, 1n, 0n, ReservationType.writeExclusive);
    target.closeNexus(initiator.nexus);
    expect(another(2).run(write, { data: filled(1, 1) }).status).toBe(ScsiStatus.reservationConflict);
    expect(another(1).run(write, { data: filled(1, 1) }).status).toBe(ScsiStatus.good);
  });

  it("PREEMPT AND ABORT ends when the victim's commands have", () => {
    const disk = new HeldDisk();
    const { initiator, another } = scriptedUnit({}, disk);
    const victim = another(2);
    reserveOut(initiator, ServiceAction.register, 0n, 1n);
    reserveOut(victim, ServiceAction.register, 0n, 2n);
    reserveOut(victim, ServiceAction.reserve, 2n, 0n, ReservationType.exclusiveAccess);
    disk.held = true;
    const writing = victim.start(write, { data: filled(1, 1) });
    const preempting = reserveOut(initiator, ServiceAction.preemptAndAbort, 1n, 2n, ReservationType.exclusiveAccess);
    expect([writing.released, preempting.outcome]).toEqual([true, undefined]);
    disk.letGo();
    expect([preempting.isGood, writing.outcome]).toEqual([true, undefined]);
    expect(victim.run(cdbOf(encodeTestUnitReady)).sense?.code).toBe(AdditionalSense.registrationsPreempted);
  });
});

describe("RESERVE (6)", () => {
  it("keeps others from nearly everything until it is released", () => {
    const { initiator, another } = scriptedUnit();
    const other = another(2);
    expect(initiator.run(reserve6).status).toBe(ScsiStatus.good);
    expect(initiator.run(reserve6).status).toBe(ScsiStatus.good);
    const senseAll = { disableBlockDescriptors: false, pageControl: 0, page: 0x3f, subpage: 0, allocationLength: 255 };
    for (const cdb of [reserve6, read, cdbOf(encodeTestUnitReady), cdbOf((bytes) => encodeModeSense6(bytes, senseAll)), reserveIn(0)]) {
      expect(other.run(cdb).status).toBe(ScsiStatus.reservationConflict);
    }
    const inquiry = cdbOf((cdb) => encodeInquiry(cdb, { vitalProductData: false, page: 0, allocationLength: 96 }));
    for (const cdb of [inquiry, cdbOf(encodeReadCapacity10), release6]) expect(other.run(cdb).status).toBe(ScsiStatus.good);
    expect(other.run(reserve6).status).toBe(ScsiStatus.reservationConflict);
    expect(initiator.run(release6).status).toBe(ScsiStatus.good);
    expect(other.run(reserve6).status).toBe(ScsiStatus.good);
  });

  it("ends with the nexus and with a reset", () => {
    const { initiator, target, another } = scriptedUnit();
    initiator.run(reserve6);
    target.closeNexus(initiator.nexus);
    const second = another(2);
    expect(second.run(reserve6).status).toBe(ScsiStatus.good);
    target.manage(second.nexus, "lun-reset", new Uint8Array(8), () => {});
    const third = another(3);
    expect(third.run(reserve6).status).toBe(ScsiStatus.good);
  });

  it("does not mix with keys", () => {
    const { initiator } = scriptedUnit();
    initiator.run(reserve6);
    expect(reserveOut(initiator, ServiceAction.register, 0n, 1n).outcome?.status).toBe(ScsiStatus.reservationConflict);
    initiator.run(release6);
    expect(reserveOut(initiator, ServiceAction.register, 0n, 1n).isGood).toBe(true);
    expect(initiator.run(reserve6).status).toBe(ScsiStatus.reservationConflict);
  });
});

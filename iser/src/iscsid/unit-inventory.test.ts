import { VirtualClock } from "kit/clock";
import { Logger, type LogRecord } from "kit/log";
import { afterEach, beforeEach, expect, it } from "vitest";
import { buildLunList, MultipathUnits, Opcode, type ScsiCommand } from "#scsi";
import { DiskDouble } from "../scsi/testing/disk-double.ts";
import { answer, ScriptedPort } from "../scsi/testing/scripted-port.ts";
import { DeviceRegistry } from "./device-registry.ts";
import type { LogicalUnit } from "./initiator.ts";
import { UnitInventory } from "./unit-inventory.ts";

const limit = 1024;

let clock: VirtualClock;
let records: LogRecord[];
let luns: number[];
let double: DiskDouble;
let port: ScriptedPort;
/** Commands are held back until they are released. */
let isSlow: boolean;
/** Every question to a disk brings up that another inventory is due. */
let isRestless: boolean;
/** The LUNs that were sent a command. */
let asked: number[];
let told: (readonly LogicalUnit[])[];
let inventory: UnitInventory;

beforeEach(() => {
  clock = new VirtualClock();
  records = [];
  asked = [];
  told = [];
  isSlow = false;
  isRestless = false;
  // Units that do not say which they are: nobody takes two of them for one.
  double = new DiskDouble({ blocks: 8, contents: false });
  port = new ScriptedPort((command) => {
    asked.push(command.lun);
    perform(command);
    return isSlow ? "hold" : undefined;
  });
  const log = new Logger((record) => records.push(record), { level: "debug", wallClock: () => 0 });
  const parts = { clock, log, multipath: new MultipathUnits(clock) };
  const source = { port, connected: true, targetName: "iqn.x:many", portal: "192.0.2.1:3260", cacheIsProtected: false };
  inventory = new UnitInventory(source, parts, { onChange: () => {}, onUnits: (units) => told.push(units) });
});

afterEach(() => inventory.close());

function perform(command: ScsiCommand): void {
  if (command.cdb[0] === Opcode.reportLuns) answer(command, buildLunList(luns));
  else double.script(command);
  if (isRestless && command.cdb[0] !== Opcode.reportLuns) inventory.take();
}

function claim(count: number): void {
  luns = Array.from({ length: count }, (_, index) => count - 1 - index);
}

/** Until the target was not asked anything for a whole turn of the event loop. */
async function untilQuiet(): Promise<void> {
  for (let before = -1; before !== port.cdbs.length; ) {
    before = port.cdbs.length;
    await new Promise(setImmediate);
  }
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await untilQuiet();
}

function scans(): number {
  return port.cdbs.filter(([opcode]) => opcode === Opcode.reportLuns).length;
}

const warnings = (): LogRecord[] => records.filter(({ level }) => level === "warn");

it("of 16,384 units the lowest 1,024 are opened, told once, and all of them are devices with one change", async () => {
  claim(16_384);
  inventory.take();
  await untilQuiet();
  expect(told.map((units) => units.map(({ lun }) => lun))).toEqual([Array.from({ length: limit }, (_, lun) => lun)]);
  expect(Math.max(...asked)).toBe(limit - 1);
  expect(warnings()).toMatchObject([{ fields: { units: 16_384, takenUp: limit } }]);

  const devices = new DeviceRegistry();
  let changes = 0;
  devices.onChange(() => {
    changes += 1;
  });
  devices.together(() => {
    for (const { lun, device, description } of told[0] ?? []) devices.add(device, description, { sessionId: 1, lun });
  });
  expect([changes, devices.list().length, devices.list().at(-1)?.name]).toEqual([1, limit, "da1023"]);
});

it("a second look at a list that is cut finds nothing new, asks some disks only, and says nothing again", async () => {
  claim(16_384);
  inventory.take();
  await untilQuiet();
  const looked = new Set<number>();
  for (let look = 0; look < limit / 64; look += 1) {
    port.forget();
    asked = [];
    await pass(5000);
    const units = new Set(asked);
    // LUN 0 is asked for the target as a whole.
    expect(units.size).toBeLessThanOrEqual(65);
    for (const lun of units) looked.add(lun);
    expect(scans()).toBeLessThanOrEqual(2);
    expect(port.deepest).toBe(1);
  }
  expect(looked.size).toBe(limit);
  expect(told).toHaveLength(1);
  expect(warnings()).toHaveLength(1);
});

it("takes up what has moved below the limit, and warns again when there are too many again", async () => {
  claim(limit + 1);
  inventory.take();
  await untilQuiet();
  luns = luns.filter((lun) => lun !== 3);
  await pass(5000);
  expect(told).toHaveLength(2);
  expect(told[1]).toHaveLength(limit);
  expect(told[1]?.some(({ lun }) => lun === limit)).toBe(true);
  claim(limit + 2);
  await pass(5000);
  expect(warnings()).toHaveLength(2);
});

it("asks units that are known again a few at a time", async () => {
  claim(200);
  inventory.take();
  await untilQuiet();
  port.forget();
  asked = [];
  isSlow = true;
  inventory.take();
  await untilQuiet();
  port.release();
  await untilQuiet();
  expect(port.held).toHaveLength(16);
  while (port.held.length > 0) {
    port.release();
    if (port.held.length === 0) await untilQuiet();
  }
  expect(port.deepest).toBeLessThanOrEqual(17);
  expect(new Set(asked).size).toBe(200);
});

it("a target whose list is another one after every question is asked without a pause some times only", async () => {
  claim(2);
  isRestless = true;
  inventory.take();
  await untilQuiet();
  const first = scans();
  expect(first).toBeLessThanOrEqual(17);
  await pass(1000);
  expect(scans()).toBeGreaterThan(first);
  expect(scans()).toBeLessThanOrEqual(first + 2);
});

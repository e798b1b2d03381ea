import { describe, expect, test } from "vitest";
import { BlockDevicePromises } from "#block";
import { AdditionalSense } from "../additional-sense.ts";
import { AsymmetricAccessState } from "../cdb/report-target-port-groups.ts";
import { settle } from "../testing/opened-disk.ts";
import { Association, CodeSet, DesignatorType } from "../vpd/device-identification.ts";
import { PathDouble } from "./testing/path-double.ts";
import { namedDisk, TestUnits, twoPaths } from "./testing/two-paths.ts";

const block = (value: number): Uint8Array => new Uint8Array(512).fill(value);

describe("two ports to one unit", () => {
  test("are one disk, to which commands go by both", async () => {
    const { a, b, pathA, pathB, promised } = await twoPaths();
    expect(pathB.disk).toBe(pathA.disk);
    for (let number = 0; number < 32; number++) await promised.write(number * 512, block(number));
    expect([a.wrote, b.wrote]).toEqual([16, 16]);
  });

  test("of which one is lost: what was on it goes over the other, and nobody hears of it", async () => {
    const { a, b, pathA, promised, cut, double } = await twoPaths();
    a.holds = true;
    const writes = Array.from({ length: 20 }, (_, number) => promised.write(number * 512, block(number + 1)));
    await settle();
    expect(a.waiting).toBeGreaterThan(0);
    cut(a);
    await Promise.all(writes);
    expect(a.wrote).toBe(0);
    expect(b.wrote).toBe(20);
    expect(pathA.state).toBe("down");
    for (let number = 0; number < 20; number++) expect(double.contents[number * 512]).toBe(number + 1);
  });

  test("of which both are lost, and one comes back: what waited in either session goes over that", async () => {
    const { a, b, tests, promised, cut, restore } = await twoPaths();
    cut(a);
    cut(b);
    const writes = Array.from({ length: 20 }, (_, number) => promised.write(number * 512, block(1)));
    await tests.pass(60_000);
    restore(b);
    await tests.pass(100);
    await Promise.all(writes);
    expect([a.wrote, b.wrote]).toEqual([0, 20]);
    restore(a);
    await tests.pass(200);
    for (let number = 0; number < 16; number++) await promised.write(number * 512, block(2));
    expect([a.wrote, b.wrote]).toEqual([8, 28]);
  });

  test("of which one is lost under a write that its target executes late: what is written to the same blocks next waits for the end of that session", async () => {
    const { a, b, tests, promised, cut, restore, double } = await twoPaths();
    for (const port of [a, b]) port.holds = true;
    const first = promised.write(0, block(1));
    await settle();
    const [lost, other] = a.waiting > 0 ? [a, b] : [b, a];
    const late = lost.underWay();
    other.holds = false;
    cut(lost);
    await first;
    const second = promised.write(0, block(2));
    await promised.write(512, block(3));
    for (const execute of late) execute();
    lost.holds = false;
    restore(lost);
    await tests.pass(100);
    await second;
    expect(double.contents[0]).toBe(2);
  });

  test("of which one leaves stays a disk; of which the last leaves, it is none", async () => {
    const { a, tests, pathA, pathB, promised } = await twoPaths();
    pathA.leave();
    await promised.write(0, block(1));
    pathB.leave();
    await expect(promised.write(0, block(1))).rejects.toMatchObject({ code: "ESHUTDOWN" });
    expect((await tests.open(a)).disk).not.toBe(pathA.disk);
  });

  test("of which one comes back with another unit at its end is not touched there", async () => {
    const { a, tests, promised, cut, restore } = await twoPaths();
    const elsewhere = namedDisk({}, 2);
    const other = new PathDouble(elsewhere);
    cut(a);
    a.perform = (command) => other.perform(command);
    restore(a);
    for (let number = 0; number < 32; number++) await promised.write(number * 512, block(9));
    await tests.pass(100);
    expect(tests.foreign).toBe(1);
    expect(elsewhere.contents.every((byte) => byte === 0)).toBe(true);
  });
});

describe("a port that takes no I/O", () => {
  test("joins a unit that others lead to by its name alone, and gets commands when it takes them", async () => {
    const tests = new TestUnits();
    const double = namedDisk({ inquiry: { targetPortGroups: 1 } });
    const [active, standby] = [new PathDouble(double), new PathDouble(double)];
    standby.state = AsymmetricAccessState.standby;
    const first = await tests.open(active);
    const second = await tests.open(standby);
    await tests.pass(100);
    expect([second.disk === first.disk, second.state, second.active]).toEqual([true, "up", false]);
    active.state = AsymmetricAccessState.unavailable;
    standby.state = AsymmetricAccessState.activeOptimized;
    const write = new BlockDevicePromises(first.disk).write(0, block(1));
    await tests.pass(1000);
    await write;
    expect([active.wrote, standby.wrote]).toEqual([0, 1]);
  });

  test("opens nothing alone, and does not keep anybody waiting", async () => {
    const tests = new TestUnits();
    const port = new PathDouble(namedDisk({ inquiry: { targetPortGroups: 1 } }));
    port.state = AsymmetricAccessState.unavailable;
    await expect(tests.open(port)).rejects.toThrow("the port to the logical unit is not good for I/O: unavailable");
    port.state = AsymmetricAccessState.activeNonOptimized;
    expect((await tests.open(port)).active).toBe(true);
  });
});

describe("units that are not one", () => {
  test("have other sizes, whatever they call themselves", async () => {
    const tests = new TestUnits();
    const first = await tests.open(new PathDouble(namedDisk({ blocks: 64 })));
    const second = await tests.open(new PathDouble(namedDisk({ blocks: 65 })));
    expect(second.disk).not.toBe(first.disk);
    expect(second.oddity).toBe("naa.6001405a0102030405060708090a0b01 has 32768 bytes on its other paths, and 33280 here");
  });

  test("grow together, when one has not been told yet", async () => {
    const tests = new TestUnits();
    const double = namedDisk({ blocks: 64 });
    const first = await tests.open(new PathDouble(double));
    double.options = { ...double.options, blocks: 60 };
    const second = await tests.open(new PathDouble(double));
    await tests.pass(100);
    expect(second.disk).toBe(first.disk);
    expect(first.disk.geometry.size).toBe(60 * 512);
  });

  const named = (type: number, bytes: readonly number[]) => ({
    type,
    association: Association.logicalUnit,
    codeSet: CodeSet.binary,
    bytes: Uint8Array.from(bytes),
  });
  const blank = named(DesignatorType.naa, [0x60, 1, 0x40, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const local = named(DesignatorType.naa, [0x30, 1, 2, 3, 4, 5, 6, 7]);
  const vendors = named(DesignatorType.t10VendorId, [...Buffer.from("IET     00010001")]);

  test.each([
    ["a name that its vendor left blank", [blank], "iqn.2026-11.test:disk"],
    ["a locally assigned name, at different targets", [local], "iqn.2026-11.test:other"],
    ["a T10 vendor id, at different targets", [vendors], "iqn.2026-11.test:other"],
  ])("%s", async (_what, designators, targetName) => {
    const tests = new TestUnits();
    const first = await tests.open(new PathDouble(namedDisk({ designators })));
    const second = await tests.open(new PathDouble(namedDisk({ designators })), targetName);
    expect(second.disk).not.toBe(first.disk);
  });

  test("but a locally assigned name is enough at one target", async () => {
    const tests = new TestUnits();
    const first = await tests.open(new PathDouble(namedDisk({ designators: [local] })));
    const second = await tests.open(new PathDouble(namedDisk({ designators: [local] })), "IQN.2026-11.test:disk");
    expect(second.disk).toBe(first.disk);
  });
});

describe("asymmetric access", () => {
  const alua = { inquiry: { targetPortGroups: 1 } };

  test("sends commands to the best ports only", async () => {
    const { a, b, tests, pathA, pathB, promised } = await twoPaths(alua);
    a.state = AsymmetricAccessState.activeNonOptimized;
    a.pending.push(AdditionalSense.accessStateChanged);
    for (let number = 0; number < 16; number++) await promised.write(number * 512, block(1));
    await tests.pass(100);
    const before = a.wrote;
    for (let number = 0; number < 16; number++) await promised.write(number * 512, block(1));
    expect(a.wrote).toBe(before);
    expect(b.wrote).toBe(32 - before);
    expect([pathA.active, pathB.active]).toEqual([false, true]);
    expect(pathA.access).toMatchObject({ state: AsymmetricAccessState.activeNonOptimized });
  });

  test("takes the preferred of two that are equal", async () => {
    const { a, b, tests, promised } = await twoPaths(alua);
    b.preferred = true;
    b.pending.push(AdditionalSense.accessStateChanged);
    for (let number = 0; number < 32; number++) await promised.write(number * 512, block(1));
    await tests.pass(100);
    const before = a.wrote;
    for (let number = 0; number < 32; number++) await promised.write(number * 512, block(1));
    expect(a.wrote).toBe(before);
  });

  test("follows a unit that changes its controller, though nobody said so", async () => {
    const { a, b, tests, promised } = await twoPaths(alua);
    b.state = AsymmetricAccessState.standby;
    for (let number = 0; number < 16; number++) await promised.write(number * 512, block(1));
    expect(a.wrote).toBe(16);
    a.state = AsymmetricAccessState.standby;
    b.state = AsymmetricAccessState.activeOptimized;
    const write = promised.write(0, block(2));
    await tests.pass(1000);
    await write;
    expect(b.wrote).toBe(1);
  });

  test("waits while no port is good for I/O, and not for ever", async () => {
    const { a, b, tests, promised } = await twoPaths(alua);
    a.state = AsymmetricAccessState.transitioning;
    b.state = AsymmetricAccessState.unavailable;
    const write = promised.write(0, block(1));
    await tests.pass(60_000);
    a.state = AsymmetricAccessState.activeOptimized;
    await tests.pass(2000);
    await write;
    a.state = AsymmetricAccessState.standby;
    const lost = promised.write(0, block(1)).catch((error: unknown) => error);
    await tests.pass(130_000);
    expect(await lost).toMatchObject({ code: "EIO", message: expect.stringContaining("no path was good for I/O for 120 s") });
  });
});

describe("writes that were acknowledged and not flushed", () => {
  const lost = { code: "EIO", message: expect.stringContaining("may be lost") };

  test("are safe when a session comes back that is told of a power on, and the other one knows of none", async () => {
    const { a, tests, promised, cut, restore } = await twoPaths();
    for (let number = 0; number < 16; number++) await promised.write(number * 512, block(1));
    cut(a);
    a.pending.push(AdditionalSense.powerOnOrReset);
    restore(a);
    await tests.pass(200);
    await promised.flush();
  });

  test("are safe also when the paths go and come one after the other", async () => {
    const { a, b, tests, promised, cut, restore } = await twoPaths();
    await promised.write(0, block(1));
    for (const port of [a, b, a, b]) {
      await tests.pass(1000);
      cut(port);
      await promised.write(512, block(1));
      port.pending.push(AdditionalSense.powerOnOrReset);
      restore(port);
      await tests.pass(200);
    }
    await promised.flush();
  });

  test("may be lost when both are told", async () => {
    const { a, b, tests, promised } = await twoPaths();
    await tests.pass(1000);
    await promised.write(0, block(1));
    for (const port of [a, b]) port.pending.push(AdditionalSense.powerOnOrReset);
    await expect(promised.flush()).rejects.toMatchObject(lost);
  });

  test("may be lost when one is told of a power on for certain", async () => {
    const { a, promised } = await twoPaths();
    await promised.write(0, block(1));
    a.pending.push(0x2901);
    for (let number = 0; number < 9; number++) await promised.read(0, 512);
    await expect(promised.flush()).rejects.toMatchObject(lost);
  });

  test("may be lost when both sessions were away", async () => {
    const { a, b, tests, promised, cut, restore } = await twoPaths();
    await promised.write(0, block(1));
    await tests.pass(1000);
    for (const port of [a, b]) cut(port);
    for (const port of [a, b]) port.pending.push(AdditionalSense.powerOnOrReset);
    for (const port of [a, b]) restore(port);
    await tests.pass(200);
    await expect(promised.flush()).rejects.toMatchObject(lost);
  });
});

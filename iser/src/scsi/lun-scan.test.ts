import { VirtualClock } from "kit/clock";
import { expect, test } from "vitest";
import { AdditionalSense } from "./additional-sense.ts";
import { buildLunList } from "./cdb/report-luns.ts";
import { scanLuns } from "./lun-scan.ts";
import { SenseKey } from "./sense.ts";
import { answer, fail, ScriptedPort } from "./testing/scripted-port.ts";

function target(luns: readonly number[]): ScriptedPort {
  return new ScriptedPort((command) => {
    answer(command, buildLunList(luns));
    return undefined;
  });
}

const clock = new VirtualClock();

test("lists what the target has, ascending and once each", async () => {
  expect(await scanLuns(target([5, 0, 300, 5]), { clock })).toEqual([0, 5, 300]);
  expect(await scanLuns(target([]), { clock })).toEqual([]);
});

test("asks again with room for a list that is longer", async () => {
  const luns = Array.from({ length: 1000 }, (_, lun) => lun);
  const port = target(luns);
  expect(await scanLuns(port, { clock })).toEqual(luns);
  expect(port.cdbs.length).toBe(2);
});

test("believes in LUN 0 where REPORT LUNS is not known", async () => {
  const port = new ScriptedPort((command) => {
    fail(command, SenseKey.illegalRequest, AdditionalSense.invalidCommandOperationCode);
    return undefined;
  });
  expect(await scanLuns(port, { clock })).toEqual([0]);
});

test("asks a few times only for a list that grows with every question", async () => {
  const port = new ScriptedPort((command) => {
    const count = ((command.dataIn?.length ?? 0) - 8) / 8 + 1;
    answer(command, buildLunList(Array.from({ length: count }, (_, lun) => lun % 16_384)));
    return undefined;
  });
  expect((await scanLuns(port, { clock })).length).toBe(16_384);
  expect(port.cdbs.length).toBeLessThan(10);
});

test("takes no memory for a list that cannot be", async () => {
  const rooms: number[] = [];
  const port = new ScriptedPort((command) => {
    rooms.push(command.dataIn?.length ?? 0);
    const list = buildLunList([1]);
    list.fill(0xff, 0, 4);
    answer(command, list);
    return undefined;
  });
  expect(await scanLuns(port, { clock })).toEqual([1]);
  expect(Math.max(...rooms)).toBeLessThanOrEqual(262144);
});

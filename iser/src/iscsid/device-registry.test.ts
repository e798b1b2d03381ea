import { beforeEach, expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { DeviceRegistry } from "./device-registry.ts";

let devices: DeviceRegistry;
let told: number;
beforeEach(() => {
  devices = new DeviceRegistry();
  told = 0;
  devices.onChange(() => {
    told += 1;
  });
});

function disk(): MemoryDisk {
  return new MemoryDisk({ size: 4096 });
}

it("tells once of what comes together, however much it is, and of nothing when nothing comes", () => {
  devices.together(() => {
    for (let lun = 0; lun < 1000; lun += 1) devices.together(() => void devices.add(disk(), "", { sessionId: 1, lun }));
  });
  expect(told).toBe(1);
  devices.together(() => {});
  expect(told).toBe(1);
  devices.add(disk(), "", { sessionId: 2, lun: 0 });
  expect(told).toBe(2);
  expect(devices.list().at(-1)?.name).toBe("da1000");
});

it("tells of what has come before something went wrong", () => {
  const fail = (): void => {
    devices.add(disk(), "", { sessionId: 1, lun: 0 });
    throw new Error("no more");
  };
  expect(() => devices.together(fail)).toThrow("no more");
  expect(told).toBe(1);
});

it("gives a number again, the smallest first, once nobody needs it or waits for it any more", () => {
  const [a, b, c] = [0, 1, 2].map((lun) => devices.add(disk(), "", { sessionId: 1, lun }));
  devices.reserve("da3", { sessionId: 2, lun: 0 });
  const next = (lun: number): string => devices.add(disk(), "", { sessionId: 3, lun }).name;
  expect(next(0)).toBe("da4");
  if (a !== undefined && c !== undefined) {
    devices.remove(c, { sessionId: 1, lun: 2 }, () => {});
    devices.remove(a, { sessionId: 1, lun: 0 }, () => {});
  }
  devices.release(2);
  expect([next(1), next(2), next(3), next(4)]).toEqual(["da0", "da2", "da3", "da5"]);
  expect(b?.name).toBe("da1");
});

it("knows a disk that is reached another way by the name that it has", () => {
  const shared = disk();
  const first = devices.add(shared, "", { sessionId: 1, lun: 0 });
  const second = devices.add(shared, "", { sessionId: 2, lun: 7 });
  expect(second).toBe(first);
  expect(devices.list()).toHaveLength(1);
  devices.remove(first, { sessionId: 1, lun: 0 }, () => {});
  expect(devices.list().map(({ places }) => places.map(({ sessionId }) => sessionId))).toEqual([[2]]);
});

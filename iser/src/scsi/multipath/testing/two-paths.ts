import { VirtualClock } from "kit/clock";
import { BlockDevicePromises } from "#block";
import { DiskDouble, type DiskDoubleOptions } from "../../testing/disk-double.ts";
import { settle } from "../../testing/opened-disk.ts";
import { Association, CodeSet, type Designator, DesignatorType } from "../../vpd/device-identification.ts";
import { MultipathUnits, type UnitPath } from "../multipath-units.ts";
import { PathDouble } from "./path-double.ts";

const naa = (last: number): Designator => ({
  type: DesignatorType.naa,
  association: Association.logicalUnit,
  codeSet: CodeSet.binary,
  bytes: Uint8Array.of(0x60, 0x01, 0x40, 0x5a, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, last),
});
const groupOne: Designator = {
  type: DesignatorType.targetPortGroup,
  association: Association.targetPort,
  codeSet: CodeSet.binary,
  bytes: Uint8Array.of(0, 0, 0, 1),
};

/** A disk with a name that is unique in the world. */
export function namedDisk(options: Partial<DiskDoubleOptions> = {}, last = 1): DiskDouble {
  return new DiskDouble({ blocks: 64, writeCache: true, designators: [naa(last), groupOne], ...options });
}

/** What is known of units in a test, and ways to open more. */
export class TestUnits {
  readonly clock = new VirtualClock();
  readonly units = new MultipathUnits(this.clock);
  /** How often a path turned out to lead elsewhere. */
  foreign = 0;

  open(port: PathDouble, targetName = "iqn.2026-11.test:disk"): Promise<UnitPath> {
    const listener = { onForeign: () => void this.foreign++ };
    return this.units.open({ port, lun: 0, targetName }, { clock: this.clock }, listener, new AbortController().signal);
  }

  /** Time passes, with everything that happens in it. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 100) {
      this.clock.advance(Math.min(100, left));
      await settle();
    }
  }
}

/** A disk with two ports, both of which are paths that are up. */
export async function twoPaths(options: Partial<DiskDoubleOptions> = {}) {
  const double = namedDisk(options);
  const tests = new TestUnits();
  const [a, b] = [new PathDouble(double), new PathDouble(double)];
  const pathA = await tests.open(a);
  const pathB = await tests.open(b);
  await tests.pass(100);
  const promised = new BlockDevicePromises(pathA.disk);
  const cut = (port: PathDouble): void => {
    port.cut();
    (port === a ? pathA : pathB).setConnected(false);
  };
  const restore = (port: PathDouble): void => {
    port.restore();
    (port === a ? pathA : pathB).setConnected(true);
  };
  return { tests, double, a, b, pathA, pathB, promised, cut, restore };
}

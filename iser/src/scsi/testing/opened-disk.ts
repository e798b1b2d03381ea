import { VirtualClock } from "kit/clock";
import { BlockDevicePromises, type BlockDone, type BlockError } from "#block";
import { ScsiDisk, type ScsiDiskOptions } from "../disk.ts";
import { DiskDouble, type DiskDoubleOptions } from "./disk-double.ts";
import { ScriptedPort } from "./scripted-port.ts";

/** A disk that was opened over a double, its road and its time. The port has forgotten the commands of the opening. */
export interface OpenedDisk {
  readonly disk: ScsiDisk;
  readonly promised: BlockDevicePromises;
  readonly port: ScriptedPort;
  readonly double: DiskDouble;
  readonly clock: VirtualClock;
}

export async function openDisk(
  options: DiskDoubleOptions,
  diskOptions: Partial<ScsiDiskOptions> = {},
  maxTransferBytes = 0,
): Promise<OpenedDisk> {
  const double = new DiskDouble(options);
  const port = new ScriptedPort(double.script);
  port.maxTransferBytes = maxTransferBytes;
  const clock = new VirtualClock();
  const disk = await ScsiDisk.open(port, 0, { clock, ...diskOptions });
  port.forget();
  return { disk, promised: new BlockDevicePromises(disk), port, double, clock };
}

/** Runs one command of a block device and gives its error. */
export function ended(start: (done: BlockDone) => void): Promise<BlockError | undefined> {
  return new Promise((resolve) => start(resolve));
}

/** Lets everything happen that needs no time to pass: all of it takes microtasks only. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Moves the clock until nothing waits on it. */
export async function elapse(clock: VirtualClock): Promise<void> {
  await settle();
  for (let due = clock.nextDue(); due !== undefined; due = clock.nextDue()) {
    clock.advanceTo(due);
    await settle();
  }
}

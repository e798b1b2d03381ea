import type { BlockDevice } from "#block";
import { MemoryDisk } from "#block";
import { LogicalUnit, type LogicalUnitOptions } from "../logical-unit.ts";
import { TargetDevice, type TargetDeviceOptions } from "../target-device.ts";
import { ScriptedInitiator } from "./scripted-initiator.ts";

/** A target with one logical unit at LUN 0, and an initiator that has met its unit attention already. */
export interface ScriptedUnit {
  readonly target: TargetDevice;
  readonly unit: LogicalUnit;
  readonly initiator: ScriptedInitiator;
  /** One more initiator port, likewise. */
  another(isid: number): ScriptedInitiator;
}

export const testBlocks = 2048;

/** 1 MiB of memory in blocks of 512 bytes unless `device` is another. */
export function scriptedUnit(
  options: Partial<LogicalUnitOptions> = {},
  device: BlockDevice = new MemoryDisk({ size: testBlocks * 512 }),
  targetOptions: Partial<TargetDeviceOptions> = {},
): ScriptedUnit {
  const target = new TargetDevice({ name: "iqn.2026-11.test:target", ...targetOptions });
  const unit = new LogicalUnit(device, { serial: "TEST-0001", ...options });
  target.addUnit(0, unit);
  const another = (isid: number) => {
    const initiator = new ScriptedInitiator(target, "iqn.2026-11.test:initiator", isid);
    initiator.clearAttentions();
    return initiator;
  };
  return { target, unit, initiator: another(1), another };
}

/** A descriptor block from what an encoder writes. */
export function cdbOf(encode: (cdb: Uint8Array) => unknown): Uint8Array {
  const cdb = new Uint8Array(16);
  encode(cdb);
  return cdb;
}

/** A descriptor block in hexadecimal, for commands that no encoder writes. */
export function hexCdb(text: string): Uint8Array {
  const cdb = new Uint8Array(16);
  cdb.set(Buffer.from(text.replaceAll(" ", ""), "hex"));
  return cdb;
}

/** `blocks` blocks of one byte. */
export function filled(blocks: number, byte: number, blockSize = 512): Uint8Array {
  return new Uint8Array(blocks * blockSize).fill(byte);
}

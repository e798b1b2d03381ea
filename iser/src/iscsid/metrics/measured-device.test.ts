import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { type BlockDevice, type BlockDone, BlockError, MemoryDisk } from "#block";
import { MeasuredDevice } from "./measured-device.ts";

const clock = new VirtualClock();

/** A disk whose operations end when the test says so. */
function slowDisk(): { device: BlockDevice; ends: BlockDone[]; cancelled: BlockDone[] } {
  const ends: BlockDone[] = [];
  const cancelled: BlockDone[] = [];
  const device = Object.create(new MemoryDisk({ size: 65536 })) as BlockDevice;
  device.readInto = (_offset, _destination, done) => void ends.push(done);
  device.writeFrom = (_offset, _source, _fua, done) => void ends.push(done);
  device.cancel = (done) => void cancelled.push(done);
  return { device, ends, cancelled };
}

it("counts what ended well and what did not, and how long each took", () => {
  const { device, ends } = slowDisk();
  const measured = new MeasuredDevice(device, clock);
  const heard: (string | undefined)[] = [];
  const done: BlockDone = (error) => heard.push(error?.code);
  measured.readInto(0, new Uint8Array(4096), done);
  measured.writeFrom(0, new Uint8Array(512), false, done);
  clock.advance(3);
  ends[1]?.(undefined);
  clock.advance(1);
  ends[0]?.(new BlockError("EIO", "broken"));
  measured.readInto(0, new Uint8Array(1024), done);
  ends[2]?.(undefined);
  expect(heard).toEqual([undefined, "EIO", undefined]);
  const { read, write } = measured.counters;
  expect([read.bytes, read.errors, read.latency.count, read.latency.sumS]).toEqual([1024, 1, 2, 0.004]);
  expect([write.bytes, write.errors, write.latency.count, write.latency.sumS]).toEqual([512, 0, 1, 0.003]);
  expect(() => ends[2]?.(undefined)).toThrow("has ended twice");
});

it("gives up what its user wants given up", () => {
  const { device, ends, cancelled } = slowDisk();
  const measured = new MeasuredDevice(device, clock);
  const done: BlockDone = () => {};
  measured.readInto(0, new Uint8Array(512), () => {});
  measured.readInto(0, new Uint8Array(512), done);
  measured.cancel?.(done);
  measured.cancel?.(() => {});
  expect(cancelled).toEqual([ends[1]]);
});

it("can what its device can, and nothing else", () => {
  const memory: BlockDevice = new MemoryDisk({ size: 65536 });
  const measured = new MeasuredDevice(memory, clock);
  const pieces: Uint8Array[] = [];
  const lent = measured.lendRead?.(0, 65536, pieces) === true;
  expect(measured.counters.read.bytes).toBe(lent ? 65536 : 0);
  for (const ability of ["lendRead", "prefetch", "cancel"] as const)
    expect(measured[ability] === undefined).toBe(memory[ability] === undefined);
  let ends = 0;
  const done: BlockDone = (error) => {
    expect(error).toBeUndefined();
    ends++;
  };
  measured.flush(done);
  measured.unmap(0, 4096, done);
  measured.writeZeroes(0, 4096, { mayUnmap: true, fast: false, fua: false }, done);
  measured.blockStatus(0, 4096, (error) => done(error));
  measured.close(() => ends++);
  expect([ends, measured.geometry.size, measured.counters.unmap.bytes]).toEqual([5, 65536, 4096]);
});

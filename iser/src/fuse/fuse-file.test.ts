import fc from "fast-check";
import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { BlockError, type BlockFeatures, MemoryDisk } from "#block";
import { HeldDevice } from "../nbd/testing/held-device.ts";
import { Errno } from "./protocol/errno.ts";
import { Opcode } from "./protocol/opcode.ts";
import { Kernel, range, requestBytes, transfer } from "./testing/kernel.ts";

const size = 256 * 1024;

function started(device = new MemoryDisk({ size })): Kernel {
  const kernel = new Kernel(device);
  expect(kernel.initialise().error).toBe(0);
  return kernel;
}

function held(features: Partial<BlockFeatures> = {}): { readonly device: HeldDevice; readonly kernel: Kernel } {
  const device = new HeldDevice(size, features);
  const kernel = new Kernel(device);
  kernel.initialise();
  return { device, kernel };
}

describe("the version", () => {
  it("is ours, with transfers of a mebibyte and asynchronous direct I/O", () => {
    const { body } = new Kernel(new MemoryDisk({ size })).initialise();
    expect(body.length).toBe(64);
    expect([body.readUInt32LE(0), body.readUInt32LE(4)]).toEqual([7, 31]);
    expect(body.readUInt32LE(12)).toBe((1 << 0) | (1 << 5) | (1 << 15) | (1 << 22));
    expect([body.readUInt16LE(16), body.readUInt16LE(18)]).toEqual([16, 12]);
    expect([body.readUInt32LE(20), body.readUInt16LE(28)]).toEqual([1024 * 1024, 256]);
  });

  it("is no newer than the kernel's", () => {
    expect(new Kernel(new MemoryDisk({ size })).initialise(7, 28).body.readUInt32LE(4)).toBe(28);
  });

  it("is told to a kernel of a later major version, which asks again", () => {
    const kernel = new Kernel(new MemoryDisk({ size }));
    const { error, body } = kernel.initialise(8, 0);
    expect([error, body.readUInt32LE(0)]).toEqual([0, 7]);
    expect(kernel.file.agreed).toBe(false);
    expect(kernel.initialise().error).toBe(0);
    expect(kernel.file.agreed).toBe(true);
  });

  it.each([
    [7, 27],
    [6, 40],
  ])("%d.%d is too old, and that is said", (major, minor) => {
    const kernel = new Kernel(new MemoryDisk({ size }));
    expect(kernel.initialise(major, minor).error).toBe(-Errno.EPROTO);
    expect(kernel.faults).toEqual([expect.stringContaining("7.28 (Linux 4.20) or later is needed")]);
  });

  it("comes first", () => {
    expect(new Kernel(new MemoryDisk({ size })).ask(Opcode.getattr, Buffer.alloc(16)).error).toBe(-Errno.EPROTO);
  });
});

describe("the file", () => {
  it("is regular, root's, and as large as the disk", () => {
    const { body } = started().ask(Opcode.getattr, Buffer.alloc(16));
    expect(body.length).toBe(104);
    expect([body.readBigUInt64LE(0), body.readUInt32LE(8)]).toEqual([0n, 0]); // holds for no time
    expect(Number(body.readBigUInt64LE(24))).toBe(size);
    expect(body.readUInt32LE(16 + 60)).toBe(0o100600);
  });

  it("is opened past the page cache, and not for writing when the disk is read-only", () => {
    const kernel = started();
    expect(kernel.ask(Opcode.open, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0])).body.readUInt32LE(8)).toBe(0x41);
    const readOnly = started(new MemoryDisk({ size, readOnly: true }));
    expect(readOnly.ask(Opcode.open, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0])).error).toBe(-Errno.EROFS);
    expect(readOnly.ask(Opcode.open, Buffer.alloc(8)).error).toBe(0);
  });

  it("keeps its size, owner and mode, and forgets times", () => {
    const kernel = started();
    const change = (valid: number): number => {
      const body = Buffer.alloc(88);
      body.writeUInt32LE(valid, 0);
      return kernel.ask(Opcode.setattr, body).error;
    };
    expect([change(1 << 3), change(1 << 0), change(1 << 1), change(1 << 5)]).toEqual([-Errno.EPERM, -Errno.EPERM, -Errno.EPERM, 0]);
  });

  it("is all there is", () => {
    const kernel = started();
    expect(kernel.ask(Opcode.lookup, Buffer.from("x\0")).error).toBe(-Errno.ENOENT);
    expect(kernel.ask(Opcode.getattr, Buffer.alloc(16), 2).error).toBe(-Errno.ENOENT);
    expect(kernel.ask(22, Buffer.from("user.x\0")).error).toBe(-Errno.ENOSYS);
  });

  it("tells a loop device in which pieces to discard", () => {
    const { body } = held({ unmapGranularity: 65536 }).kernel.ask(Opcode.statfs);
    expect([body.length, body.readUInt32LE(40), body.readUInt32LE(48)]).toEqual([80, 65536, 65536]);
    expect(
      held({ unmapGranularity: 3 * 4096 })
        .kernel.ask(Opcode.statfs)
        .body.readUInt32LE(40),
    ).toBe(512);
  });
});

describe("data", () => {
  it("that was written is read, wherever it is, and the slots are back", () => {
    const kernel = started();
    const model = Buffer.alloc(size);
    const block = fc.nat({ max: size / 512 - 1 });
    fc.assert(
      fc.property(block, fc.integer({ min: 1, max: 64 }), fc.boolean(), fc.nat(255), (at, count, writes, fill) => {
        const offset = at * 512;
        const length = Math.min(count * 512, size - offset);
        if (writes) {
          model.fill(fill, offset, offset + length);
          const { error, body } = kernel.ask(Opcode.write, transfer(offset, length, model.subarray(offset, offset + length)));
          expect([error, body.readUInt32LE(0)]).toEqual([0, length]);
        } else {
          expect(kernel.ask(Opcode.read, transfer(offset, length)).body.equals(model.subarray(offset, offset + length))).toBe(true);
        }
        expect(kernel.lent).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("is as long as asked for up to a mebibyte", () => {
    const kernel = started(new MemoryDisk({ size: 2 * 1024 * 1024 }));
    const data = Buffer.alloc(1024 * 1024, 7);
    expect(kernel.ask(Opcode.write, transfer(0, data.length, data)).error).toBe(0);
    expect(kernel.ask(Opcode.read, transfer(0, data.length)).body.equals(data)).toBe(true);
    expect(kernel.ask(Opcode.read, transfer(0, data.length + 512)).error).toBe(-Errno.EINVAL);
  });

  it("ends with the file", () => {
    const kernel = started();
    expect(kernel.ask(Opcode.read, transfer(size - 512, 4096)).body.length).toBe(512);
    expect(kernel.ask(Opcode.read, transfer(size, 4096))).toMatchObject({ error: 0, body: Buffer.alloc(0) });
    expect(kernel.ask(Opcode.write, transfer(size, 512, Buffer.alloc(512))).error).toBe(-Errno.ENOSPC);
  });

  it.each<[string, number, Buffer]>([
    ["a read between blocks", Opcode.read, transfer(100, 512)],
    ["a read of half a block", Opcode.read, transfer(0, 100)],
    ["a read beyond what can be counted", Opcode.read, transfer(2n ** 60n, 512)],
    ["a write between blocks", Opcode.write, transfer(1, 512, Buffer.alloc(512))],
    ["a write with less data than it says", Opcode.write, transfer(0, 1024, Buffer.alloc(512))],
    ["a write with more data than it says", Opcode.write, transfer(0, 512, Buffer.alloc(1024))],
    ["a write that says more than there is room for", Opcode.write, transfer(0, 0xffff_fe00, Buffer.alloc(512))],
    ["a write without its header", Opcode.write, Buffer.alloc(16)],
  ])("%s is refused", (_, opcode, body) => {
    expect(started().ask(opcode, body)).toMatchObject({ error: -Errno.EINVAL, body: Buffer.alloc(0) });
  });

  it("comes back in the order in which the disk has it", () => {
    const { device, kernel } = held();
    const first = kernel.post(Opcode.read, transfer(0, 512));
    const second = kernel.post(Opcode.read, transfer(512, 512));
    device.held.pop()?.finish();
    device.held.pop()?.finish();
    expect(kernel.replies.map(({ unique }) => unique)).toEqual([second, first]);
  });

  it("that could not be had is an error the kernel knows", () => {
    const { device, kernel } = held();
    for (const code of ["EIO", "ENOSPC", "ESHUTDOWN", "ENOTSUP"] as const) {
      kernel.post(Opcode.read, transfer(0, 512));
      device.finishNext(new BlockError(code, "no"));
    }
    expect(kernel.replies.map(({ error }) => -error)).toEqual([Errno.EIO, Errno.ENOSPC, Errno.EIO, Errno.EOPNOTSUPP]);
  });
});

describe("what a loop device asks for", () => {
  const punchHole = 0x03;
  const zeroRange = 0x11;

  it("a sync is a flush, and closing is none", () => {
    const { device, kernel } = held();
    kernel.post(Opcode.fsync, Buffer.alloc(16));
    expect(device.held).toMatchObject([{ kind: "flush" }]);
    device.finishAll();
    expect(kernel.ask(Opcode.flush, Buffer.alloc(24)).error).toBe(0);
    expect(kernel.ask(Opcode.release, Buffer.alloc(24)).error).toBe(0);
    expect(device.held).toEqual([]);
  });

  it("a hole reads as zeroes, because it may have been asked for as such", () => {
    const kernel = started();
    kernel.ask(Opcode.write, transfer(0, 4096, Buffer.alloc(4096, 7)));
    expect(kernel.ask(Opcode.fallocate, range(512, 1024, punchHole)).error).toBe(0);
    expect(kernel.ask(Opcode.read, transfer(0, 4096)).body.equals(Buffer.alloc(4096, 7).fill(0, 512, 1536))).toBe(true);
  });

  it("no hole where the disk gives nothing back: a discard of all of it would take as long as to write it", () => {
    const { device, kernel } = held({ unmap: false });
    expect(kernel.ask(Opcode.fallocate, range(0, size, punchHole)).error).toBe(-Errno.EOPNOTSUPP);
    expect(device.held).toEqual([]);
  });

  it("zeroes with their storage are zeroes on every disk", () => {
    const { device, kernel } = held({ unmap: false });
    kernel.post(Opcode.fallocate, range(0, 4096, zeroRange));
    expect(device.held).toMatchObject([{ kind: "writeZeroes", offset: 0, length: 4096 }]);
    device.finishAll();
  });

  it("storage in advance cannot be had", () => {
    for (const mode of [0, 1, 2, 0x10, 0x20]) {
      expect(started().ask(Opcode.fallocate, range(0, 4096, mode)).error).toBe(-Errno.EOPNOTSUPP);
    }
  });

  it("what needs no answer gets none", () => {
    const kernel = started();
    kernel.replies.length = 0;
    for (const opcode of [Opcode.interrupt, Opcode.forget, Opcode.batchForget]) kernel.post(opcode, Buffer.alloc(16));
    expect([kernel.replies.length, kernel.lent]).toEqual([0, 0]);
  });
});

describe("bytes that are no request", () => {
  it("every truncation is refused or answered, and its slot is back", () => {
    const kernel = started();
    const whole = requestBytes(Opcode.write, 2, 1, transfer(0, 512, Buffer.alloc(512, 1)));
    for (let length = 0; length < whole.length; length++) {
      const part = Buffer.from(whole.subarray(0, length));
      kernel.send(part);
      if (length >= 4) part.writeUInt32LE(length, 0);
      kernel.send(part);
    }
    expect(kernel.lent).toBe(0);
    expect(kernel.replies.every(({ error }) => error === -Errno.EINVAL || error === 0)).toBe(true);
    expect(kernel.ask(Opcode.read, transfer(0, 512)).body.equals(Buffer.alloc(512))).toBe(true);
  });

  it("damaged requests end once each, and touch nothing but the disk", () => {
    const seed = Number(process.env.FUSE_SEED ?? 20261122);
    const random = new SeededRandom(seed);
    const below = (limit: number): number => Math.floor(random.fraction() * limit);
    const kernel = started();
    const scripts = [
      requestBytes(Opcode.read, 2, 1, transfer(4096, 4096)),
      requestBytes(Opcode.write, 4, 1, transfer(4096, 1024, random.bytes(1024))),
      requestBytes(Opcode.fallocate, 6, 1, range(0, 4096, 3)),
      requestBytes(Opcode.fsync, 8, 1, Buffer.alloc(16)),
      requestBytes(Opcode.open, 10, 1, Buffer.alloc(8)),
      requestBytes(Opcode.init, 12, 0, Buffer.alloc(64)),
      requestBytes(Opcode.setattr, 14, 1, Buffer.alloc(88)),
    ];
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(scripts[below(scripts.length)]!);
      for (let times = 1 + below(4); times > 0; times--) {
        const at = below(Math.min(bytes.length, 100));
        if (below(2) === 0) bytes[at]! ^= 1 << below(8);
        else bytes.fill(below(2) === 0 ? 0xff : 0, at, Math.min(bytes.length, at + 4));
      }
      // The kernel says how much it gave; a header that disagrees is the exception.
      if (below(4) > 0) bytes.writeUInt32LE(bytes.length, 0);
      kernel.replies.length = 0;
      kernel.send(bytes);
      expect(kernel.lent, `FUSE_SEED=${seed}, round ${round}`).toBe(0);
      expect(kernel.replies.length, `FUSE_SEED=${seed}, round ${round}`).toBeLessThanOrEqual(1);
    }
  });
});

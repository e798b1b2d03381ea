import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "kit/cli";
import { SeededRandom, VirtualClock } from "kit/clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseIscsiUrl } from "#initiator";
import { openDeviceSpec, parseDeviceSpec } from "./device-spec.ts";

describe("a device on a command line", () => {
  it.each([
    ["mem:64M", { kind: "memory", size: 64 * 2 ** 20, blockSize: 512, readOnly: false }],
    ["mem:1G,bs=4096,ro", { kind: "memory", size: 2 ** 30, blockSize: 4096, readOnly: true }],
    ["mem:8K,ro,bs=4K", { kind: "memory", size: 8192, blockSize: 4096, readOnly: true }],
    ["disk.img", { kind: "file", path: "disk.img", size: undefined, blockSize: 512, readOnly: false }],
    ["/a,b/c d.img,bs=4096,ro", { kind: "file", path: "/a,b/c d.img", size: undefined, blockSize: 4096, readOnly: true }],
    ["new.img,size=1M", { kind: "file", path: "new.img", size: 2 ** 20, blockSize: 512, readOnly: false }],
    ["odd,name", { kind: "file", path: "odd,name", size: undefined, blockSize: 512, readOnly: false }],
    ["iscsi://u%p@host/iqn.a:b,ro/0", { kind: "url", url: parseIscsiUrl("iscsi://u%p@host/iqn.a:b,ro/0") }],
    ["iser://host/iqn.a:b/0?crc=off", { kind: "url", url: parseIscsiUrl("iser://host/iqn.a:b/0?crc=off") }],
  ])("%s", (text, spec) => {
    expect(parseDeviceSpec(text)).toEqual(spec);
  });

  it.each([
    ["mem:", '"" is not a size'],
    ["mem:lots", '"lots" is not a size'],
    ["mem:1000", "size 1000 in"],
    ["mem:0", "size 0 in"],
    ["mem:1M,bs=1000", "block size 1000 in"],
    ["mem:1M,bs=512,bs=4096", '"bs" is given twice in "mem:1M,bs=512,bs=4096"'],
    ["mem:1M,ro,ro", '"ro" is given twice in "mem:1M,ro,ro"'],
    ["disk.img,size=1M,ro,size=2M", '"size" is given twice in "disk.img,size=1M,ro,size=2M"'],
    ["mem:1M,rw", '"rw" in "mem:1M,rw" is no option of a memory disk'],
    ["disk.img,bs=3", "block size 3 in"],
    ["disk.img,size=1", "size 1 in"],
    ["", '"" names no device'],
    [",ro", '",ro" names no device'],
    ["iscsi://host/iqn.a:b/0?x=1", 'option "x" of the URL is unknown'],
    ["iser://host/iqn.a:b/0?fpdu=9", "fpdu=9 is not possible"],
    ["iscsi://host/iqn.a:b", "names no LUN"],
    ["http://host/iqn.a:b/0", "is not an address of a block device"],
  ])("%j is refused", (text, message) => {
    expect(() => parseDeviceSpec(text)).toThrow(message);
    expect(() => parseDeviceSpec(text)).toThrow(UsageError);
  });
});

describe("opening it", () => {
  let directory: string;
  const options = { clock: new VirtualClock(), random: new SeededRandom(1), stopped: new AbortController().signal };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "iser-device-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("memory", async () => {
    const opened = await openDeviceSpec(parseDeviceSpec("mem:1M,bs=4096"), options);
    expect(opened.device.geometry).toMatchObject({ size: 2 ** 20, blockSize: 4096 });
    expect(opened.device.features.readOnly).toBe(false);
    await opened.close();
  });

  it("a file that is created with its size", async () => {
    const path = join(directory, "new.img");
    const opened = await openDeviceSpec(parseDeviceSpec(`${path},size=2M`), options);
    expect(opened.device.geometry.size).toBe(2 ** 21);
    expect(opened.description).toBe(path);
    await opened.close();
    expect(statSync(path).size).toBe(2 ** 21);
  });

  it("a file that is there, for reading alone whatever its spec says", async () => {
    const path = join(directory, "disk.img");
    writeFileSync(path, Buffer.alloc(8192));
    const opened = await openDeviceSpec(parseDeviceSpec(path), { ...options, readOnly: true });
    expect(opened.device.geometry.size).toBe(8192);
    expect(opened.device.features.readOnly).toBe(true);
    await opened.close();
  });

  it("a file that is not there", async () => {
    await expect(openDeviceSpec(parseDeviceSpec(join(directory, "none.img")), options)).rejects.toThrow("none.img");
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { SeededRandom } from "kit/clock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProgram, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

let directory: string;
let target: RunningProgram;
let portal: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "iser-tools-"));
  target = startIser("target", "--listen", "127.0.0.1:0", "--target", iqn, "--lun", "mem:4M", "--lun", "mem:8M,bs=4096");
  [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
});

afterAll(async () => {
  await target.stop();
  rmSync(directory, { recursive: true });
});

describe("iser ls", () => {
  it("lists the targets of a portal", async () => {
    expect(await startIser("ls", `iscsi://${portal}`).ended).toEqual({
      exitCode: 0,
      stdout: `${"Target".padEnd(iqn.length)}  Portals\n${iqn}  ${portal},1\n`,
      stderr: "",
    });
  });

  it("lists the disks of a target with their sizes", async () => {
    const { stdout, exitCode } = await startIser("ls", "--json", `iscsi://${portal}/${iqn}`).ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      targets: [
        {
          target: iqn,
          portals: [portal],
          luns: [
            expect.objectContaining({ lun: 0, type: "disk", size: 4 * 2 ** 20, blockSize: 512 }),
            expect.objectContaining({ lun: 1, type: "disk", size: 8 * 2 ** 20, blockSize: 4096 }),
          ],
        },
      ],
    });
    const text = await startIser("ls", "-s", `iscsi://${portal}`).ended;
    expect(text.stdout).toMatch(/^ {4}0 +4\.0 MiB +512 +disk /m);
  });

  it("says what went wrong with a target that is not there", async () => {
    const { exitCode, stdout, stderr } = await startIser("ls", `iscsi://${portal}/iqn.2026-11.test:other`).ended;
    expect(exitCode).toBe(1);
    expect(stdout).toContain("refused login: not found");
    expect(stderr).toContain("1 of 1 targets could not be asked");
  });
});

describe("iser inq", () => {
  it("shows what a disk says, for people and for programs", async () => {
    const text = await startIser("inq", `iscsi://${portal}/${iqn}/0`).ended;
    expect(text).toMatchObject({ exitCode: 0, stderr: "" });
    expect(text.stdout).toMatch(/device type +disk/);
    expect(text.stdout).toMatch(/Block limits \(0xb0\)\n/);
    const json = await startIser("inq", "--json", `iscsi://${portal}/${iqn}/0`).ended;
    const { inquiry, pages } = JSON.parse(json.stdout) as { inquiry: { vendor: string }; pages: { code: number; hex: string }[] };
    expect(inquiry.vendor).toBe("ISER");
    expect(pages.map(({ code }) => code)).toContain(0x83);
  });

  it("says that there is nothing at a LUN", async () => {
    const { exitCode, stderr } = await startIser("inq", `iscsi://${portal}/${iqn}/7`).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toBe("iser: the target has nothing at LUN 7\n  iser ls --luns lists what it has\n");
  });
});

describe("iser dd", () => {
  it("brings an image to a disk and back, with digests, and proves it", async () => {
    const url = `iscsi://${portal}/${iqn}/1?header_digest=crc32c&data_digest=crc32c`;
    const image = join(directory, "image");
    const copy = join(directory, "copy");
    const data = new SeededRandom(1).bytes(1_000_001);
    writeFileSync(image, data);
    const there = await startIser("dd", "--if", image, "--of", url, "--bs", "64K", "--fua", "--fsync", "--verify").ended;
    expect(there).toMatchObject({ exitCode: 0, stdout: "" });
    expect(there.stderr).toMatch(/^copied 977 KiB \(1000001 bytes\) in /);
    const back = await startIser("dd", `if=${url}`, `of=${copy}`, "bs=64K").ended;
    expect(back.exitCode).toBe(0);
    expect(readFileSync(copy).length).toBe(8 * 2 ** 20);
    expect(readFileSync(copy).subarray(0, data.length).equals(data)).toBe(true);
  });

  it("refuses what does not fit before it writes anything", async () => {
    const image = join(directory, "large");
    writeFileSync(image, Buffer.alloc(5 * 2 ** 20, 1));
    const { exitCode, stderr } = await startIser("dd", "--if", image, "--of", `iscsi://${portal}/${iqn}/0`).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/5242880 bytes do not fit into \S+: it has 4194304 bytes/);
    const start = await startIser("dd", "--if", `iscsi://${portal}/${iqn}/0`, "--bs", "4K", "--count", "1").ended;
    expect(start.stdout).toBe("\0".repeat(4096));
  });

  it("leaves a file as it was when blocks of this size cannot be read from the disk", async () => {
    const file = join(directory, "precious");
    writeFileSync(file, "precious");
    const { exitCode, stderr } = await startIser("dd", "--if", `iscsi://${portal}/${iqn}/1`, "--bs", "512", "--of", file).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("are no multiple of the 4096-byte blocks") });
    expect(readFileSync(file, "utf8")).toBe("precious");
  });

  it("does not empty the file that it is to read, by whatever name, and copies within one when told to", async () => {
    const file = join(directory, "itself");
    const alias = join(directory, "alias");
    writeFileSync(file, "itself");
    symlinkSync(file, alias);
    for (const name of [file, alias]) {
      const { exitCode, stderr } = await startIser("dd", "--if", file, "--of", name).ended;
      expect({ exitCode, stderr }).toEqual({
        exitCode: 2,
        stderr: expect.stringContaining("is what is read too, and would be emptied first"),
      });
      expect(readFileSync(file, "utf8")).toBe("itself");
    }
    const within = await startIser("dd", "--if", file, "--of", alias, "--bs", "1", "--skip", "2", "--count", "4", "--notrunc").ended;
    expect(within.exitCode).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("selflf");
  });

  it("names the file that cannot take what the disk has", async () => {
    const { exitCode, stderr } = await startIser("dd", "--if", `iscsi://${portal}/${iqn}/0`, "--of", "/dev/full").ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain("iser: cannot write /dev/full: no space left on device\n");
  });
});

describe("iser perf", () => {
  it("measures a remote disk and checks what it wrote", async () => {
    const { exitCode, stdout } = await startIser(
      ..."perf --rw randrw --bs 8K --iodepth 16 --size 1M --runtime 100ms --verify --json".split(" "),
      `iscsi://${portal}/${iqn}/0`,
    ).ended;
    expect(exitCode).toBe(0);
    const [job] = (
      JSON.parse(stdout) as {
        jobs: {
          read: { total_ios: number; io_bytes: number; io_kbytes: number; bw_bytes: number; bw: number };
          write: { total_ios: number };
          verified_blocks: number;
          copied_bytes_per_byte: number;
        }[];
      }
    ).jobs;
    expect(job?.read.total_ios).toBeGreaterThan(0);
    expect(job?.write.total_ios).toBeGreaterThan(0);
    const { io_bytes = 0, io_kbytes, bw_bytes = 0, bw } = job?.read ?? {};
    expect([io_kbytes, bw]).toEqual([Math.floor(io_bytes / 1024), Math.floor(bw_bytes / 1024)]);
    expect(job?.verified_blocks).toBeGreaterThan(0);
    expect(job?.copied_bytes_per_byte).toBeGreaterThanOrEqual(0);
  });

  it("ends soon when it is stopped while its target is away, for which commands wait by minutes", async () => {
    const other = startIser("target", "--listen", "127.0.0.1:0", "--target", iqn, "--lun", "mem:4M");
    const [url = ""] = await other.says(/iscsi:\S+/);
    const trace = join(directory, "trace");
    const running = startIser("perf", "--runtime", "1h", "--trace", trace, url);
    while (!existsSync(trace) || statSync(trace).size < 100_000) await setImmediate();
    await other.stop();
    const { exitCode, stderr } = await running.stop();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "iser: interrupted\n" });
  });

  it("ends early when it is stopped", async () => {
    const perf = startIser("perf", "--runtime", "1h", `iscsi://${portal}/${iqn}/0`);
    const { exitCode, stderr } = await perf.stop();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("iser: interrupted\n");
  });
});

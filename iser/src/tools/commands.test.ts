import { readFileSync } from "node:fs";
import { runMain, TestWorld } from "kit/cli";
import { SeededRandom, SystemClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { commandTable } from "./commands.ts";
import { runIser } from "./program.ts";

async function iser(...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const world = new TestWorld(argv);
  const exitCode = await runMain(
    "iser",
    () =>
      runIser(world, (base) => ({
        ...base,
        stdin: world.stdin,
        stdout: world.stdout,
        stderr: world.stderr,
        stopped: world.stopped,
        clock: new SystemClock(),
        random: new SeededRandom(1),
        cpuTime: () => ({ userUs: 0, systemUs: 0 }),
      })),
    world,
  );
  return { exitCode, stdout: world.stdout.text, stderr: world.stderr.text };
}

describe("iser", () => {
  it("says which version it is, as its package does", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
    expect(await iser("--version")).toMatchObject({ exitCode: 0, stdout: `${manifest.version}\n` });
  });

  it("lists its commands in its help, with what they say of themselves", async () => {
    const { stdout, exitCode } = await iser("--help");
    expect(exitCode).toBe(0);
    for (const [name, { brief, load }] of Object.entries(commandTable)) {
      expect(stdout).toContain(name);
      expect(stdout).toContain(brief);
      expect((await load()).brief).toBe(brief);
    }
  });

  it.each(Object.keys(commandTable))("%s has help with examples", async (name) => {
    const { stdout, exitCode } = await iser(name, "--help");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/example/i);
    expect(stdout).toContain(`iser ${name}`);
  });

  it.each([
    [["lss"], 2, 'there is no command "lss"'],
    [["target", "--target", "iqn.2026-11.x:y", "--json"], 2, "--lun is missing\n  iser target --help says what it is, with examples"],
    [["target", "--lun", "mem:1M"], 2, "--target is missing"],
    [["target", "--target", "iqn.2026-11.x:y", "--lun"], 2, "--lun needs a value"],
    [["ls"], 2, "URL is missing"],
    [["ls", "http://x"], 2, "is not an address of a block device"],
    [["ls", "iscsi://127.0.0.1:1"], 1, "connection refused"],
    [["inq", "iscsi://127.0.0.1/iqn.x:y"], 2, "the URL names no LUN"],
    [
      ["target", "--listen", "127.0.0.1:0", "--target", "iqn.2026-11.x:y", "--lun", "mem:1M", "--chap", "me:a", "--chap", "me:b"],
      2,
      "--chap names me twice",
    ],
    [["inq", "iscsi://127.0.0.1:1/iqn.x:y/0"], 1, "connection refused"],
    [["inq", "iscsi://h/iqn.x:y/0?colour=red"], 2, 'option "colour" of the URL is unknown'],
    [["dd", "if=/no-such-directory/file", "of=/dev/null"], 1, "cannot open /no-such-directory/file: no such file or directory"],
    [["dd", "if=a", "--if", "b"], 2, "--if and if= are both given"],
    [["dd", "--bs", "0", "--if", "a"], 2, "a block of 0 bytes is not possible"],
    [["dd", "--if", "/dev/null", "--seek", "1"], 2, "standard output has no position"],
    [["dd", "--if", "/dev/null", "--verify"], 2, "standard output cannot be read back"],
    [["trace"], 2, "there is no file to write to"],
    [["trace", "a.pcapng"], 2, "there is no command to trace into a.pcapng"],
    [["trace", "--json", "inq"], 2, "unknown flag --json"],
    [["trace", "a.pcapng", "lss"], 2, 'there is no command "lss" to trace'],
    [["trace", "a.pcapng", "decode", "b.pcapng"], 2, "iser decode opens no session that could be traced"],
    [["trace", "/no-such-directory/a.pcapng", "inq", "iscsi://h/t/0"], 1, "cannot write the trace"],
    [["trace", "/dev/null", "inq", "iscsi://127.0.0.1:1/iqn.x:y/0"], 1, "connection refused"],
    [["trace", "/dev/null", "inq", "--colour"], 2, "unknown flag --colour"],
    [["decode"], 2, "FILE is missing"],
    [["decode", "/no-such-directory/a.pcapng"], 1, "no such file or directory"],
    [["decode", "/"], 1, "directory"],
    [["decode", "/dev/null"], 1, "/dev/null: the file is empty"],
    [["perf", "mem:1M", "--bs", "1000"], 1, "--bs 1000 is no multiple of the disk's 512-byte blocks"],
    [["perf", "mem:1M", "--size", "2M"], 1, "--size 2097152 is more than the disk has"],
    [["perf", "mem:1M", "--bs", "2M"], 1, "no room for a block of 2.0 MiB"],
    [["perf", "nowhere.img", "--bs", "0"], 2, "0 bytes are nothing to read or write"],
    [["perf", "nowhere.img", "--size", "0"], 2, "0 bytes are nothing to read or write"],
    [["perf", "nowhere.img", "--size", "1K"], 2, "--size 1024 has no room for a block of 4.0 KiB"],
    [["perf", "nowhere.img", "--bs", "1G"], 2, "32 blocks of 1.0 GiB at a time take more than 1.0 GiB of memory"],
    [["perf", "nowhere.img", "--runtime", "0"], 2, "nothing can be measured in no time"],
    [["perf", "nowhere.img", "--runtime", "1000h"], 2, '"1000h" is too long; at most'],
    [
      ["dd", "--if", "nowhere.img", "--bs", "64M", "--iodepth", "17"],
      2,
      "17 blocks of 64.0 MiB at a time take more than 1.0 GiB of memory",
    ],
    [["nbd", "nowhere.img", "--socket", ""], 2, "a socket needs a path"],
    [["target", "--listen", "h", "--target", "iqn.2026-11.x:y", "--lun", "nowhere.img", "--sanitize-rate", "0"], 2, "would never end"],
    [["target", "--listen", "h", "--target", "iqn.2026-11.x:y", "--lun", "nowhere.img", "--access", "3=standby"], 2, "portal group 3"],
    [
      ["target", "--listen", "h", "--target", "iqn.2026-11.x:y", "--lun", "nowhere.img", "--chap", "me"],
      2,
      "--chap takes a user and a secret",
    ],
    [["perf", "mem:1M", "--iodepth", "0"], 2, '"0" is not a number from 1 to 65536'],
    [["perf", "mem:1M", "--rw", "trim"], 2, '--rw: "trim" is not accepted'],
  ])("%j ends with %i and a sentence", async (argv, exitCode, sentence) => {
    const result = await iser(...argv);
    expect(result.stderr).toContain(`iser: `);
    expect(result.stderr).toContain(sentence);
    expect(result.stderr).not.toContain("    at ");
    expect(result.exitCode).toBe(exitCode);
  });

  it("repeats no password of a URL that it does not understand", async () => {
    for (const url of ["iscsi://me%swordfish@host:99999/", "iscsi://me%sword%fish@host", "iscsi://me%swordfish@h/t/0?colour=red"]) {
      const { exitCode, stderr } = await iser("ls", url);
      expect(exitCode).toBe(2);
      expect(stderr).not.toContain("swordfish");
    }
  });

  it("measures, in text and in fio's JSON", async () => {
    const text = await iser("perf", "mem:1M", "--runtime", "20ms", "--rw", "randrw", "--verify");
    expect(text).toMatchObject({ exitCode: 0, stderr: "" });
    expect(text.stdout).toMatch(/randrw of 4\.0 KiB, 32 at a time, for .*: memory/);
    expect(text.stdout).toMatch(/verified: \d+ blocks are as they were written/);
    expect(text.stdout).toContain("write latency");
    const json = await iser("perf", "mem:1M", "--runtime", "20ms", "--json");
    const { jobs } = JSON.parse(json.stdout) as {
      jobs: { read: { iops: number; clat_ns: { percentile: object } }; write: { total_ios: number } }[];
    };
    expect(jobs[0]?.read.iops).toBeGreaterThan(0);
    expect(Object.keys(jobs[0]?.read.clat_ns.percentile ?? {})).toContain("99.900000");
    expect(jobs[0]?.write.total_ios).toBe(0);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeededRandom } from "kit/clock";
import { beforeEach, describe, expect, it } from "vitest";
import { eachTestsPrograms } from "./each-tests-programs.ts";
import { NbdClient } from "./nbd-client.ts";
import { startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

let loader: string;
const here = eachTestsPrograms();
/** The same disk by both ways. */
let tcpUrl: string;
let iserUrl: string;
let iserPortal: string;

beforeEach(async () => {
  loader = join(here.directory, "loader.conf");
  const target = here.started(startIser("target", "--listen", "127.0.0.1:0", "--iser", "127.0.0.1:0", "--target", iqn, "--lun", "mem:4M"));
  [, tcpUrl = "", iserUrl = "", iserPortal = ""] = await target.says(/^ready (iscsi:\S+) (iser:\/\/([^/]+)\S+)\n/);
});

const addition = (): readonly string[] => ["-A", "-r", "-p", iserPortal, "-t", iqn, "-w", "40"];

describe("the tools over iSER", () => {
  it("list and describe disks", async () => {
    const listed = await startIser("ls", "--luns", `iser://${iserPortal}`).ended;
    expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
    expect(listed.stdout).toContain(`${iqn}  ${iserPortal},1\n`);
    expect(listed.stdout).toMatch(/^ {4}0 +4\.0 MiB +512 +disk /m);
    const described = await startIser("inq", iserUrl).ended;
    expect(described).toMatchObject({ exitCode: 0, stderr: "" });
    expect(described.stdout).toMatch(/device type +disk/);
  });

  it.each(["", "?crc=off", "?fpdu=1400"])("bring the same bytes to a disk and back as over TCP, with %j", async (query) => {
    const image = join(here.directory, "image");
    const copy = join(here.directory, "copy");
    const data = new SeededRandom(1).bytes(1_000_448);
    writeFileSync(image, data);
    const there = await startIser("dd", "--if", image, "--of", iserUrl + query, "--bs", "64K", "--verify").ended;
    expect(there).toMatchObject({ exitCode: 0, stdout: "" });
    for (const url of [tcpUrl, iserUrl + query]) {
      expect(await startIser("dd", "--if", url, "--of", copy, "--bs", "64K").ended).toMatchObject({ exitCode: 0 });
      expect(readFileSync(copy).subarray(0, data.length).equals(data)).toBe(true);
    }
  });

  it.each(["tcp", "iser"])("copy less than a tenth of what large reads bring, over %s", async (transport) => {
    const url = transport === "tcp" ? tcpUrl : `${iserUrl}?crc=off`;
    const { exitCode, stdout } = await startIser(..."perf --rw read --bs 256K --iodepth 2 --runtime 200ms --json".split(" "), url).ended;
    expect(exitCode).toBe(0);
    const [job] = (JSON.parse(stdout) as { jobs: { copied_bytes_per_byte: number }[] }).jobs;
    expect(job?.copied_bytes_per_byte).toBeLessThan(0.1);
  });
});

describe("a URL of the wrong transport", () => {
  it("is told as one: iSER at a port for iSCSI, which does not wait for more", async () => {
    const { exitCode, stderr } = await startIser("inq", tcpUrl.replace("iscsi:", "iser:")).ended;
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/hung up without an MPA reply.*; perhaps this port is for iSCSI over TCP\n/),
    });
  });

  it("is told as one: iSCSI at a port for iSER", async () => {
    const { exitCode, stderr } = await startIser("inq", `iscsi://${iserPortal}/${iqn}/0`).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain("or because this port is for the other of iSCSI over TCP and iSER");
  });
});

describe("a session over iSER", () => {
  it("is refused by a daemon that has not loaded it, with what to do", async () => {
    await here.startDaemon("--loader", "/dev/null");
    expect(await here.control(...addition())).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `iscsictl: iscsid has not loaded the iSER transport; put iser_load="YES" into /dev/null, or start it with --load iser\n`,
    });
  });

  it("is a local device like any other, and the listing tells which it is", async () => {
    await here.startDaemon("--load", "iser");
    expect(await here.control(...addition())).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const client = await NbdClient.open(here.nbdSocket, "da0");
    const data = new SeededRandom(2).bytes(300 * 1024);
    await client.write(65536, data);
    expect((await client.read(65536, data.length)).equals(data)).toBe(true);
    client.close();
    expect((await here.control("-L", "-v")).stdout).toContain("\niSER (RDMA):              Yes\n");
    const { stdout } = await here.control("-L", "-v", "--libxo", "json");
    expect(JSON.parse(stdout)).toMatchObject({ iscsictl: { session: [{ iSER: "Yes", state: "Connected" }] } });
    expect(await here.control("-R", "-a")).toMatchObject({ exitCode: 0 });
  });

  it("is found by discovery over iSER, at a portal of iSER", async () => {
    await here.startDaemon("--load", "iser");
    expect(await here.control("-A", "-r", "-d", iserPortal, "-w", "40")).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await here.control("-L")).stdout).toContain(`${iserPortal}  Connected: da0 \n`);
  });

  it("is told of in the log as much as kern.iser.debug says, from the file and at run time", async () => {
    writeFileSync(loader, 'iser_load="YES"\nkern.iser.debug="2"\n');
    const daemon = await here.startDaemon("--loader", loader);
    expect(await here.control("--sysctl", "kern.iser.debug")).toMatchObject({ exitCode: 0, stdout: "kern.iser.debug: 2\n" });
    await here.control(...addition());
    expect(daemon.stderr).toMatch(/INFO: onEstablished: connected with 127\.0\.0\.1:\d+/);
    expect(daemon.stderr).not.toContain("DEBUG:");
    expect(await here.control("--sysctl", "kern.iser.debug=3")).toMatchObject({ stdout: "kern.iser.debug: 2 -> 3\n" });
    await here.control("-R", "-a");
    expect(daemon.stderr).toMatch(/DEBUG: completion: receive with 127\.0\.0\.1:\d+: completed/);
    expect(await here.control("--sysctl", "kern.iser.debug=4")).toMatchObject({ exitCode: 1, stdout: "" });
    expect((await here.control("--sysctl", "kern.iser.fast")).stderr).toContain(
      'there is no variable "kern.iser.fast"; there is kern.iser.debug',
    );
    await here.control("--sysctl", "kern.iser.debug=0");
    const said = daemon.stderr.length;
    await here.control(...addition());
    await here.control("-R", "-a");
    expect(daemon.stderr.slice(said)).not.toMatch(/INFO:|DEBUG:|WARNING:|ERROR:/);
  });

  it.each([
    ["iser_load=PERHAPS", "line 1: iser_load is YES or NO"],
    ["iser_load", "line 1 is no assignment"],
    ['kern.iser.debug="9"', 'line 1: kern.iser.debug="9" is not possible'],
    ['kern.iser.fast="1"', "line 1: there is no variable kern.iser.fast"],
  ])("is not begun with %s in the file", async (line, sentence) => {
    writeFileSync(loader, `${line}\n`);
    const ending = await startIscsid(["-d", "--run-dir", here.directory, "--loader", loader]).ended;
    expect(ending).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ending.stderr).toContain(sentence);
    const missing = await startIscsid(["-d", "--run-dir", here.directory, "--loader", `${loader}.not`]).ended;
    expect(missing.stderr).toContain(`cannot read ${loader}.not`);
  });
});

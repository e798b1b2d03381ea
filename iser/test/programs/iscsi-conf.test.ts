import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ending, type RunningProgram, runIscsictl, startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";
const header = "Target name                          Target portal    State\n";

let directory: string;
let file: string;
let programs: RunningProgram[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsi-conf-"));
  file = join(directory, "iscsi.conf");
  programs = [];
});

afterEach(async () => {
  for (const program of programs.reverse()) await program.stop();
  rmSync(directory, { recursive: true });
});

function write(content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}

function control(...options: string[]): Promise<Ending> {
  return runIscsictl("--socket", join(directory, "iscsid.sock"), ...options);
}

async function startDaemon(...options: string[]): Promise<RunningProgram> {
  const daemon = startIscsid(["-d", "--run-dir", directory, ...options]);
  programs.push(daemon);
  await daemon.says(/^iscsid: ready, .*\n/m);
  return daemon;
}

/** Starts a target; resolves to its portal. */
async function startTarget(...options: string[]): Promise<string> {
  const target = startIser("target", "--target", iqn, "--listen", "127.0.0.1:0", "--lun", "mem:1M", ...options);
  programs.push(target);
  return (await target.says(/(?:iscsi|iser):\/\/([^/\s]+)\//))[1] ?? "";
}

interface Listed {
  readonly sessionId: number;
  readonly state: string;
  readonly target: Readonly<Record<string, unknown>>;
  readonly initiator: Readonly<Record<string, unknown>>;
  readonly auth: object;
  readonly devices: { readonly lun: readonly { readonly device: string }[] };
}

async function listed(...options: string[]): Promise<readonly Listed[]> {
  return JSON.parse((await control("-L", "-v", "--libxo", "json", ...options)).stdout).iscsictl.session;
}

describe("a configuration file", () => {
  it("brings its sessions, of which one that cannot be there keeps none of the others away", async () => {
    const one = await startTarget("--chap", "me:swordfish1234", "--mutual", "you:marlin1234567");
    const two = await startTarget();
    const daemon = await startDaemon();
    write(`# two disks, and one over a transport that is not loaded
disk1 {
  TargetAddress = ${one}  TargetName = ${iqn}
  chapIName = me          chapSecret = swordfish1234
  tgtChapName = you       tgtChapSecret = marlin1234567
  InitiatorAddress = 127.0.0.1
  InitiatorAlias = "under the desk"
  dscp = af21; pcp = 3; PingTimeout = 2; LoginTimeout = 7
}
rdma { TargetAddress = 127.0.0.1:10 TargetName = ${iqn} Protocol = iSER }
disk2 { TargetAddress = ${two} TargetName = ${iqn} HeaderDigest = CRC32C DataDigest = CRC32C }
later { TargetAddress = 127.0.0.1:9 TargetName = ${iqn} Enable = Off }
`);
    const added = await control("-A", "-a", "-c", file, "-w", "40");
    expect(added).toMatchObject({ exitCode: 1, stdout: "" });
    expect(added.stderr).toContain("iscsictl: rdma: iscsid has not loaded the iSER transport");
    const line = (portal: string, state: string): string => `${iqn.padEnd(36)} ${portal.padEnd(16)} ${state}\n`;
    const states = header + line(one, "Connected: da0 ") + line(two, "Connected: da1 ") + line("127.0.0.1:9", "Disabled");
    expect((await control("-L")).stdout).toBe(states);
    const [first, second, third] = await listed();
    expect(first).toMatchObject({
      target: { dscp: "0x12", pcp: "0x03", PingTimeout: 2, LoginTimeout: 7 },
      initiator: { alias: "under the desk", portal: expect.stringMatching(/^127\.0\.0\.1:/) },
      auth: { user: "me", secret: "[secret]", mutualUser: "you", mutualSecret: "[secret]" },
    });
    expect(second).toMatchObject({ headerDigest: "CRC32C", dataDigest: "CRC32C" });
    expect(third).toMatchObject({ enable: "No" });
    expect((await listed("--show-secrets"))[0]).toMatchObject({ auth: { secret: "swordfish1234", mutualSecret: "marlin1234567" } });
    expect(daemon.stdout + daemon.stderr).not.toMatch(/swordfish|marlin/);

    // They are there already, and leave by their nicknames.
    const again = await control("-Aa", "-c", file);
    expect(again.exitCode).toBe(1);
    expect(again.stderr).toContain("disk1: a session with");
    expect(await control("-R", "-n", "DISK1", "-c", file)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await listed()).map(({ sessionId }) => sessionId)).toEqual([second?.sessionId, third?.sessionId]);
    expect(await control("-R", "-n", "disk1", "-c", file)).toMatchObject({ exitCode: 1 });
  });

  it("is used as a whole or not at all", async () => {
    await startDaemon();
    write(`right { TargetAddress = 127.0.0.1:9 TargetName = ${iqn} }\nwrong { TargetAdress = 127.0.0.1 }\n`);
    const refused = await control("-Aa", "-c", file);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(`${file}:2:9: error: unknown key "TargetAdress"; did you mean TargetAddress?`);
    expect(await control("-A", "-n", "right", "-c", file)).toMatchObject({ exitCode: 1 });
    expect((await control("-L")).stdout).toBe(header);
  });

  it("does not have every nickname", async () => {
    await startDaemon();
    write(`disk1 { TargetAddress = 127.0.0.1:9 TargetName = ${iqn} }\n`);
    expect(await control("-A", "-n", "disk2", "-c", file)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `iscsictl: target "disk2" not found in ${file}\n  there is disk1\n`,
    });
    const missing = await control("-Aa", "-c", `${file}.old`);
    expect(missing.exitCode).toBe(1);
    expect(missing.stderr).toContain(`iscsictl: ${file}.old: cannot open`);
  });
});

describe("a session that is changed", () => {
  it("is disabled and enabled, moved to another portal and given other credentials, and keeps its id and its disks", async () => {
    // The same disk, as its serial number says, at two portals.
    const one = await startTarget("--serial", "disk-1");
    const two = await startTarget("--serial", "disk-1", "--chap", "me:swordfish1234");
    await startDaemon();
    await control("-A", "-p", one, "-t", iqn, "-w", "40");
    expect(await control("-M", "-i", "1", "-e", "off")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect((await control("-L")).stdout).toContain(" Disabled\n");
    await control("-M", "-i", "1", "-e", "on");
    await control("-L", "-w", "40");
    expect((await control("-L")).stdout).toContain(" Connected: da0 \n");

    await control("-M", "-i", "1", "-p", two, "-u", "me", "-s", "swordfish1234");
    expect(await control("-L", "-w", "40")).toMatchObject({ exitCode: 0, stderr: "" });
    const [session] = await listed();
    expect(session).toMatchObject({ sessionId: 1, state: "Connected", target: { portal: two }, auth: { user: "me" } });
    expect(session?.devices.lun).toMatchObject([{ lun: 0, device: "da0" }]);

    write(`back { TargetAddress = ${one} TargetName = ${iqn} InitiatorName = iqn.2026-11.test:me }\n`);
    expect(await control("-M", "-i", "1", "-n", "back", "-c", file)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await control("-L", "-w", "40")).toMatchObject({ exitCode: 0 });
    expect((await listed())[0]).toMatchObject({ initiator: { name: "iqn.2026-11.test:me" }, target: { portal: one }, auth: { user: "" } });
    expect(await control("-M", "-i", "9", "-e", "on")).toMatchObject({
      exitCode: 1,
      stderr: "iscsictl: session-id 9 not found; iscsictl -L -v shows the ids\n",
    });
  });
});

describe("a configuration file, without a daemon", () => {
  it("is looked through", async () => {
    write(`disk1 { TargetAddress = 127.0.0.1 TargetName = ${iqn} port = 3 }\n`);
    expect(await runIscsictl("--check", "-c", file)).toEqual({
      exitCode: 0,
      stdout: `${file}: 1 session, no errors, 1 warning\n`,
      stderr: `${file}:1:70: warning: port is obsolete and without effect; take it out\n`,
    });
    write("disk1 {\n  HeaderDigest = MD5\n  Enable = maybe\n}\n");
    expect(await runIscsictl("--check", "-c", file)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        `${file}:2:18: error: HeaderDigest: "MD5" is not possible; it takes None or CRC32C\n` +
        `${file}:3:12: error: Enable: "maybe" is not possible; it takes On or Off\n`,
    });
  });

  it("that everybody can read is spoken of", async () => {
    write("");
    chmodSync(file, 0o644);
    const checked = await runIscsictl("--check", "-c", file);
    expect(checked).toMatchObject({ exitCode: 0, stdout: `${file}: 0 sessions, no errors, 1 warning\n` });
    expect(checked.stderr).toBe(`${file}: warning: everybody may read it, and it can hold secrets; chmod o= ${file}\n`);
  });

  it("is printed in its layout, or rewritten with the permissions it has", async () => {
    write(`disk1{targetaddress=host # here\nTargetName=${iqn}}`);
    chmodSync(file, 0o640);
    const tidy = `disk1 {\n\tTargetAddress = host # here\n\tTargetName    = ${iqn}\n}\n`;
    expect(await runIscsictl("--format", "-c", file)).toEqual({ exitCode: 0, stdout: tidy, stderr: "" });
    expect(await runIscsictl("--format", "--in-place", "-c", file)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(file, "utf8")).toBe(tidy);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    write("disk1 {");
    expect(await runIscsictl("--format", "--in-place", "-c", file)).toMatchObject({
      exitCode: 1,
      stderr: `${file}:1:8: error: the block of "disk1" from line 1 is not closed; put a } at its end\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("disk1 {");
  });
});

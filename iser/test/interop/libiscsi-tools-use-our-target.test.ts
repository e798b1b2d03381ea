import { beforeAll, describe, expect, test } from "vitest";
import { run, succeed } from "./harness/child-process.ts";
import { type EmbeddedTarget, startTarget } from "./harness/embedded-target.ts";

const mebibyte = 2 ** 20;

describe("without authentication", () => {
  let target: EmbeddedTarget;
  beforeAll(async () => {
    target = await startTarget(["mem:64M", "mem:32M,bs=4096"]);
  });

  test("iscsi-ls finds the target and both logical units", async () => {
    const listing = await succeed("iscsi-ls", ["--show-luns", `iscsi://${target.portal}/`]);
    expect(listing).toContain(`Target:${target.name} Portal:${target.portal},1`);
    // It takes the last block's number for the count, and rounds down.
    expect(listing).toMatch(/Lun:0 +Type:DIRECT_ACCESS \(Size:6[34]M\)/);
    expect(listing).toMatch(/Lun:1 +Type:DIRECT_ACCESS \(Size:3[12]M\)/);
  });

  test("iscsi-inq reads who the disk is", async () => {
    const inquiry = await succeed("iscsi-inq", [target.url(0)]);
    expect(inquiry).toMatch(/Peripheral Qualifier:CONNECTED/);
    expect(inquiry).toMatch(/Peripheral Device Type:DIRECT_ACCESS/);
  });

  test.each([
    ["supported pages", 0x00, /Page:0x83/i],
    ["device identification", 0x83, /Designator/i],
    ["block limits", 0xb0, /maximum unmap|max(imum)?_?\s*unmap/i],
    ["logical block provisioning", 0xb2, /provisioning/i],
  ])("iscsi-inq reads the VPD page with the %s", async (_, page, said) => {
    expect(await succeed("iscsi-inq", ["-e", "1", "-c", String(page), target.url(0)])).toMatch(said);
  });

  test("iscsi-readcapacity16 reads block size and last block", async () => {
    const small = await succeed("iscsi-readcapacity16", [target.url(0)]);
    expect(small).toContain(`RETURNED LOGICAL BLOCK ADDRESS:${(64 * mebibyte) / 512 - 1}`);
    expect(small).toContain("LOGICAL BLOCK LENGTH IN BYTES:512");
    const large = await succeed("iscsi-readcapacity16", [target.url(1)]);
    expect(large).toContain(`RETURNED LOGICAL BLOCK ADDRESS:${(32 * mebibyte) / 4096 - 1}`);
    expect(large).toContain("LOGICAL BLOCK LENGTH IN BYTES:4096");
  });

  test.each([
    ["4 KiB at random, 32 at once", ["-b", "8", "-m", "32", "-r"]],
    ["256 KiB in sequence, 4 at once", ["-b", "512", "-m", "4"]],
  ])("iscsi-perf reads %s", async (_, options) => {
    const report = await succeed("iscsi-perf", [...options, "-t", "1", target.url(0)]);
    const average = /iops average (\d+)/.exec(report)?.[1];
    expect(Number(average)).toBeGreaterThan(100);
  });

  test("iscsi-inq agrees on header digests", async () => {
    const url = `${target.url(0)}?header_digest=crc32c`;
    expect(await succeed("iscsi-inq", [url])).toMatch(/DIRECT_ACCESS/);
  });

  test("a logical unit that is not there is refused, and the session survives it", async () => {
    const { code, stdout, stderr } = await run("iscsi-readcapacity16", [target.url(7)], { timeoutMs: 20_000 });
    expect(code, stdout + stderr).not.toBe(0);
    expect(await succeed("iscsi-inq", [target.url(0)])).toMatch(/DIRECT_ACCESS/);
  });
});

describe("with CHAP", () => {
  let target: EmbeddedTarget;
  beforeAll(async () => {
    target = await startTarget(["mem:16M"], ["--chap", "reader:open-sesame-1", "--mutual", "disk:who-is-it-then"]);
  });

  test("iscsi-inq with the secret is let in", async () => {
    expect(await succeed("iscsi-inq", [target.url(0, "reader%open-sesame-1")])).toMatch(/DIRECT_ACCESS/);
  });

  test("iscsi-inq convinces itself of the target too", async () => {
    const env = { LIBISCSI_CHAP_TARGET_USERNAME: "disk", LIBISCSI_CHAP_TARGET_PASSWORD: "who-is-it-then" };
    expect(await succeed("iscsi-inq", [target.url(0, "reader%open-sesame-1")], { env })).toMatch(/DIRECT_ACCESS/);
  });

  test.each([
    ["another secret", "reader%open-sesame-2"],
    ["another name", "writer%open-sesame-1"],
    ["no secret at all", undefined],
  ])("iscsi-inq with %s is refused", async (_, user) => {
    const { code, stdout, stderr } = await run("iscsi-inq", [target.url(0, user)]);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/authenticat|login/i);
  });
});

import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { eachTestsPrograms } from "./each-tests-programs.ts";
import { startIser, startIserWith } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";
const own = { LIBISCSI_CHAP_USERNAME: "me", LIBISCSI_CHAP_PASSWORD: "sword%fish1234" };
const both = { ...own, LIBISCSI_CHAP_TARGET_USERNAME: "you", LIBISCSI_CHAP_TARGET_PASSWORD: "marlin1234567" };

const here = eachTestsPrograms();
let portal: string;

beforeEach(async () => {
  const chap = ["--chap", "me:sword%fish1234", "--mutual", "you:marlin1234567"];
  const discovery = ["--discovery-chap", "me:sword%fish1234"];
  const target = here.started(startIser("target", "--listen", "127.0.0.1:0", "--target", iqn, "--lun", "mem:1M", ...chap, ...discovery));
  [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
});

it.each([
  ["ls", ["ls"], own, ""],
  ["ls of the disks", ["ls", "--luns"], own, ""],
  ["ls of the disks of a target", ["ls"], own, `/${iqn}`],
  ["ls that has the target prove itself", ["ls"], both, `/${iqn}`],
  ["inq", ["inq"], both, `/${iqn}/0`],
  ["alua", ["alua"], both, `/${iqn}/0`],
  ["dd", ["dd", "--of", "/dev/null", "--if"], both, `/${iqn}/0`],
  ["perf", ["perf", "--runtime", "20ms"], both, `/${iqn}/0`],
])("iser %s takes users and passwords from the environment when the URL names none", async (_, argv, environment, path) => {
  const { exitCode, stdout, stderr } = await startIserWith(environment, ...argv, `iscsi://${portal}${path}`).ended;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout + stderr).not.toMatch(/sword%fish|marlin/);
});

it("iser nbd serves a disk that it logs in to with what is in the environment", async () => {
  const served = here.started(startIserWith(both, "nbd", `iscsi://${portal}/${iqn}/0`, "--socket", join(here.directory, "nbd")));
  await served.says(/^ready: nbd\+unix:/);
});

it("iser ls lists a portal that asks nobody, though the environment has its targets prove themselves", async () => {
  const open = here.started(
    startIser(
      "target",
      "--listen",
      "127.0.0.1:0",
      "--target",
      iqn,
      "--lun",
      "mem:1M",
      "--chap",
      "me:sword%fish1234",
      "--mutual",
      "you:marlin1234567",
    ),
  );
  const [, address = ""] = await open.says(/iscsi:\/\/([^/\s]+)\//);
  const listed = await startIserWith(both, "ls", "--luns", `iscsi://${address}`).ended;
  expect(listed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(listed.stdout).toMatch(/^ {4}0 +1\.0 MiB +512 +disk /m);
});

describe("a target that wants no proof", () => {
  let url: string;
  beforeEach(async () => {
    const open = here.started(startIser("target", "--listen", "127.0.0.1:0", "--target", iqn, "--lun", "mem:1M"));
    [, url = ""] = await open.says(/(iscsi:\/\/\S+)/);
  });

  it.each([
    ["inq", ["inq"]],
    ["ls", ["ls"]],
    ["dd", ["dd", "--of", "/dev/null", "--if"]],
  ])("is used by iser %s all the same", async (_, argv) => {
    expect(await startIserWith(own, ...argv, url).ended).toMatchObject({ exitCode: 0 });
  });

  it("is not, when it is to prove itself, or when the URL names a user", async () => {
    expect(await startIserWith(both, "inq", url).ended).toMatchObject({ exitCode: 1 });
    expect(await startIser("inq", url.replace("://", "://me%swordfish1234@")).ended).toMatchObject({ exitCode: 1 });
  });
});

it("a wrong password is told as that", async () => {
  const { exitCode, stderr } = await startIserWith({ ...own, LIBISCSI_CHAP_PASSWORD: "wrong" }, "inq", `iscsi://${portal}/${iqn}/0`).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("check the user and secret") });
});

it("without it the target refuses", async () => {
  const { exitCode, stderr } = await startIser("inq", `iscsi://${portal}/${iqn}/0`).ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("it requires authentication") });
});

it("a target that cannot prove itself is left alone", async () => {
  const environment = { ...both, LIBISCSI_CHAP_TARGET_PASSWORD: "not this one" };
  const { exitCode, stderr } = await startIserWith(environment, "inq", `iscsi://${portal}/${iqn}/0`).ended;
  expect(exitCode).toBe(1);
  expect(stderr).not.toMatch(/sword%fish|not this one/);
});

it.each([
  ["inq", `/${iqn}/0`],
  ["ls", ""],
  ["perf", `/${iqn}/0`],
])("half of a pair is a wrong command line for iser %s, and it is said which half", async (command, path) => {
  const { exitCode, stderr } = await startIserWith({ LIBISCSI_CHAP_USERNAME: "me" }, command, `iscsi://${portal}${path}`).ended;
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining("LIBISCSI_CHAP_USERNAME is set and LIBISCSI_CHAP_PASSWORD is not"),
  });
});

import { join } from "node:path";
import { expect, it } from "vitest";
import { eachTestsPrograms } from "./each-tests-programs.ts";
import { NbdClient } from "./nbd-client.ts";
import { startIscsid, startIser } from "./running-program.ts";

const iqn = "iqn.2026-11.test:disk";

const here = eachTestsPrograms();

interface Family {
  readonly type: string;
  readonly samples: Map<string, number>;
}

/** Reads Prometheus' text format to the letter; anything that is not of it is an error. */
function parseExposition(text: string): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  let current = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name = "", rest = ""] = comment;
      if (kind === "TYPE") families.set(name, { type: rest, samples: new Map() });
      current = name;
      continue;
    }
    const sample = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$/.exec(line);
    if (sample === null) throw new Error(`no line of the format: ${line}`);
    const [, name = "", labels = "", value] = sample;
    if (!name.startsWith(current)) throw new Error(`a sample of ${name} among those of ${current}`);
    const family = families.get(current);
    if (family === undefined || Number.isNaN(Number(value))) throw new Error(`no type, or no number: ${line}`);
    if (family.samples.has(name + labels)) throw new Error(`twice: ${name}${labels}`);
    family.samples.set(name + labels, Number(value));
  }
  return families;
}

it("tells Prometheus what was done with a disk, to the byte", async () => {
  const target = here.started(startIser("target", "--target", iqn, "--listen", "127.0.0.1:0", "--lun", "mem:1M"));
  const [, portal = ""] = await target.says(/iscsi:\/\/([^/\s]+)\//);
  const daemon = await here.startDaemon("--metrics", "127.0.0.1:0");
  const [, url = ""] = await daemon.says(/, metrics (http:\/\/127\.0\.0\.1:\d+\/metrics)\n/);
  await here.control("-A", "-p", portal, "-t", iqn, "-w", "40");
  await here.control("-A", "-p", "127.0.0.1:1", "-t", `${iqn}-"odd\\`);
  await daemon.says(/session cannot be connected/);

  const client = await NbdClient.open(here.nbdSocket, "da0");
  for (let write = 0; write < 3; write++) await client.write(write * 8192, Buffer.alloc(8192, write));
  await client.read(0, 12288);
  client.close();

  const response = await fetch(url);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const families = parseExposition(await response.text());
  const value = (family: string, sample: string): number | undefined => families.get(family)?.samples.get(sample);
  const device = (operation: string, more = ""): string => `{device="da0",session="1",lun="0",operation="${operation}"${more}}`;
  const session = `{session="1",target="${iqn}",portal="${portal}",protocol="iSCSI"`;

  expect(value("iscsid_device_bytes_total", `iscsid_device_bytes_total${device("write")}`)).toBe(24576);
  expect(value("iscsid_device_bytes_total", `iscsid_device_bytes_total${device("read")}`)).toBe(12288);
  expect(value("iscsid_device_errors_total", `iscsid_device_errors_total${device("write")}`)).toBe(0);
  const latency = families.get("iscsid_device_operation_seconds");
  expect(latency?.type).toBe("histogram");
  expect(latency?.samples.get(`iscsid_device_operation_seconds_count${device("write")}`)).toBe(3);
  expect(latency?.samples.get(`iscsid_device_operation_seconds_bucket${device("write", ',le="+Inf"')}`)).toBe(3);
  const buckets = [...(latency?.samples ?? [])]
    .filter(([name]) => name.includes("_bucket{") && name.includes('"write"'))
    .map(([, count]) => count);
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b));

  expect(value("iscsid_session_up", `iscsid_session_up${session}}`)).toBe(1);
  expect(value("iscsid_session_logins_total", `iscsid_session_logins_total${session}}`)).toBe(1);
  expect(value("iscsid_session_reconnects_total", `iscsid_session_reconnects_total${session}}`)).toBe(0);
  expect(value("iscsid_session_commands_total", `iscsid_session_commands_total${session}}`)).toBeGreaterThan(3);
  expect(value("iscsid_session_sent_bytes_total", `iscsid_session_sent_bytes_total${session}}`)).toBeGreaterThan(24576);
  expect(value("iscsid_session_received_bytes_total", `iscsid_session_received_bytes_total${session}}`)).toBeGreaterThan(12288);
  const odd = `{session="2",target="${iqn}-\\"odd\\\\",portal="127.0.0.1:1",protocol="iSCSI"`;
  expect(value("iscsid_session_up", `iscsid_session_up${odd}}`)).toBe(0);
  expect(value("iscsid_session_login_failures_total", `iscsid_session_login_failures_total${odd},reason="ECONNREFUSED"}`)).toBeGreaterThan(
    0,
  );
  expect(value("iscsid_logins_running_most", `iscsid_logins_running_most{portal="${portal}"}`)).toBe(1);

  expect((await fetch(new URL("/", url))).status).toBe(404);
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
  await daemon.stop();
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

it("counts what went by each path to a disk", async () => {
  const listening = ["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"];
  const target = here.started(startIser("target", "--target", iqn, ...listening, "--lun", "mem:1M"));
  const [, first = "", second = ""] = await target.says(/iscsi:\/\/([^/\s]+)\/[\s\S]*iscsi:\/\/([^/\s]+)\//);
  const daemon = await here.startDaemon("--metrics", "127.0.0.1:0");
  const [, url = ""] = await daemon.says(/, metrics (http:\/\/127\.0\.0\.1:\d+\/metrics)\n/);
  for (const portal of [first, second]) await here.control("-A", "-p", portal, "-t", iqn, "-w", "40");
  const scraped = async (family: string): Promise<readonly (number | undefined)[]> => {
    const samples = parseExposition(await (await fetch(url)).text()).get(family)?.samples;
    return [first, second].map((portal, at) => samples?.get(`${family}{device="da0",session="${at + 1}",portal="${portal}",lun="0"}`));
  };
  const before = await scraped("iscsid_path_bytes_total");
  const client = await NbdClient.open(here.nbdSocket, "da0");
  for (let write = 0; write < 32; write++) await client.write(write * 8192, Buffer.alloc(8192, write));
  const after = await scraped("iscsid_path_bytes_total");
  expect(after.map((bytes, at) => (bytes ?? 0) - (before[at] ?? 0))).toEqual([16 * 8192, 16 * 8192]);
  expect(await scraped("iscsid_path_active")).toEqual([1, 1]);
  expect(await scraped("iscsid_path_moved_total")).toEqual([0, 0]);

  await here.control("-R", "-p", first);
  expect(await scraped("iscsid_path_up")).toEqual([undefined, 1]);
  await client.write(0, Buffer.alloc(8192));
  client.close();
});

it("says that an address is taken, and leaves nothing behind", async () => {
  const first = here.started(startIscsid(["-d", "--run-dir", join(here.directory, "one"), "--metrics", "127.0.0.1:0"]));
  const [, address = ""] = await first.says(/metrics http:\/\/([^/]+)/);
  const second = await startIscsid(["-d", "--run-dir", join(here.directory, "two"), "--metrics", address]).ended;
  expect(second).toMatchObject({ exitCode: 1, stdout: "" });
  expect(second.stderr).toContain(`iscsid: cannot serve metrics at ${address}: `);
});

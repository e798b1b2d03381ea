/** How cost grows: sessions in one process, NBD connections to one server, and the daemon's memory idle and under load. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../programs.mjs";
import { run, startServer, usage } from "./children.mjs";
import { fio } from "./nbd.mjs";
import { startFastTarget } from "./peers.mjs";

const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name);

/**
 * @param {{ seconds: number, only: RegExp, say: (line: string) => void }} options
 * @returns {Promise<string[]>} Markdown, a piece for each table
 */
export async function benchGrowth(options) {
  /** @type {string[]} */
  const pieces = [];
  if (options.only.test("growth sessions")) pieces.push(await sessions(options));
  if (options.only.test("growth connections")) pieces.push(await connections(options));
  if (options.only.test("growth daemon")) pieces.push(await daemon(options));
  return pieces;
}

/** @param {{ seconds: number, say: (line: string) => void }} options */
async function sessions({ seconds, say }) {
  const target = await startFastTarget();
  try {
    const rows = [];
    for (const count of [1, 16, 256]) {
      const crowd = join(root, "tools", "bench", "session-crowd.mjs");
      const result = JSON.parse(await run(process.execPath, ["--expose-gc", crowd, target.url, String(count), String(seconds)]));
      const perSession = result.kilobytesPerSession === null ? "" : result.kilobytesPerSession.toFixed(0);
      rows.push(
        `| ${count} | ${perSession} | ${Math.round(result.ios / result.seconds / 1000)}k | ${((result.cpuSeconds / result.ios) * 1e6).toFixed(2)} |`,
      );
      say(`${count} sessions`);
    }
    return [
      "**Sessions in one process**, 4 KiB random reads, 128 commands outstanding over all of them (fast target):",
      "",
      "| sessions | KiB resident each | IOPS | CPU µs/IO |",
      "| ---: | ---: | ---: | ---: |",
      ...rows,
    ].join("\n");
  } finally {
    await target.stop();
  }
}

/** @param {{ seconds: number, say: (line: string) => void }} options */
async function connections({ seconds, say }) {
  const folder = mkdtempSync(join(tmpdir(), "iser-bench-"));
  const socket = join(folder, "s");
  const server = await startServer(bin("iser"), ["nbd", "mem:512M", "--socket", socket], /nbd\+unix/);
  try {
    const rows = [];
    for (const count of [1, 4, 16, 64]) {
      const one = { rw: "randread", bs: 4096, depth: Math.max(1, 128 / count), connections: count };
      const result = await fio({ ...server, uri: `nbd+unix:///?socket=${socket}` }, one, seconds);
      const resident = usage(server.pid).residentBytes / 2 ** 20;
      rows.push(
        `| ${count} | ${Math.round(result.ios / result.seconds / 1000)}k | ${((result.cpuSeconds / result.ios) * 1e6).toFixed(2)} | ${resident.toFixed(0)} |`,
      );
      say(`${count} NBD connections`);
    }
    return [
      "**NBD connections to one server**, 4 KiB random reads from memory, 128 requests outstanding over all of them (fio):",
      "",
      "| connections | IOPS | server CPU µs/IO | server MiB resident |",
      "| ---: | ---: | ---: | ---: |",
      ...rows,
    ].join("\n");
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long the daemon is put under load, in seconds. */
const loadSeconds = 60;

/** @param {{ say: (line: string) => void }} options */
async function daemon({ say }) {
  const folder = mkdtempSync(join(tmpdir(), "iser-bench-"));
  const target = await startFastTarget();
  const control = join(folder, "control.sock");
  const iscsid = await startServer(bin("iscsid"), ["-d", "--socket", control, "--run-dir", folder], /ready/);
  try {
    const { host, port, name } = /iscsi:\/\/(?<host>[^:]+):(?<port>\d+)\/(?<name>[^/]+)\//.exec(target.url)?.groups ?? {};
    await run(bin("iscsictl"), ["--socket", control, "-A", "-p", `${host}:${port}`, "-t", name ?? "", "-w", "10"]);
    await sleep(3000);
    const idle = usage(iscsid.pid).residentBytes;
    const load = fio(
      { ...iscsid, uri: `nbd+unix:///da0?socket=${join(folder, "nbd.sock")}` },
      { rw: "randrw", bs: 65536, depth: 32, connections: 4 },
      loadSeconds,
    );
    /** @type {number[]} */
    const samples = [];
    for (let second = 0; second < loadSeconds - 2; second += 1) {
      await sleep(1000);
      samples.push(usage(iscsid.pid).residentBytes);
    }
    await load;
    say("iscsid under load");
    const mib = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(0);
    const middle = samples[samples.length >> 1] ?? 0;
    return [
      `**iscsid's resident memory** with one session: ${mib(idle)} MiB idle (goal ≤ 90); through ${loadSeconds} s of 64 KiB random reads and writes over 4 NBD connections with 128 requests outstanding: at most ${mib(Math.max(...samples))} MiB (goal ≤ 250), ${mib(middle)} MiB half-way, ${mib(samples.at(-1) ?? 0)} MiB at the end.`,
    ].join("\n");
  } finally {
    await iscsid.stop();
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

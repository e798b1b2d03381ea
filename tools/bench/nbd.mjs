/** Our NBD server against the foreign ones, with fio as the client of both. The processor time is the server's. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../programs.mjs";
import { run, startServer, usage } from "./children.mjs";
import { comparePaired } from "./pairs.mjs";
import { startFastTarget } from "./peers.mjs";

/** @typedef {{ backing: "memory" | "iscsi", rw: string, bs: number, depth: number, iops?: number }} Case */

/** The memory disks are written once before anything is measured, as memory that is touched for the first time costs more than what is measured. */
const diskSize = "256m";
const fill = { rw: "write", bs: 262144, depth: 4 };
const fillSeconds = 3;

/** @type {readonly Case[]} */
const cases = [
  { backing: "memory", rw: "randread", bs: 4096, depth: 1 },
  { backing: "memory", rw: "randread", bs: 4096, depth: 32, iops: 1.2 },
  { backing: "memory", rw: "randwrite", bs: 4096, depth: 32, iops: 1.2 },
  { backing: "memory", rw: "read", bs: 65536, depth: 16, iops: 1.2 },
  { backing: "memory", rw: "write", bs: 65536, depth: 16, iops: 1.2 },
  { backing: "memory", rw: "read", bs: 262144, depth: 8, iops: 1.2 },
  { backing: "iscsi", rw: "randread", bs: 4096, depth: 1 },
  { backing: "iscsi", rw: "randread", bs: 4096, depth: 32, iops: 1.5 },
  { backing: "iscsi", rw: "randwrite", bs: 4096, depth: 32, iops: 1.5 },
  { backing: "iscsi", rw: "read", bs: 262144, depth: 8, iops: 1.5 },
];

/** @param {Case} one */
const caseName = ({ backing, rw, bs, depth }) => `NBD ${bs / 1024}K ${rw} q${depth} (${backing})`;

/**
 * @param {{ rounds: number, seconds: number, only: RegExp, say: (line: string) => void }} options
 * @returns {Promise<import("./report.mjs").Row[]>}
 */
export async function benchNbd({ rounds, seconds, only, say }) {
  const wanted = cases.filter((one) => only.test(caseName(one)));
  if (wanted.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "iser-bench-"));
  const target = await startFastTarget();
  const servers = await startServers(folder, target.url);
  try {
    for (const server of [servers.memory.ours, servers.memory.theirs]) await fio(server, fill, fillSeconds);
    /** @type {import("./report.mjs").Row[]} */
    const rows = [];
    for (const one of wanted) {
      const { ours, theirs, peer } = servers[one.backing];
      const comparison = await comparePaired(
        rounds,
        () => fio(ours, one, seconds),
        () => fio(theirs, one, seconds),
      );
      rows.push({ group: "nbd", name: caseName(one), peer, goal: { iops: one.iops, cpu: undefined }, ...comparison });
      say(caseName(one));
    }
    return rows;
  } finally {
    for (const { ours, theirs } of Object.values(servers)) await Promise.all([ours.stop(), theirs.stop()]);
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @typedef {{ pid: number, uri: string, stop: () => Promise<void> }} NbdServer */

/**
 * @param {string} folder
 * @param {string} url
 */
async function startServers(folder, url) {
  const iser = join(root, "node_modules", ".bin", "iser");
  const at = (/** @type {string} */ name) => join(folder, name);
  const uri = (/** @type {string} */ socket) => `nbd+unix:///?socket=${socket}`;
  const serve = async (/** @type {string} */ device, /** @type {string} */ name) => {
    const server = await startServer(iser, ["nbd", device, "--socket", at(name)], /nbd\+unix/);
    return { ...server, uri: uri(at(name)) };
  };
  // nbdkit and qemu-nbd say nothing when they are ready, so their greeting is asked for.
  const foreign = async (/** @type {string} */ program, /** @type {string[]} */ args, /** @type {string} */ name) => {
    const server = await startServer(
      "sh",
      [
        "-c",
        `"$0" "$@" & child=$!; trap 'kill $child' TERM; until nbdinfo --size '${uri(at(name))}' >/dev/null 2>&1; do sleep 0.05; done; echo ready $child; wait $child; wait $child`,
        program,
        ...args,
      ],
      /ready (\d+)/,
    );
    return { ...server, pid: Number(server.match[1]), uri: uri(at(name)) };
  };
  return {
    memory: {
      peer: "nbdkit memory",
      ours: await serve(`mem:${diskSize}`, "a"),
      theirs: await foreign("nbdkit", ["-f", "-U", at("b"), "memory", diskSize], "b"),
    },
    iscsi: {
      peer: "qemu-nbd",
      ours: await serve(url, "c"),
      theirs: await foreign("qemu-nbd", ["-f", "raw", "-t", "-e", "8", "--cache=none", "--aio=threads", "-k", at("d"), url], "d"),
    },
  };
}

/**
 * @param {NbdServer} server
 * @param {{ rw: string, bs: number, depth: number, connections?: number }} one
 * @param {number} seconds
 * @returns {Promise<import("./pairs.mjs").Run>}
 */
export async function fio(server, { rw, bs, depth, connections = 1 }, seconds) {
  const args = [
    "--name=bench",
    "--ioengine=nbd",
    `--uri=${server.uri}`,
    `--rw=${rw}`,
    `--bs=${bs}`,
    `--iodepth=${depth}`,
    `--numjobs=${connections}`,
    "--thread",
    "--group_reporting",
    `--size=${diskSize}`,
    "--time_based",
    `--runtime=${seconds}`,
    "--randrepeat=1",
    "--output-format=json",
  ];
  const before = usage(server.pid);
  // fio's NBD engine greets on standard output before the report.
  const output = await run("fio", args, { timeoutMs: (seconds + 60) * 1000 });
  const report = JSON.parse(output.slice(output.indexOf("{"))).jobs[0];
  const after = usage(server.pid);
  const { read, write } = report;
  return {
    ios: read.total_ios + write.total_ios,
    seconds: Math.max(read.runtime, write.runtime) / 1000,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    bytes: read.io_bytes + write.io_bytes,
  };
}

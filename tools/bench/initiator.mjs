/** Our initiator against libiscsi, on the same target, in turn. */
import { join } from "node:path";
import { root } from "../programs.mjs";
import { run } from "./children.mjs";
import { comparePaired } from "./pairs.mjs";
import { compileLibiscsiLoad, startFastTarget, startTgt } from "./peers.mjs";

/**
 * What is asked of a case: at least so many times the peer's operations per second, at most so many times its processor time per operation.
 *
 * @typedef {{ server: "fast" | "tgt", rw: string, bs: number, depth: number, iops?: number, cpu?: number }} Case
 */

/** @type {readonly Case[]} */
export const cases = [
  { server: "fast", rw: "randread", bs: 4096, depth: 1, iops: 0.95 },
  { server: "fast", rw: "randread", bs: 4096, depth: 32, iops: 3, cpu: 0.35 },
  { server: "fast", rw: "randread", bs: 4096, depth: 128, iops: 3, cpu: 0.35 },
  { server: "fast", rw: "read", bs: 65536, depth: 16, iops: 1.1 },
  { server: "fast", rw: "read", bs: 262144, depth: 2, iops: 0.95 },
  { server: "fast", rw: "randwrite", bs: 4096, depth: 16, iops: 1.8 },
  { server: "fast", rw: "write", bs: 65536, depth: 16 },
  { server: "fast", rw: "write", bs: 262144, depth: 2 },
  { server: "tgt", rw: "randread", bs: 4096, depth: 1 },
  { server: "tgt", rw: "randread", bs: 4096, depth: 32, cpu: 1 },
  { server: "tgt", rw: "randread", bs: 4096, depth: 128, cpu: 1 },
  { server: "tgt", rw: "read", bs: 65536, depth: 16 },
  { server: "tgt", rw: "read", bs: 262144, depth: 2 },
  { server: "tgt", rw: "randwrite", bs: 4096, depth: 16 },
  { server: "tgt", rw: "write", bs: 65536, depth: 16 },
];

/** @param {Case} one */
export const caseName = ({ server, rw, bs, depth }) => `${bs / 1024}K ${rw} q${depth} (${server})`;

/**
 * @param {{ rounds: number, seconds: number, only: RegExp, say: (line: string) => void }} options
 * @returns {Promise<import("./report.mjs").Row[]>}
 */
export async function benchInitiator({ rounds, seconds, only, say }) {
  const wanted = cases.filter((one) => only.test(caseName(one)));
  if (wanted.length === 0) return [];
  const load = await compileLibiscsiLoad();
  const servers = { fast: await startFastTarget(), tgt: await startTgt() };
  try {
    /** @type {import("./report.mjs").Row[]} */
    const rows = [];
    for (const one of wanted) {
      const { url } = servers[one.server];
      const comparison = await comparePaired(
        rounds,
        () => iserPerf(url, one, seconds),
        async () => JSON.parse(await run(load, [url, one.rw, String(one.bs), String(one.depth), String(seconds)])),
      );
      const row = { group: "initiator", name: caseName(one), peer: "libiscsi", goal: { iops: one.iops, cpu: one.cpu }, ...comparison };
      rows.push(row);
      say(row.name);
    }
    return rows;
  } finally {
    await servers.fast.stop();
    await servers.tgt.stop();
  }
}

/** How long the load runs before it is measured: a program of ours is compiled while it runs, in its first second. What takes longer than that is a daemon's life. */
const rampSeconds = 1;

/**
 * @param {string} url
 * @param {{ rw: string, bs: number, depth: number, size?: string }} one
 * @param {number} seconds
 * @returns {Promise<import("./pairs.mjs").Run>}
 */
export async function iserPerf(url, { rw, bs, depth, size = "1G" }, seconds) {
  const program = join(root, "node_modules", ".bin", "iser");
  const args = [
    "perf",
    url,
    "--rw",
    rw,
    "--bs",
    String(bs),
    "--iodepth",
    String(depth),
    "--runtime",
    String(seconds),
    "--ramp",
    String(rampSeconds),
    "--size",
    size,
    "--json",
  ];
  const [job] = JSON.parse(await run(program, args)).jobs;
  const side = rw.includes("write") ? job.write : job.read;
  return {
    ios: side.total_ios,
    seconds: side.runtime / 1000,
    cpuSeconds: (job.cpu_us_per_io * side.total_ios) / 1e6,
    bytes: side.io_bytes,
    bytesCopiedPerByte: job.copied_bytes_per_byte,
  };
}

/** iSER over software iWARP against our own iSCSI over TCP: the same disk at the same target, in turn. */
import { join } from "node:path";
import { root } from "../programs.mjs";
import { startServer } from "./children.mjs";
import { iserPerf } from "./initiator.mjs";
import { comparePaired } from "./pairs.mjs";

/**
 * With checksums the bytes are looked at, which TCP leaves to the network.
 *
 * @typedef {{ crc: "off" | "on", rw: string, bs: number, depth: number, iops: number }} Case
 */

/**
 * All of it is written before anything is measured: memory that is touched for the first time costs more than whatever was to be measured (64 KiB writes: 2,400
 * instead of 23,000 a second), and whoever goes first would pay for it.
 */
const diskSize = "256M";
const fill = { rw: "write", bs: 262144, depth: 4, size: diskSize };
const fillSeconds = 3;

/** @type {readonly Case[]} */
const cases = [
  { crc: "off", rw: "randread", bs: 4096, depth: 32, iops: 0.7 },
  { crc: "off", rw: "read", bs: 262144, depth: 2, iops: 0.8 },
  { crc: "off", rw: "write", bs: 65536, depth: 16, iops: 0.8 },
  { crc: "on", rw: "randread", bs: 4096, depth: 32, iops: 0.5 },
  { crc: "on", rw: "read", bs: 262144, depth: 2, iops: 0.5 },
  { crc: "on", rw: "write", bs: 65536, depth: 16, iops: 0.5 },
];

/** @param {Case} one */
const caseName = ({ crc, rw, bs, depth }) => `${bs / 1024}K ${rw} q${depth} (iSER, CRC ${crc})`;

/**
 * @param {{ rounds: number, seconds: number, only: RegExp, say: (line: string) => void }} options
 * @returns {Promise<import("./report.mjs").Row[]>}
 */
export async function benchIser({ rounds, seconds, only, say }) {
  const wanted = cases.filter((one) => only.test(caseName(one)));
  if (wanted.length === 0) return [];
  const program = join(root, "node_modules", ".bin", "iser");
  const listening = ["--listen", "127.0.0.1:0", "--iser", "127.0.0.1:0", "--target", "iqn.2026-11.bench:both", "--lun", `mem:${diskSize}`];
  const target = await startServer(program, ["target", ...listening], /^ready (\S+) (\S+)/m);
  const [, tcpUrl = "", iserUrl = ""] = target.match;
  try {
    await iserPerf(tcpUrl, fill, fillSeconds);
    /** @type {import("./report.mjs").Row[]} */
    const rows = [];
    for (const one of wanted) {
      const comparison = await comparePaired(
        rounds,
        () => iserPerf(`${iserUrl}?crc=${one.crc}`, { ...one, size: diskSize }, seconds),
        () => iserPerf(tcpUrl, { ...one, size: diskSize }, seconds),
      );
      const row = { group: "iser", name: caseName(one), peer: "our iSCSI/TCP", goal: { iops: one.iops, cpu: undefined }, ...comparison };
      rows.push(row);
      say(row.name);
    }
    return rows;
  } finally {
    await target.stop();
  }
}

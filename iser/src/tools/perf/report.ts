import { type Column, formatBytes, formatCount, formatDuration, formatTable } from "kit/cli";
import type { CpuTime } from "../context.ts";
import type { LatencyHistogram } from "./latency-histogram.ts";
import type { LoadCounts } from "./load.ts";
import type { Workload } from "./workload.ts";

/** What a run found out. */
export interface Measurement {
  readonly device: string;
  readonly workload: Workload;
  readonly counts: LoadCounts;
  readonly measuredMs: number;
  readonly cpu: CpuTime;
  /** Payload bytes that user space copied for each byte that it moved; undefined when the device does not tell. */
  readonly copiedPerByte: number | undefined;
  /** Blocks that were read back and found to be as written; undefined when not asked for. */
  readonly verifiedBlocks: number | undefined;
}

const percents = [50, 95, 99, 99.9] as const;

// ------------------------------------------------------------------------------------------------------------------ text

export function formatReport(measurement: Measurement): string {
  const { workload, counts, measuredMs, device } = measurement;
  const kinds = kindsOf(counts);
  const heading = `${workload.pattern} of ${formatBytes(workload.blockSize)}, ${workload.depth} at a time, for ${formatDuration(measuredMs)}: ${device}\n`;
  const rows = kinds.map(([kind, histogram]) => summaryRow(kind, histogram, measurement));
  const histograms = kinds.map(([kind, histogram]) => `\n${kind} latency\n${formatHistogram(histogram)}`);
  return [
    heading,
    "\n",
    formatTable(summaryColumns, rows),
    "\n",
    formatProcessor(measurement),
    formatVerified(measurement),
    ...histograms,
  ].join("");
}

const summaryColumns: readonly Column[] = [
  { title: "" },
  ...["IOPS", "bandwidth", "moved", "min", "mean", ...percents.map((percent) => `p${percent}`), "max"].map(
    (title): Column => ({ title, align: "right" }),
  ),
];

function summaryRow(kind: string, histogram: LatencyHistogram, { workload, measuredMs }: Measurement): readonly string[] {
  const bytes = histogram.count * workload.blockSize;
  const latencies = [histogram.minMs, histogram.meanMs, ...percents.map((percent) => histogram.percentile(percent)), histogram.maxMs];
  return [
    kind,
    formatCount(perSecond(histogram.count, measuredMs)),
    `${formatBytes(perSecond(bytes, measuredMs))}/s`,
    formatBytes(bytes),
    ...latencies.map(formatDuration),
  ];
}

function formatProcessor(measurement: Measurement): string {
  const { cpu, measuredMs, copiedPerByte } = measurement;
  const cores = (cpu.userUs + cpu.systemUs) / 1000 / measuredMs;
  const copied = copiedPerByte === undefined ? "" : `; ${copiedPerByte.toFixed(2)} bytes copied for each byte moved`;
  return `processor: ${cpuPerCommandUs(measurement).toFixed(2)} µs per command, ${cores.toFixed(2)} of a core${copied}\n`;
}

function formatVerified({ verifiedBlocks }: Measurement): string {
  return verifiedBlocks === undefined ? "" : `verified: ${verifiedBlocks} blocks are as they were written\n`;
}

const barWidth = 40;

function formatHistogram(histogram: LatencyHistogram): string {
  const rows = histogram.rows();
  const most = Math.max(...rows.map(({ count }) => count));
  return formatTable(
    [{ title: "from", align: "right" }, { title: "to", align: "right" }, { title: "share", align: "right" }, { title: "" }],
    rows.map(({ fromMs, toMs, count }) => [
      formatDuration(fromMs),
      formatDuration(toMs),
      `${((count / histogram.count) * 100).toFixed(2)}%`,
      "#".repeat(Math.ceil((count / most) * barWidth)),
    ]),
  );
}

// ------------------------------------------------------------------------------------------------------------------ json

/** The structure of fio's JSON as far as it goes, with what fio does not know beside it. */
export function formatJsonReport(measurement: Measurement): string {
  const { workload, counts, measuredMs, cpu, copiedPerByte, verifiedBlocks, device } = measurement;
  const cpuPercent = (us: number): number => (us / 1000 / measuredMs) * 100;
  const job = {
    jobname: device,
    "job options": {
      rw: workload.pattern,
      bs: String(workload.blockSize),
      iodepth: String(workload.depth),
      runtime: String(workload.runtimeMs / 1000),
      size: String(workload.regionSize),
    },
    read: jsonDirection(counts.reads, workload, measuredMs),
    write: jsonDirection(counts.writes, workload, measuredMs),
    job_runtime: Math.round(measuredMs),
    usr_cpu: cpuPercent(cpu.userUs),
    sys_cpu: cpuPercent(cpu.systemUs),
    cpu_us_per_io: cpuPerCommandUs(measurement),
    copied_bytes_per_byte: copiedPerByte,
    verified_blocks: verifiedBlocks,
  };
  return `${JSON.stringify({ jobs: [job] }, undefined, 2)}\n`;
}

function jsonDirection(histogram: LatencyHistogram, { blockSize }: Workload, measuredMs: number): object {
  const bytes = histogram.count * blockSize;
  const bytesPerSecond = Math.round(perSecond(bytes, measuredMs));
  const percentile = Object.fromEntries(percents.map((percent) => [percent.toFixed(6), nanoseconds(histogram.percentile(percent))]));
  return {
    io_bytes: bytes,
    io_kbytes: Math.floor(bytes / 1024),
    bw_bytes: bytesPerSecond,
    bw: Math.floor(bytesPerSecond / 1024),
    iops: perSecond(histogram.count, measuredMs),
    runtime: Math.round(measuredMs),
    total_ios: histogram.count,
    clat_ns: {
      min: nanoseconds(histogram.minMs),
      max: nanoseconds(histogram.maxMs),
      mean: nanoseconds(histogram.meanMs),
      N: histogram.count,
      percentile,
      bins: Object.fromEntries(histogram.rows().map(({ fromMs, count }) => [nanoseconds(fromMs), count])),
    },
  };
}

// ---------------------------------------------------------------------------------------------------------------- figures

function kindsOf({ reads, writes }: LoadCounts): readonly (readonly [string, LatencyHistogram])[] {
  const kinds = [["read", reads] as const, ["write", writes] as const];
  return kinds.filter(([, histogram]) => histogram.count > 0);
}

function cpuPerCommandUs({ cpu, counts }: Measurement): number {
  const commands = counts.reads.count + counts.writes.count;
  return commands === 0 ? 0 : (cpu.userUs + cpu.systemUs) / commands;
}

function perSecond(amount: number, measuredMs: number): number {
  return measuredMs === 0 ? 0 : (amount / measuredMs) * 1000;
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}

import { buildCommand } from "@stricli/core";
import { formatBytes, formatCount, formatDuration, Progress, parseByteSize, UsageError, UserError } from "kit/cli";
import type { Duration } from "kit/clock";
import type { BlockDevice, BlockGeometry } from "#block";
import type { CpuTime, ProgramContext } from "./context.ts";
import { deviceSpecSyntax, openDeviceSpec, parseDeviceSpec } from "./device-spec.ts";
import { checkMemoryUnderWay } from "./memory-under-way.ts";
import { openCommandDisk } from "./open-command-disk.ts";
import { Load } from "./perf/load.ts";
import { formatJsonReport, formatReport } from "./perf/report.ts";
import { type AccessPattern, accessPatterns, type Workload } from "./perf/workload.ts";
import { traced, traceFlag } from "./trace/traced.ts";
import { parseWait } from "./wait.ts";

interface PerfFlags {
  readonly rw: AccessPattern;
  readonly bs: number;
  readonly iodepth: number;
  readonly runtime: number;
  readonly ramp: number;
  readonly size?: number;
  readonly rwmixread: number;
  readonly seed: number;
  readonly verify: boolean;
  readonly json: boolean;
  readonly trace?: string;
}

export const perfCommand = buildCommand<PerfFlags, [string], ProgramContext>({
  docs: {
    brief: "Measure how fast a disk reads and writes",
    fullDescription: [
      "Keeps a number of commands under way for a while and reports commands per second, bandwidth, latencies and processor",
      "time. Reads only, unless --rw names a kind of writing: that overwrites the disk.",
      "",
      "With --verify, blocks are written with contents that tell where they belong, and read back afterwards; a reading load",
      "then expects what an earlier writing one left.",
      "",
      "Examples:",
      "  iser perf iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
      "  iser perf --rw read --bs 256K --iodepth 4 --runtime 10s iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
      "  iser perf --rw randwrite --size 1G --verify --json iscsi://192.0.2.1/iqn.2026-11.example:disk/0",
    ].join("\n"),
  },
  parameters: {
    flags: {
      rw: {
        kind: "enum",
        values: accessPatterns,
        default: "randread",
        brief: "What to do; every kind but read and randread overwrites the disk",
      },
      bs: { kind: "parsed", parse: someBytes, default: "4K", placeholder: "size", brief: "Size of a block" },
      iodepth: {
        kind: "parsed",
        parse: positive("iodepth", 65536),
        default: "32",
        placeholder: "n",
        brief: "Commands under way at a time",
      },
      runtime: { kind: "parsed", parse: someTime, default: "5s", placeholder: "time", brief: "How long to measure" },
      ramp: { kind: "parsed", parse: parseWait, default: "0", placeholder: "time", brief: "How long to run before measuring" },
      size: {
        kind: "parsed",
        parse: someBytes,
        optional: true,
        placeholder: "size",
        brief: "Use only so much of the disk, from its start",
      },
      rwmixread: {
        kind: "parsed",
        parse: positive("rwmixread", 99),
        default: "50",
        placeholder: "percent",
        brief: "Share of reads in rw and randrw",
      },
      seed: {
        kind: "parsed",
        parse: positive("seed", 0xffffffff),
        default: "1",
        placeholder: "n",
        brief: "Another seed, other random places",
      },
      verify: { kind: "boolean", default: false, brief: "Write contents that can be checked, and check them", withNegated: false },
      json: { kind: "boolean", default: false, brief: "Print JSON in the manner of fio", withNegated: false },
      trace: traceFlag,
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "DEVICE", brief: deviceSpecSyntax }] },
  },
  async func(flags, name) {
    checkSizes(flags);
    await traced(flags.trace, this, async (context) => {
      const subject = await openSubject(name, flags, context);
      try {
        const workload = workloadFor(flags, subject.device.geometry);
        await measure(subject, workload, flags, context);
      } catch (error) {
        context.stopped.throwIfAborted(); // what was under way may have failed because of it
        throw error;
      } finally {
        await subject.close();
      }
    });
  },
});

function positive(name: string, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : 0;
    if (value < 1 || value > most) throw new UsageError(`"${text}" is not a number from 1 to ${most}`, { nextStep: `as in --${name} 32` });
    return value;
  };
}

function someBytes(text: string): number {
  const size = parseByteSize(text);
  if (size === 0) throw new UsageError("0 bytes are nothing to read or write", { nextStep: "write a size, as in 4K" });
  return size;
}

function someTime(text: string): Duration {
  const time = parseWait(text);
  if (time === 0) throw new UsageError("nothing can be measured in no time", { nextStep: "write a time, as in 5s" });
  return time;
}

/** Refuses what no disk can do, before one is opened. */
function checkSizes({ bs, iodepth, size }: PerfFlags): void {
  checkMemoryUnderWay(iodepth, bs);
  if (size !== undefined && size < bs) throw new UsageError(`--size ${size} has no room for a block of ${formatBytes(bs)}`);
}

// ------------------------------------------------------------------------------------------------------------- the device

/** What is measured. */
interface Subject {
  readonly device: BlockDevice;
  readonly description: string;
  /** Payload bytes moved and copied so far; undefined when it does not tell. */
  copied(): { readonly moved: number; readonly copied: number } | undefined;
  close(): Promise<void>;
}

async function openSubject(name: string, flags: PerfFlags, context: ProgramContext): Promise<Subject> {
  const spec = parseDeviceSpec(name);
  if (spec.kind !== "url") {
    const readOnly = flags.rw === "read" || flags.rw === "randread";
    const opened = await openDeviceSpec(spec, { ...context, readOnly });
    return { ...opened, copied: () => undefined };
  }
  const disk = await openCommandDisk(spec.url, context, { session: { limits: { maxTags: Math.max(255, flags.iodepth) } } });
  return {
    device: disk.device,
    description: disk.disk.identity.id ?? disk.session.configuration.targetName,
    copied: () => {
      const counters = disk.session.connection?.datamover.counters;
      return counters === undefined ? undefined : { moved: counters.payloadBytes, copied: counters.payloadBytesCopied };
    },
    close: () => disk.close(),
  };
}

function workloadFor(flags: PerfFlags, { blockSize, size }: BlockGeometry): Workload {
  if (flags.bs % blockSize !== 0) {
    throw new UserError(`--bs ${flags.bs} is no multiple of the disk's ${blockSize}-byte blocks`, {
      nextStep: `try --bs ${Math.max(4096, blockSize)}`,
    });
  }
  const wanted = flags.size ?? size;
  if (wanted > size)
    throw new UserError(`--size ${wanted} is more than the disk has (${size} bytes)`, { nextStep: "leave --size out to use all of it" });
  const regionSize = wanted - (wanted % flags.bs);
  if (regionSize === 0) throw new UserError(`the disk has no room for a block of ${formatBytes(flags.bs)}`);
  return {
    pattern: flags.rw,
    blockSize: flags.bs,
    depth: flags.iodepth,
    regionSize,
    runtimeMs: flags.runtime,
    rampMs: flags.ramp,
    verify: flags.verify,
    readPercent: flags.rwmixread,
    seed: flags.seed,
  };
}

// ---------------------------------------------------------------------------------------------------------------- the run

async function measure(subject: Subject, workload: Workload, flags: PerfFlags, context: ProgramContext): Promise<void> {
  const { clock, stopped } = context;
  const load = new Load(subject.device, workload, clock);
  const progress = new Progress(context.stderr, clock);
  let cpuBefore = context.cpuTime();
  let copiedBefore = subject.copied();
  let measuringSince = clock.now();
  stopped.addEventListener("abort", () => load.stop(), { once: true });

  const redraw = (): void => {
    progress.show(() => progressLine(load, workload, clock.now() - measuringSince));
    timer = clock.after(200, redraw);
  };
  let timer = clock.after(200, redraw);
  let measuredMs: number;
  try {
    measuredMs = await load.run(() => {
      cpuBefore = context.cpuTime();
      copiedBefore = subject.copied();
      measuringSince = clock.now();
    });
  } finally {
    timer.cancel();
    progress.clear();
  }
  const cpu = difference(context.cpuTime(), cpuBefore);
  const copiedPerByte = ratio(copiedBefore, subject.copied());
  const verifiedBlocks = workload.verify
    ? await load
        .verifyWritten((checked) => progress.show(() => `verifying: ${formatCount(checked)} blocks`), stopped)
        .finally(() => progress.clear())
    : undefined;
  const measurement = { device: subject.description, workload, counts: load, measuredMs, cpu, copiedPerByte, verifiedBlocks };
  context.stdout.write(flags.json ? formatJsonReport(measurement) : formatReport(measurement));
  stopped.throwIfAborted();
}

function progressLine({ reads, writes }: Load, { blockSize, runtimeMs }: Workload, elapsedMs: number): string {
  const perSecond = ((reads.count + writes.count) / Math.max(1, elapsedMs)) * 1000;
  return `${formatDuration(elapsedMs)} of ${formatDuration(runtimeMs)}, ${formatCount(perSecond)} IOPS, ${formatBytes(perSecond * blockSize)}/s`;
}

function difference(after: CpuTime, before: CpuTime): CpuTime {
  return { userUs: after.userUs - before.userUs, systemUs: after.systemUs - before.systemUs };
}

/** Undefined too when the session was made anew meanwhile: its counters began again. */
function ratio(before: ReturnType<Subject["copied"]>, after: ReturnType<Subject["copied"]>): number | undefined {
  if (before === undefined || after === undefined || after.moved <= before.moved) return undefined;
  return (after.copied - before.copied) / (after.moved - before.moved);
}

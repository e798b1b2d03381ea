import { buildCommand } from "@stricli/core";
import { formatBytes, formatDuration, Progress, parseByteSize, transferLine, UsageError, UserError } from "kit/cli";
import type { ProgramContext } from "./context.ts";
import { Copy, type CopyPlan } from "./dd/copy.ts";
import { DiskEnd } from "./dd/disk-end.ts";
import type { Sink, Source } from "./dd/ends.ts";
import { FileEnd } from "./dd/file-end.ts";
import { type DdOperands, parseCount, parseOperands } from "./dd/operands.ts";
import { PipeSink, PipeSource } from "./dd/pipe-end.ts";
import { isUrl, parseDiskUrl } from "./device-spec.ts";
import { checkMemoryUnderWay } from "./memory-under-way.ts";
import { openCommandDisk } from "./open-command-disk.ts";
import { traced, traceFlag } from "./trace/traced.ts";

interface DdFlags {
  readonly if?: string;
  readonly of?: string;
  readonly bs?: number;
  readonly count?: number;
  readonly skip?: number;
  readonly seek?: number;
  readonly iodepth: number;
  readonly fua: boolean;
  readonly fsync: boolean;
  readonly sparse: boolean;
  readonly notrunc: boolean;
  readonly verify: boolean;
  readonly trace?: string;
}

const defaultBlockSize = 256 * 1024;
const longestBlock = 64 * 1024 * 1024;

export const ddCommand = buildCommand<DdFlags, string[], ProgramContext>({
  docs: {
    brief: "Copy between disks, files and pipes",
    fullDescription: [
      "Copies from --if to --of, several blocks at a time. Each is a URL (iscsi://host/target/lun), a file, or - for standard",
      "input or output, which is also what a missing one means. dd's own operands (if=, of=, bs=, count=, skip=, seek=,",
      "conv=fsync,sparse,notrunc) are understood too.",
      "",
      "Examples:",
      "  iser dd --if image.raw --of iscsi://192.0.2.1/iqn.2026-11.example:disk/0 --verify",
      "  iser dd if=iscsi://192.0.2.1/iqn.2026-11.example:disk/0 of=backup.raw bs=1M conv=sparse",
      "  iser dd --if iscsi://192.0.2.1/iqn.2026-11.example:disk/0 --count 1 --bs 4K | xxd",
    ].join("\n"),
  },
  parameters: {
    flags: {
      if: { kind: "parsed", parse: String, optional: true, placeholder: "from", brief: "Where to read: URL, file or -" },
      of: { kind: "parsed", parse: String, optional: true, placeholder: "to", brief: "Where to write: URL, file or -" },
      bs: { kind: "parsed", parse: parseByteSize, optional: true, placeholder: "size", brief: "Size of a block (256K unless given)" },
      count: { kind: "parsed", parse: parseCount, optional: true, placeholder: "n", brief: "Copy only so many blocks" },
      skip: { kind: "parsed", parse: parseCount, optional: true, placeholder: "n", brief: "Begin to read so many blocks after the start" },
      seek: { kind: "parsed", parse: parseCount, optional: true, placeholder: "n", brief: "Begin to write so many blocks after the start" },
      iodepth: { kind: "parsed", parse: parseCount, default: "4", placeholder: "n", brief: "Blocks under way at a time" },
      fua: { kind: "boolean", default: false, brief: "Have every block written through to the medium", withNegated: false },
      fsync: { kind: "boolean", default: false, brief: "Have everything on the medium at the end", withNegated: false },
      sparse: {
        kind: "boolean",
        default: false,
        brief: "Do not send zeroes where the destination can make them itself",
        withNegated: false,
      },
      notrunc: { kind: "boolean", default: false, brief: "Keep what a file has behind the copy", withNegated: false },
      verify: { kind: "boolean", default: false, brief: "Read everything back and compare", withNegated: false },
      trace: traceFlag,
    },
    positional: { kind: "array", parameter: { parse: String, placeholder: "operand", brief: "name=value, as dd has them" } },
  },
  async func(flags, ...operands) {
    const options = merge(flags, parseOperands(operands));
    const plan = planOf(options);
    await traced(options.trace, this, (context) => copy(plan, options, context));
  },
});

async function copy(plan: CopyPlan, options: DdFlags, context: ProgramContext): Promise<void> {
  const source = await openSource(options.if ?? "-", context);
  try {
    // A file that is there is emptied when it is opened: not for a copy that cannot be.
    checkBlockSize(source, plan);
    const sink = await openSink(options.of ?? "-", source, options, plan, context);
    try {
      checkBlockSize(sink, plan);
      await transfer(source, sink, plan, options, context);
    } finally {
      await sink.close();
    }
  } finally {
    await source.close();
  }
}

// --------------------------------------------------------------------------------------------------------------- options

/** What was said as a flag and what was said as an operand; saying a thing in both ways is one time too often. */
function merge(flags: DdFlags, { conv, ...operands }: DdOperands): DdFlags {
  for (const name of Object.keys(operands) as (keyof typeof operands)[]) {
    if (flags[name] !== undefined) throw new UsageError(`--${name} and ${name}= are both given`, { nextStep: "keep one of them" });
  }
  const converted = Object.fromEntries(conv.map((conversion) => [conversion, true]));
  return { ...flags, ...operands, ...converted };
}

function planOf({ bs = defaultBlockSize, count, skip = 0, seek = 0, iodepth, sparse, verify }: DdFlags): CopyPlan {
  if (bs < 1 || bs > longestBlock)
    throw new UsageError(`a block of ${bs} bytes is not possible`, { nextStep: `--bs takes 1 to ${formatBytes(longestBlock)}` });
  if (iodepth < 1 || iodepth > 1024)
    throw new UsageError(`${iodepth} blocks at a time are not possible`, { nextStep: "--iodepth takes 1 to 1024" });
  checkMemoryUnderWay(iodepth, bs);
  const length = count === undefined ? undefined : count * bs;
  for (const bytes of [skip * bs, seek * bs, length ?? 0]) {
    if (!Number.isSafeInteger(bytes)) throw new UsageError(`${bytes} bytes are more than can be counted`);
  }
  return { blockSize: bs, skip: skip * bs, seek: seek * bs, length, depth: iodepth, sparse, remember: verify };
}

// ------------------------------------------------------------------------------------------------------------------ ends

async function openSource(name: string, context: ProgramContext): Promise<Source> {
  if (name === "-") return new PipeSource(context.stdin, context.stopped);
  return isUrl(name) ? openDiskEnd(name, false, context) : FileEnd.openSource(name);
}

async function openSink(
  name: string,
  source: Source,
  { fua, notrunc, verify }: DdFlags,
  plan: CopyPlan,
  context: ProgramContext,
): Promise<Sink> {
  if (name !== "-") {
    return isUrl(name)
      ? openDiskEnd(name, fua, context)
      : FileEnd.openSink(name, { durable: fua, keep: notrunc ? undefined : plan.seek, source });
  }
  if (plan.seek > 0)
    throw new UsageError("standard output has no position to begin at", { nextStep: "leave --seek out, or name a file with --of" });
  if (verify)
    throw new UsageError("standard output cannot be read back", { nextStep: "leave --verify out, or name a file or disk with --of" });
  if (context.stdout.isTerminal)
    throw new UsageError("a disk's contents do not belong on a terminal", { nextStep: "send them to a file or a pipe" });
  return new PipeSink(context.stdout);
}

async function openDiskEnd(url: string, fua: boolean, context: ProgramContext): Promise<DiskEnd> {
  const disk = await openCommandDisk(parseDiskUrl(url), context);
  return new DiskEnd(disk.disk.identity.id ?? disk.session.configuration.targetName, disk, { fua });
}

// ------------------------------------------------------------------------------------------------------------------ copy

async function transfer(source: Source, sink: Sink, plan: CopyPlan, options: DdFlags, context: ProgramContext): Promise<void> {
  const { clock, stderr, stopped } = context;
  const copy = new Copy(source, sink, plan);
  copy.checkRoom();
  const progress = new Progress(stderr, clock);
  const began = clock.now();
  try {
    await copy.run(() => progress.show(() => transferLine(copy.copied, copy.total, clock.now() - began)), stopped);
    if (options.fsync) await sink.flush();
    if (options.verify) {
      await copy.verify(
        (verified) => progress.show(() => `verifying: ${transferLine(verified, copy.copied, clock.now() - began)}`),
        stopped,
      );
    }
  } catch (error) {
    stopped.throwIfAborted(); // what was under way may have failed because of it
    throw error;
  } finally {
    progress.clear();
    stderr.write(summary(copy, clock.now() - began));
  }
}

function checkBlockSize(end: Source | Sink, { blockSize }: CopyPlan): void {
  if (!(end instanceof DiskEnd) || blockSize % end.blockSize === 0) return;
  throw new UserError(`blocks of ${blockSize} bytes are no multiple of the ${end.blockSize}-byte blocks of ${end.name}`, {
    nextStep: `choose another --bs, for example ${formatBytes(Math.max(end.blockSize, defaultBlockSize))}`,
  });
}

function summary({ copied, zeroes }: Copy, elapsedMs: number): string {
  const left = zeroes === 0 ? "" : `, of which ${formatBytes(zeroes)} were zeroes that were not sent`;
  const rate = elapsedMs > 0 ? (copied / elapsedMs) * 1000 : 0;
  return `copied ${formatBytes(copied)} (${copied} bytes) in ${formatDuration(elapsedMs)}, ${formatBytes(rate)}/s${left}\n`;
}

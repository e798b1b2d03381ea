import { formatBytes, UsageError } from "kit/cli";

const mostBytes = 2 ** 30;

/** Throws a UsageError when so many blocks of so many bytes are more than a program should hold at a time. */
export function checkMemoryUnderWay(depth: number, blockSize: number): void {
  if (depth * blockSize <= mostBytes) return;
  throw new UsageError(`${depth} blocks of ${formatBytes(blockSize)} at a time take more than ${formatBytes(mostBytes)} of memory`, {
    nextStep: "lower --iodepth or --bs",
  });
}

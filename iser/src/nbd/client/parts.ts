import type { BlockDone, BlockError } from "#block";

/**
 * Runs a command that is longer than the protocol takes as several, all at once, and calls `done` when the last has ended, with the first error. Nothing to do is
 * done at once.
 */
export function inParts(
  length: number,
  longest: number,
  done: BlockDone,
  run: (at: number, length: number, done: BlockDone) => void,
): void {
  if (length <= longest) {
    if (length > 0) run(0, length, done);
    else done(undefined);
    return;
  }
  let outstanding = Math.ceil(length / longest);
  let first: BlockError | undefined;
  const partDone: BlockDone = (error) => {
    first ??= error;
    outstanding--;
    if (outstanding === 0) done(first);
  };
  for (let at = 0; at < length; at += longest) run(at, Math.min(longest, length - at), partDone);
}

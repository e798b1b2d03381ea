/** A read shorter than this costs more than it saves. */
const leastBytes = 16 * 1024;
/** Beyond this, more bytes in one read gain nothing and leave the second-level cache. */
export const mostBulkBytes = 256 * 1024;

/**
 * How much to read at once while `answers` of together `awaitedBytes` are on their way: half of it, as a power of two, but no less than one answer.
 *
 * A read that takes all there is makes the ends work in turn: the peer has nothing to do until our next requests are out, and we have nothing until its answers
 * are. After half, it gets requests while we still work on the rest, and neither falls asleep (4 KiB reads at depth 32: 1.8 times as many).
 */
export function bulkReadBytesFor(awaitedBytes: number, answers: number): number {
  if (answers === 0) return mostBulkBytes;
  const half = floorPowerOfTwo(awaitedBytes / 2);
  const one = 2 * floorPowerOfTwo(awaitedBytes / answers);
  return Math.min(Math.max(half, one, leastBytes), mostBulkBytes);
}

/** Fewer answers than this are read as they come. */
const leastAnswers = 4;

/**
 * How much to read at once while `answers` that bring no data, of `answerBytes` each, are on their way: a third of them. For the same reason; an answer
 * is so short that all of them would come in one read, and the peer would wait for all the data that they let go (4 KiB writes at depth 16: 1.5 times as many).
 */
export function answersReadBytesFor(answers: number, answerBytes: number): number {
  return answers < leastAnswers ? mostBulkBytes : Math.min(Math.ceil(answers / 3) * answerBytes, mostBulkBytes);
}

/** By shifting, as this is asked before every read: `**` is a call. */
function floorPowerOfTwo(value: number): number {
  return value >= mostBulkBytes ? mostBulkBytes : 1 << (31 - Math.clz32(value));
}

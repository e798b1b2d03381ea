import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** What the end of an index says without anybody reading the whole of it. */
export interface IndexEnding {
  /** Its last bytes, as `od -An -tx1` has them, which are different in every index; undefined where Git was told not to write a checksum. */
  readonly seal: string | undefined;
  /** The tree that a commit of it would have; undefined when it is not known without asking Git. */
  readonly tree: string | undefined;
}

/** How much of an index's end is the seal. The hook commit-msg reads as much. */
const sealBytes = 32;

/** An index of 100,000 files in 1,000 folders ends with 50 KiB of trees; where there are many more, Git is asked. */
const mostBytes = [64 * 1024, 4 * 1024 * 1024];

/**
 * Reads the end of an index file (gitformat-index: entries, extensions, checksum). Git keeps the ids of the trees that it has written in the extension
 * TREE, `git commit` brings them up to date before it calls a hook, and asking it for them costs time that grows with the number of files. Whatever is
 * not exactly as expected is left to Git: a split index, files that are only intended to be added, folders that changed since.
 */
export function readIndexEnding(path: string, objectFormat: string): IndexEnding {
  const idBytes = objectFormat === "sha256" ? 32 : 20;
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const head = read(file, 0, 12);
    if (head.toString("latin1", 0, 4) !== "DIRC" || size < 12 + sealBytes) return nothing;
    let ending: IndexEnding = nothing;
    for (const most of mostBytes) {
      const tail = read(file, Math.max(12, size - most), Math.min(size - 12, most));
      const checksum = tail.subarray(-idBytes);
      const seal = checksum.every((byte) => byte === 0) ? undefined : octets(tail.subarray(-sealBytes));
      ending = { seal, tree: rootOf(tail, head.readUInt32BE(8), idBytes) };
      if (ending.tree !== undefined || size <= most) break;
    }
    return ending;
  } catch {
    return nothing;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const nothing: IndexEnding = { seal: undefined, tree: undefined };

function read(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}

function octets(bytes: Buffer): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The id in the extension's first record, `\0ENTRIES SUBTREES\nID`, which is about the root; ENTRIES is -1 when it is out of date. */
function rootOf(tail: Buffer, entries: number, idBytes: number): string | undefined {
  for (let start = tail.length; start > 0; ) {
    start = tail.lastIndexOf("TREE", start - 1, "latin1");
    if (start < 0) return undefined;
    if (!isChainOfExtensions(tail, start, tail.length - idBytes)) continue;
    const [record, count] = /^\0(\d+) \d+\n/.exec(tail.toString("latin1", start + 8, start + 48)) ?? [];
    if (record === undefined || Number(count) !== entries) return undefined;
    const id = tail.subarray(start + 8 + record.length, start + 8 + record.length + idBytes);
    return id.toString("hex");
  }
  return undefined;
}

/** Each extension is four letters, a length and so many bytes. The name of a file may look like the beginning of one; it does not end where all of them do. */
function isChainOfExtensions(tail: Buffer, start: number, end: number): boolean {
  let position = start;
  while (position + 8 <= end && /^[A-Za-z]{4}$/.test(tail.toString("latin1", position, position + 4))) {
    position += 8 + tail.readUInt32BE(position + 4);
  }
  return position === end && start < end;
}

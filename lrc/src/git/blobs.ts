import { GitError } from "./git-error.ts";
import type { Repository } from "./repository.ts";

/** Object ids with their sizes in bytes. What is not there is missing from the map. */
export async function blobSizes(repository: Repository, ids: Iterable<string>, signal?: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const wanted = existing(ids);
  if (wanted.length === 0) return new Map();
  const { stdout } = await repository.git.run(["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
    input: `${wanted.join("\n")}\n`,
    signal,
  });
  const sizes = new Map<string, number>();
  for (const line of stdout.toString().split("\n")) {
    const [id = "", size = ""] = line.split(" ");
    if (/^\d+$/.test(size)) sizes.set(id, Number(size));
  }
  return sizes;
}

/** The contents of objects by their ids. What is not there is missing from the map. */
export async function readBlobs(repository: Repository, ids: Iterable<string>, signal?: AbortSignal): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = existing(ids);
  if (wanted.length === 0) return new Map();
  const { stdout } = await repository.git.run(["cat-file", "--batch"], { input: `${wanted.join("\n")}\n`, signal });
  const blobs = new Map<string, Buffer>();
  // "ID blob SIZE\n", SIZE bytes, "\n"; or "ID missing\n".
  for (let position = 0; position < stdout.length; ) {
    const end = stdout.indexOf(0x0a, position);
    if (end < 0) throw new GitError("git cat-file --batch ended in the middle of a header");
    const [id = "", , size] = stdout.toString("latin1", position, end).split(" ");
    position = end + 1;
    if (size === undefined) continue;
    blobs.set(id, stdout.subarray(position, position + Number(size)));
    position += Number(size) + 1;
  }
  return blobs;
}

function existing(ids: Iterable<string>): readonly string[] {
  return [...new Set(ids)].filter((id) => !/^0+$/.test(id));
}

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

/** Files of a tree by their paths. Where there is none, or something that is no file, the path is missing from the map. */
export async function readTreeFiles(
  repository: Repository,
  treeish: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Buffer>> {
  // The protocol has a name a line, so a path that has a line feed in it cannot be asked for. Git refuses everything when one path leads out of the
  // repository, as a diff that somebody sent may.
  const asked = paths.filter((path) => !path.includes("\n") && !/(^|\/)\.{0,2}(\/|$)/.test(path));
  const files = new Map<string, Buffer>();
  if (asked.length === 0) return files;
  const input = asked.map((path) => `${treeish}:${path}\n`).join("");
  const { stdout } = await repository.git.run(["cat-file", "--batch=%(objecttype) %(objectsize)"], { input, signal });
  let position = 0;
  for (const path of asked) {
    const end = stdout.indexOf(0x0a, position);
    if (end < 0) throw new GitError("git cat-file --batch ended before it had answered everything");
    const [, type, size] = /^([a-z]+) (\d+)$/.exec(stdout.toString("latin1", position, end)) ?? [];
    position = end + 1;
    if (size === undefined) continue;
    if (type === "blob") files.set(path, stdout.subarray(position, position + Number(size)));
    position += Number(size) + 1;
  }
  return files;
}

/** The paths of the files right below a folder of a tree. */
export async function listFolder(
  repository: Repository,
  treeish: string,
  folder: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const args = ["ls-tree", "-z", "--full-tree", "--name-only", treeish, "--", `${folder}/`];
  const { stdout } = await repository.git.run(["--literal-pathspecs", ...args], { signal });
  return stdout.toString().split("\0").filter(Boolean);
}

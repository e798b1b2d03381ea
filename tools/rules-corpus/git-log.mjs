import { spawnSync } from "node:child_process";

/** So many commits are read at once: their files are in memory together. */
const piece = 40;

/**
 * The newest commits of a clone that are no merges, each with its changes as Git's patches and the texts on both sides, as the review asks for them. Git is started twice for forty
 * commits, not twice for each file.
 * @typedef {{ patch: string, before: string | undefined, after: string | undefined }} Section
 * @param {string} gitDirectory
 * @param {{ reverse?: boolean, most?: number | undefined, wanted?: (commit: { revision: string, said: string, sections: { patch: string }[] }) => boolean }} options
 *   `reverse` turns each change around; of commits that are not `wanted` no file is read.
 * @returns {Generator<{ revision: string, said: string, sections: Section[] }>}
 */
export function* gitLog(gitDirectory, { reverse = false, most = Infinity, wanted = () => true }) {
  const git = (/** @type {string[]} */ rest, input = "") =>
    spawnSync("git", ["--git-dir", gitDirectory, ...rest], { input, maxBuffer: 1 << 30 }).stdout ?? Buffer.alloc(0);
  for (let skip = 0; skip < most; skip += piece) {
    const log = git([
      ...[
        "-c",
        "core.quotePath=false",
        "log",
        "--no-merges",
        "--format=%x01commit %H %s",
        `--skip=${skip}`,
        `-n${Math.min(piece, most - skip)}`,
      ],
      ...["--patch", "--unified=3", "--full-index", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv"],
      ...(reverse ? ["-R", "--src-prefix=b/", "--dst-prefix=a/"] : []),
    ]).toString("utf8");
    if (log === "") return;
    const commits = log
      .split("\u0001commit ")
      .slice(1)
      .map((text) => {
        const [head = "", ...sections] = text.split(/^(?=diff --git )/m);
        const [revision = "", ...words] = (head.split("\n")[0] ?? "").split(" ");
        return { revision, said: words.join(" "), sections: sections.map((patch) => ({ patch, blobs: blobsOf(patch) })) };
      })
      .filter(wanted);
    const texts = textsOf(new Set(commits.flatMap(({ sections }) => sections.flatMap(({ blobs }) => blobs))));
    for (const { revision, said, sections } of commits)
      yield {
        revision,
        said,
        sections: sections.map(({ patch, blobs: [old = "", now = ""] }) => ({ patch, before: texts.get(old), after: texts.get(now) })),
      };
  }

  /** @param {Set<string>} blobs */
  function textsOf(blobs) {
    /** @type {Map<string, string>} */
    const texts = new Map();
    const all = git(["cat-file", "--batch"], [...blobs].map((blob) => `${blob}\n`).join(""));
    for (let at = 0; at < all.length; ) {
      const end = all.indexOf(10, at);
      const [blob = "", type, size] = all.toString("latin1", at, end).split(" ");
      at = end + 1;
      if (type !== "blob") continue;
      const bytes = all.subarray(at, at + Number(size));
      if (!bytes.includes(0) && bytes.length <= 1 << 20) texts.set(blob, bytes.toString("utf8"));
      at += Number(size) + 1;
    }
    return texts;
  }
}

/** The blobs of a patch before and after. Files that are only renamed have none, and nothing to judge. @param {string} patch */
function blobsOf(patch) {
  const [, old = "", now = ""] = /^index ([0-9a-f]{40})\.\.([0-9a-f]{40})/m.exec(patch.slice(0, 2_000)) ?? [];
  return old === "" ? [] : [old, now];
}

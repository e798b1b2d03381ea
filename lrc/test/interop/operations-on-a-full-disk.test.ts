import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations, outcome, type RunGit, withHistory } from "../harness/operations.ts";
import { PreparedRepository } from "../harness/prepared-repository.ts";
import type { ReviewedRepository } from "../harness/reviewed-repository.ts";

/**
 * Runs a command while a folder ($1) is on a small disk of its own that has $2 bytes left, or that nobody can write to ("ro"). The mounts are in a namespace
 * that ends with this shell, however that ends.
 */
const onSmallDisk = `
  place=$1 left=$2 disk=$3; shift 3
  mount --make-rprivate / && mount -t tmpfs -o size=8m none "$disk" && cp -a "$place/." "$disk" && mount --bind "$disk" "$place" || exit 99
  if [ "$left" = ro ]; then mount -o remount,ro,bind "$place"; else
    dd if=/dev/zero of="$disk/filling" bs=64k 2>/dev/null; dd if=/dev/zero of="$disk/filling" bs=512 oflag=append conv=notrunc 2>/dev/null
    truncate -s "-$left" "$disk/filling"
  fi
  "$@"; status=$?
  rm -f "$disk/filling"; umount "$place"
  find "$place" -mindepth 1 -delete; cp -a "$disk/." "$place"; umount "$disk"
  exit $status`;

interface Place {
  readonly folder: (scratch: ReviewedRepository) => string;
  readonly left: string;
}

const places: Readonly<Record<string, Place>> = {
  "Git's folder is full": { folder: ({ root }) => join(root, ".git"), left: "0" },
  "Git's folder has room for a commit and hardly more": { folder: ({ root }) => join(root, ".git"), left: "24576" },
  "what we know is on a full disk": { folder: ({ root }) => join(root, ".git/lrc"), left: "0" },
  "what we know is on a read-only disk": { folder: ({ root }) => join(root, ".git/lrc"), left: "ro" },
  "the folder for temporary files is full": { folder: ({ home }) => join(home, "tmp"), left: "0" },
  "the home is full": { folder: ({ home }) => join(home, "user"), left: "0" },
  "the home is read-only": { folder: ({ home }) => join(home, "user"), left: "ro" },
};

const looked = [
  "commit -m",
  "commit -a",
  "commit FILE beside another that is staged",
  "commit --amend --no-edit",
  "cherry-pick",
  "merge with a conflict, solved",
];

const disk = mkdtempSync(join(tmpdir(), "lrc-disk-"));
afterAll(() => rmSync(disk, { recursive: true }));

const onDisk =
  ({ folder, left }: Place): RunGit =>
  (scratch, args, input) => {
    const command = ["-m", "sh", "-c", onSmallDisk, "sh", folder(scratch), left, disk, "git", ...args];
    const { status } = spawnSync("/usr/bin/unshare", command, { cwd: scratch.root, env: { ...scratch.env, GIT_EDITOR: "true" }, input });
    expect(status, "the disk could not be made").not.toBe(99);
    return status;
  };

function prepared(hooks: boolean): PreparedRepository {
  return new PreparedRepository((scratch) => {
    for (const name of ["tmp", "user"]) mkdirSync(join(scratch.home, name));
    mkdirSync(join(scratch.root, ".git/lrc"));
    scratch.env = { ...scratch.env, HOME: join(scratch.home, "user"), TMPDIR: join(scratch.home, "tmp") };
    withHistory(scratch);
    if (hooks) expect(scratch.lrc("hooks", "install").status).toBe(0);
  });
}

describe.each(Object.entries(places))("where %s", (_, place) => {
  let plain: PreparedRepository;
  let reviewed: PreparedRepository;
  beforeAll(() => {
    plain = prepared(false);
    reviewed = prepared(true);
  });
  afterAll(() => {
    plain[Symbol.dispose]();
    reviewed[Symbol.dispose]();
  });

  it.each(looked)("%s ends as it does without hooks, and so does what follows", (name) => {
    const ended = [plain, reviewed].map((repository) => {
      const scratch = repository.begin();
      const first = outcome(scratch, operations[name]!, onDisk(place));
      scratch.write("later.txt", "later\n");
      scratch.git("add", "later.txt");
      return { first, later: scratch.tryGit("commit", "-q", "-m", "later", "later.txt").status };
    });
    expect(ended[1]).toEqual(ended[0]);
  });
});

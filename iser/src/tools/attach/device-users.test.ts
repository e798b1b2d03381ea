import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { usersOf } from "./device-users.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "users-"));
  put("sys/block/loop3/dev", "7:3\n");
  put("sys/block/loop3/loop3p1/dev", "259:4\n");
  put("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
});

afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

function users(): readonly string[] {
  return usersOf("/dev/loop3", { proc: join(root, "proc"), sys: join(root, "sys") });
}

describe("a block device", () => {
  it("that nobody uses can go", () => {
    put("proc/1/mountinfo", "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n");
    link("proc/1/fd/0", "/dev/null");
    expect(users()).toEqual([]);
  });

  it("is in use where it is mounted, in any mount namespace, also a partition of it", () => {
    link("proc/1/ns/mnt", "mnt:[1]");
    link("proc/2/ns/mnt", "mnt:[1]");
    link("proc/3/ns/mnt", "mnt:[2]");
    put("proc/1/mountinfo", "40 22 7:3 / /mnt/a\\040b rw - ext4 /dev/loop3 rw\n41 22 7:30 / /other rw - ext4 /dev/loop30 rw\n");
    put("proc/2/mountinfo", "40 22 7:3 / /never-read rw - ext4 /dev/loop3 rw\n");
    put("proc/3/mountinfo", "50 22 259:4 / /inner rw - xfs /dev/loop3p1 rw\n");
    expect(users()).toEqual(["mounted on /mnt/a b", "mounted on /inner"]);
  });

  it("is known by name to file systems with numbers of their own", () => {
    put("proc/1/mountinfo", "40 22 0:45 /@ /mnt rw shared:1 - btrfs /dev/loop3 rw\n");
    expect(users()).toEqual(["mounted on /mnt"]);
  });

  it("is in use as swap, below another device, and where it is open", () => {
    put("proc/swaps", "Filename\tType\n/dev/loop3 partition 1 0 -2\n");
    put("sys/block/loop3/holders/dm-0", "");
    put("proc/77/comm", "fio\n");
    link("proc/77/fd/4", "/dev/loop3");
    expect(users()).toEqual(["in use as swap", "held by /dev/dm-0", "open in fio (pid 77)"]);
  });
});

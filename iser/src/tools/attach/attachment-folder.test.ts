import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Attachment } from "./attachment.ts";
import { AttachmentFolder } from "./attachment-folder.ts";
import { identify, isAlive } from "./process-identity.ts";

let directory: string;
let folder: AttachmentFolder;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "attachments-"));
  folder = new AttachmentFolder(directory);
});

afterEach(() => rmSync(directory, { recursive: true }));

const keeper = { pid: 1, startTime: "0" };
const attachment: Attachment = { name: "da0", description: "a disk", via: "fuse", readOnly: false, keeper };

describe("a name", () => {
  it("is taken by one alone, until it is given up", () => {
    expect(folder.claim(attachment)).toBe(true);
    expect(folder.claim(attachment)).toBe(false);
    folder.remove("da0");
    expect(folder.claim(attachment)).toBe(true);
    expect(statSync(folder.folderOf("da0")).mode & 0o777).toBe(0o700);
  });

  it("finds its attachment, and so do its device and its file", () => {
    folder.claim(attachment);
    folder.write({ ...attachment, path: "/dev/loop9", file: "/run/disk" });
    for (const named of ["da0", "/dev/loop9", "/run/disk"]) expect(folder.find(named)?.name).toBe("da0");
    expect(folder.find("da1")).toBeUndefined();
    expect(folder.list().map(({ name }) => name)).toEqual(["da0"]);
  });
});

it("a run directory behind a link, as /var/run is one, is where the kernel says, also before it is there", () => {
  mkdirSync(join(directory, "run"));
  symlinkSync(join(directory, "run"), join(directory, "var-run"));
  const linked = new AttachmentFolder(join(directory, "var-run", "iscsid"));
  expect(linked.path).toBe(join(directory, "run", "iscsid", "attach"));
  linked.claim(attachment);
  expect(new AttachmentFolder(join(directory, "var-run", "iscsid")).path).toBe(linked.path);
  expect(linked.list()).toHaveLength(1);
});

describe("a process", () => {
  it("is alive while it is the one that was meant", () => {
    const self = identify(process.pid);
    expect(self?.pid).toBe(process.pid);
    expect(self !== undefined && isAlive(self)).toBe(true);
    expect(isAlive({ pid: process.pid, startTime: "1" })).toBe(false);
    expect(identify(2 ** 30)).toBeUndefined();
  });
});

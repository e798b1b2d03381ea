import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeDirectory } from "./make-directory.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "kit-directory-"));
});

afterEach(() => rmSync(directory, { recursive: true }));

it("makes what is missing, and leaves what is there", () => {
  const path = join(directory, "a", "b");
  makeDirectory(path, 0o700);
  makeDirectory(path, 0o755);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, "a")).mode & 0o777).toBe(0o700);
});

it("fails where there can be none", () => {
  writeFileSync(join(directory, "file"), "");
  expect(() => makeDirectory(join(directory, "file"), 0o700)).toThrow("EEXIST");
  expect(() => makeDirectory(join(directory, "file", "below"), 0o700)).toThrow(/ENOTDIR|EEXIST/);
});

it("fails where the system says that it cannot be made", () => {
  // Linux says ENOENT below /proc, which is why nothing may be tried for ever; others have no /proc, or take no directory at their root.
  expect(() => makeDirectory("/proc/no-such-directory/below", 0o700)).toThrow(/ENOENT|EACCES|EROFS|ENOTSUP/);
});

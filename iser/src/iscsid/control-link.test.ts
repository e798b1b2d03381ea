import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { linkControlSocket } from "./control-link.ts";

let directory: string;
let usual: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-link-"));
  usual = join(directory, "iscsid.sock");
});

afterEach(() => rmSync(directory, { recursive: true }));

it("leads from the run directory to a socket elsewhere, in place of what a daemon that died left, and ends with the daemon", async () => {
  symlinkSync("/somewhere/else", usual);
  const link = linkControlSocket(usual, join(directory, "mine"));
  expect(readlinkSync(usual)).toBe(join(directory, "mine"));
  await link.close();
  expect(existsSync(usual)).toBe(false);
});

it("is not made for a socket that is there itself, nor over somebody's file", async () => {
  await linkControlSocket(usual, usual).close();
  expect(existsSync(usual)).toBe(false);
  writeFileSync(usual, "mine");
  await linkControlSocket(usual, join(directory, "other")).close();
  expect(readFileSync(usual, "utf8")).toBe("mine");
});

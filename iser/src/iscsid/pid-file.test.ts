import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimPidFile, type Processes } from "./pid-file.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-pid-"));
  path = join(directory, "iscsid.pid");
});

afterEach(() => rmSync(directory, { recursive: true }));

function processes(pid: number, ...running: number[]): Processes {
  return { pid, isDaemon: (other) => running.includes(other) };
}

describe("the pid file", () => {
  it("holds our id, for our eyes only, until it is given back", () => {
    const release = claimPidFile(path, processes(100));
    expect(readFileSync(path, "utf8")).toBe("100\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    release();
    expect(existsSync(path)).toBe(false);
    release();
  });

  it("keeps a second daemon out", () => {
    claimPidFile(path, processes(100));
    expect(() => claimPidFile(path, processes(200, 100, 200))).toThrow("daemon already running, pid: 100");
    expect(readFileSync(path, "utf8")).toBe("100\n");
  });

  it("is taken over from a daemon that died, and from a file that makes no sense", () => {
    for (const left of ["100\n", "", "one hundred", "-5", "200\n"]) {
      writeFileSync(path, left);
      claimPidFile(path, processes(200, 200));
      expect(readFileSync(path, "utf8")).toBe("200\n");
    }
  });

  it("stays with a daemon that started beside us and took it over first", () => {
    writeFileSync(path, "100\n");
    const beside: Processes = {
      pid: 200,
      isDaemon: () => {
        writeFileSync(path, "300\n");
        return false;
      },
    };
    expect(() => claimPidFile(path, beside)).toThrow("another iscsid is starting");
    expect(readFileSync(path, "utf8")).toBe("300\n");
    expect(readdirSync(directory)).toEqual(["iscsid.pid"]);
  });

  it("says what is wrong with its place", () => {
    expect(() => claimPidFile(join(directory, "nowhere", "iscsid.pid"), processes(1))).toThrow("ENOENT");
  });
});

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DaemonState, encodeState } from "./daemon-state.ts";
import { StateFile } from "./state-file.ts";

const uid = process.geteuid?.();
const state: DaemonState = { nextSessionId: 7, sessions: [], variables: [{ name: "kern.iscsi.maxtags", value: "8" }] };

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "iscsid-state-"));
  path = join(directory, "iscsid.state");
});

afterEach(() => rmSync(directory, { recursive: true }));

function leave(content: string, mode = 0o600): void {
  writeFileSync(path, content, { mode });
  chmodSync(path, mode);
}

describe("the file that a state is kept in", () => {
  it("is its owner's alone, and gives the state back", async () => {
    const file = new StateFile(path, uid);
    expect(file.read()).toEqual({ kind: "none" });
    await file.write(state);
    await file.write(state);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(file.read()).toEqual({ kind: "state", state });
    expect(readdirSync(directory)).toEqual(["iscsid.state"]);
    file.remove();
    file.remove();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is written behind a daemon that died while it wrote", async () => {
    writeFileSync(`${path}.new`, encodeState(state).slice(0, 20), { mode: 0o400 });
    leave(encodeState(state));
    const file = new StateFile(path, uid);
    expect(file.read()).toEqual({ kind: "state", state });
    await file.write({ ...state, nextSessionId: 8 });
    expect(file.read()).toMatchObject({ state: { nextSessionId: 8 } });
    expect(readdirSync(directory)).toEqual(["iscsid.state"]);
  });

  it.each([
    ["half of it", () => leave(encodeState(state).slice(0, -9)), "not complete"],
    ["nothing", () => leave(""), "does not begin as"],
    ["bytes of something else", () => leave("\0\xff".repeat(100)), "does not begin as"],
    ["what others may write", () => leave(encodeState(state), 0o660), "others than its owner may write"],
    ["a directory", () => mkdirSync(path), "not a regular file"],
    ["a link", () => symlinkSync("/etc/passwd", path), "not a regular file"],
  ])("is set aside and not deleted when it holds %s", async (_what, make, reason) => {
    make();
    const file = new StateFile(path, uid);
    const aside = `${path}.set-aside-1`;
    expect(file.read()).toEqual({ kind: "unusable", reason: expect.stringContaining(reason), setAside: aside });
    expect(existsSync(path)).toBe(false);
    await file.write(state);
    leave("again");
    expect(file.read()).toMatchObject({ setAside: `${path}.set-aside-2` });
    expect(readdirSync(directory).sort()).toEqual(["iscsid.state.set-aside-1", "iscsid.state.set-aside-2"]);
  });

  it("is not used when it belongs to somebody else", () => {
    leave(encodeState(state));
    const found = new StateFile(path, (uid ?? 0) + 1).read();
    expect(found).toMatchObject({ kind: "unusable", reason: `it belongs to user ${uid}` });
    expect(readFileSync(`${path}.set-aside-1`, "utf8")).toBe(encodeState(state));
  });

  it("says why it cannot be written", async () => {
    await expect(new StateFile(join(directory, "nowhere", "state"), uid).write(state)).rejects.toThrow("ENOENT");
  });
});

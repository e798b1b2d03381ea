import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { findKey, type KeyPlaces } from "./key.ts";

const places = (part: Partial<KeyPlaces> = {}): KeyPlaces => ({ env: { PATH: process.env.PATH }, readKeyFile: () => undefined, ...part });
const keyFrom = async (command: string, options: Parameters<typeof findKey>[3] = {}): Promise<string | undefined> =>
  (await findKey("mine", { kind: "command", command }, places(), options))?.reveal();

it("a command's first line is the key, and nothing of Git is in its environment", async () => {
  expect(await keyFrom("echo first; echo second")).toBe("first");
  const asked = findKey(
    "mine",
    { kind: "command", command: "echo [$GIT_DIR]" },
    places({ env: { PATH: process.env.PATH, GIT_DIR: "/x" } }),
  );
  expect((await asked)?.reveal()).toBe("[]");
});

it.each([
  ["echo", "prints nothing"],
  ["exit 3", "ends with 3"],
  ["no-such-password-manager", "ends with 127"],
])("a command that gives none says so: %s", async (command, words) => {
  await expect(keyFrom(command)).rejects.toMatchObject({ fault: "key", message: expect.stringContaining(words) as string });
});

describe("a command that waits for somebody who does not come is ended, with all that it has started,", () => {
  /** It says which processes it consists of, and prints no key. */
  const waiting = (file: string): string =>
    `echo $$ >>'${file}'; sh -c 'echo $$ >>"${file}"; sleep 300; exit 1' & echo $! >>'${file}'; wait`;

  /** Which of its processes are left; undefined when it was ended before all of them had begun. */
  async function whatIsLeft(
    options: (begun: () => Promise<void>) => Parameters<typeof findKey>[3],
  ): Promise<readonly number[] | undefined> {
    const folder = mkdtempSync(join(tmpdir(), "lrc-key-"));
    const file = join(folder, "processes");
    const ids = (): number[] => (existsSync(file) ? [...new Set(readFileSync(file, "utf8").trim().split("\n").map(Number))] : []);
    const begun = async (): Promise<void> => {
      while (ids().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    try {
      await expect(keyFrom(waiting(file), options(begun))).rejects.toMatchObject({ fault: "key" });
      if (ids().length < 2) return undefined;
      return await vi.waitUntil(() => (ids().some(isAlive) ? false : ids().filter(isAlive)), { timeout: 5_000 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  function isAlive(id: number): boolean {
    try {
      process.kill(id, 0);
      return true;
    } catch {
      return false;
    }
  }

  it("when its time is over", async () => {
    // A machine that is busy may not have started all of it by then: it is given twice as long.
    let left: readonly number[] | undefined;
    for (let commandMs = 400; left === undefined; commandMs *= 2) left = await whatIsLeft(() => ({ commandMs }));
    expect(left).toEqual([]);
  });

  it("when nobody wants the key any more", async () => {
    const nobody = new AbortController();
    const left = await whatIsLeft((begun) => {
      void begun().then(() => nobody.abort());
      return { signal: nobody.signal };
    });
    expect(left).toEqual([]);
  });
});

it("an environment without the variable, a file that is not there or that others can read: each says what to do", async () => {
  await expect(findKey("mine", { kind: "env", variable: "NO_SUCH_KEY" }, places())).rejects.toThrow("the environment has no NO_SUCH_KEY");
  await expect(findKey("mine", { kind: "file" }, places())).rejects.toThrow("lrc connectors add mine --key-stdin");
  const readable = places({
    readKeyFile: () => {
      throw new Error("f can be read by others: chmod 600 f");
    },
  });
  await expect(findKey("mine", { kind: "file" }, readable)).rejects.toMatchObject({
    fault: "key",
    message: expect.stringContaining("chmod 600") as string,
  });
});

it("a keyring that does not open, or has nothing for this connector, is a sentence and no crash", async () => {
  const name = `none-${process.pid}`;
  await expect(findKey(name, { kind: "keyring" }, places())).rejects.toMatchObject({
    fault: "key",
    message: expect.stringMatching(/the keyring (does not open|has no key for none-)|there is no keyring/) as string,
  });
});

import { expect, it } from "vitest";
import { findKey, type KeyPlaces } from "./key.ts";

const places = (part: Partial<KeyPlaces> = {}): KeyPlaces => ({ env: { PATH: process.env.PATH }, readKeyFile: () => undefined, ...part });
const keyFrom = async (command: string, longestMs?: number): Promise<string | undefined> =>
  (await findKey("mine", { kind: "command", command }, places(), longestMs))?.reveal();

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

it("a command that waits for somebody is not waited for, nor is what it started", async () => {
  const start = performance.now();
  await expect(keyFrom("sleep 3; echo late", 200)).rejects.toMatchObject({
    fault: "key",
    message: expect.stringContaining("within 0 s") as string,
  });
  expect(performance.now() - start).toBeLessThan(2_500);
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

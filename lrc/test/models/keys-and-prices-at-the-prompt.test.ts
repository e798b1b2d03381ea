import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lrcInProcess } from "../../src/cli/testing/in-process.ts";
import { ScratchRepository } from "../../src/git/testing/scratch-repository.ts";
import { ModelServer, modelStating } from "./harness/model-server.ts";

let scratch: ScratchRepository;
let server: ModelServer;
beforeEach(async () => {
  scratch = new ScratchRepository();
  server = await ModelServer.start(modelStating([]));
  scratch.commit("first");
  scratch.write("a.js", "export const a = 1;\n");
  scratch.git("add", "a.js");
});
afterEach(async () => {
  scratch[Symbol.dispose]();
  await server.close();
});

const lrc = (...args: readonly string[]) => lrcInProcess(scratch, ...args);
const review = async (): Promise<string> => {
  const { stdout, stderr } = await lrc("review", "--effort", "low");
  return stdout + stderr;
};

function listed(key: string, more = ""): void {
  const folder = join(scratch.home, ".config/lrc");
  mkdirSync(folder, { recursive: true });
  const provider = `provider = "openai-compatible"\nmodel = "one-nobody-knows"\nbase_url = "${server.url}"\nkey = "${key}"\n`;
  writeFileSync(join(folder, "connectors.toml"), `[connector.mine]\n${provider}${more}`);
}

it("a key file that others can read is not used, and what to do about it is said", async () => {
  listed("file");
  const keys = join(scratch.home, ".config/lrc/keys");
  mkdirSync(keys);
  writeFileSync(join(keys, "mine"), "a-key-that-leaked\n");
  chmodSync(join(keys, "mine"), 0o644);
  const said = await review();
  expect(said).toContain(`chmod 600 ${join(keys, "mine")}`);
  expect(said).not.toContain("a-key-that-leaked");
  expect(server.received).toEqual([]);
  chmodSync(join(keys, "mine"), 0o600);
  await review();
  expect(server.received[0]?.headers.authorization).toBe("Bearer a-key-that-leaked");
});

it("a key file that Git keeps is not used, whichever repository is reviewed", async () => {
  listed("file");
  const keys = join(scratch.home, ".config/lrc/keys");
  mkdirSync(keys);
  writeFileSync(join(keys, "mine"), "a-key-for-everybody\n", { mode: 0o600 });
  scratch.git("init", "-q", scratch.home);
  scratch.git("-C", scratch.home, "add", "-f", ".config/lrc/keys/mine");
  const said = await review();
  expect(said).toContain(`git rm --cached ${join(keys, "mine")}`);
  expect(server.received).toEqual([]);
  scratch.git("-C", scratch.home, "rm", "-q", "--cached", ".config/lrc/keys/mine");
  await review();
  expect(server.received[0]?.headers.authorization).toBe("Bearer a-key-for-everybody");
});

it("an address whose way everybody can read is added, and said to be one", async () => {
  const add = (url: string) => lrc("connectors", "add", "own", "--provider", "openai-compatible", "--model", "m", "--base-url", url);
  expect((await add("http://models.example/v1")).stderr).toContain("can be read by everybody on the way there");
  expect((await add("https://models.example/v1")).stderr).not.toContain("on the way there");
  expect((await add("http://127.0.0.1:1234/v1")).stderr).not.toContain("on the way there");
});

it("a keyring that is not there is a sentence, and the review says that it is not complete", async () => {
  listed("keyring");
  const said = await review();
  expect(said).toMatch(/the keyring (does not open|has no key for mine)|there is no keyring for this machine/);
  expect(said).toContain("model: incomplete");
  expect(server.received).toEqual([]);
});

it.each([
  ["the list of connectors", () => listed("none", 'api_key = "sk-in-the-list"\n'), "a key does not belong in this file"],
  [
    "a file of the repository",
    () => {
      listed("none");
      scratch.write(".lrc/config.toml", '[model]\nprovider = "openai"\napi_key = "sk-in-the-list"\n');
      scratch.commit("a key");
      scratch.write("a.js", "export const a = 2;\n");
      scratch.git("add", "a.js");
    },
    "api_key",
  ],
])("a key that stands in %s is refused, and not printed", async (_, write, words) => {
  write();
  const said = await review();
  expect(said).toContain(words);
  expect(said).not.toContain("sk-in-the-list");
  for (const { headers } of server.received) expect(JSON.stringify(headers)).not.toContain("sk-in-the-list");
});

it("a model whose price nobody knows costs what is unknown, and not nothing; a limit in dollars that cannot hold it is said to be none", async () => {
  listed("none");
  // A name that is not this machine's, though it is.
  const far = server.url.replace("127.0.0.1", "127.0.0.1.nip.test");
  scratch.env = { ...scratch.env, HTTP_PROXY: server.url.replace("/v1", "") };
  const folder = join(scratch.home, ".config/lrc");
  const connector = `[connector.mine]\nprovider = "openai-compatible"\nmodel = "one-nobody-knows"\nbase_url = "${far}"\nkey = "none"\n`;
  writeFileSync(join(folder, "connectors.toml"), `${connector}[limits]\nusd_per_month = 5\n`);
  expect((await lrc("review", "--preview", "--effort", "low")).stdout).toMatch(/about \d+ tokens, price unknown/);
  const said = await review();
  expect(said).toContain("limits in dollars cannot hold mine: the price is unknown");
  expect(said).toMatch(/model mine \(one-nobody-knows\): 1 request, .*, price unknown/);
  expect((await lrc("usage")).stdout).toContain("price unknown");
  const [row] = JSON.parse((await lrc("usage", "--json")).stdout) as { usd?: number | null }[];
  expect(row?.usd ?? undefined).toBeUndefined();
  writeFileSync(join(folder, "connectors.toml"), `${connector}input_price = 1\noutput_price = 2\n[limits]\nusd_per_month = 5\n`);
  expect((await lrc("review", "--preview", "--effort", "low", "--fresh")).stdout).toMatch(/about \$0\.\d{4}/);
});

import { mkdirSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { privateKey, ReviewedRepository } from "../harness/reviewed-repository.ts";

let silent: Server;
beforeAll(async () => {
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});
afterAll(() => void silent.close());

const budgetSeconds = 2;

it.each([
  ["its model", "none"],
  ["the command that gives its key", "command:sleep 8; echo late"],
])(
  "goes on within its budget and a second, with what the rules found, and says that the review is incomplete, when %s never answers",
  (_, key) => {
    using scratch = new ReviewedRepository();
    const config = join(scratch.root, "../model-config");
    mkdirSync(join(config, "lrc"), { recursive: true });
    const { port } = silent.address() as AddressInfo;
    writeFileSync(
      join(config, "lrc/connectors.toml"),
      `[connector.silent]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "http://127.0.0.1:${port}/v1"\nkey = "${key}"\n`,
    );
    scratch.env = { ...scratch.env, XDG_CONFIG_HOME: config };
    scratch.write(".lrc/config.toml", `[commit]\nblock = "never"\nbudget_seconds = ${budgetSeconds}\n`);
    scratch.commit("first");
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    const start = performance.now();
    const { status, stderr } = scratch.run("git", "commit", "-q", "-m", "second");
    const seconds = (performance.now() - start) / 1000;
    expect(status).toBe(0);
    expect(stderr).toMatch(/lrc: review incomplete \(out of time\)/);
    expect(stderr).toContain("secret/private-key");
    expect(scratch.verdict()).toMatch(/^skipped \(review /);
    expect(seconds).toBeGreaterThan(budgetSeconds - 0.5);
    expect(seconds).toBeLessThan(budgetSeconds + 1);
  },
);

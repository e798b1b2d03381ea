import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { ReviewedRepository } from "../../harness/reviewed-repository.ts";
import { ServedProgram } from "./served-program.ts";

const script = fileURLToPath(new URL("../../../dist/bin/lrc.mjs", import.meta.url));

/** Root can be anybody; whoever is not is told by the modes of the files alone. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

it("another user of the machine finds the address nowhere, and nothing behind its port", async () => {
  using scratch = new ReviewedRepository(script);
  const opened = join(scratch.home, "opened");
  const browser = join(scratch.home, "browser");
  writeFileSync(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > '${opened}.part' && mv '${opened}.part' '${opened}'\n`);
  chmodSync(browser, 0o755);
  const { CI: _, ...env } = scratch.env;
  scratch.env = { ...env, DISPLAY: ":9", BROWSER: browser };
  scratch.write("a.js", "export const a = 1;\n");
  scratch.git("add", ".");
  let file: string;
  {
    await using review = await ServedProgram.start(scratch, ["review", "--serve"]);
    const { origin, hash } = new URL(review.url);
    const token = hash.slice(1);
    await expect.poll(() => existsSync(opened), { timeout: 10_000 }).toBe(true);
    const given = readFileSync(opened, "utf8");
    expect(given).not.toContain(token);
    file = fileURLToPath(/^file:\S+$/m.exec(given)?.[0] ?? "");
    expect(readFileSync(file, "utf8")).toContain(token);
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(spawnSync("ps", ["axww", "-o", "args"], { ...nobody, encoding: "utf8" }).stdout).not.toContain(token);
    if (nobody !== undefined) expect(spawnSync("cat", [file], { ...nobody, encoding: "utf8" })).toMatchObject({ status: 1, stdout: "" });
    const headers = { origin, "content-type": "application/json" };
    const tries: readonly [string, RequestInit][] = [
      ["/api/events", {}],
      ["/api/do/answer", { method: "POST", headers, body: '{"answer":"commit"}' }],
      ["/api/enter", { method: "POST", headers, body: `{"token":"${"A".repeat(token.length)}"}` }],
    ];
    for (const [path, request] of tries) expect([path, (await fetch(origin + path, request)).status]).toEqual([path, 403]);
  }
  // What the browser was given goes with the page.
  expect(existsSync(dirname(file))).toBe(false);
});

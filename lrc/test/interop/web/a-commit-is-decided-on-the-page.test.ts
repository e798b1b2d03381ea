import { spawn } from "node:child_process";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { privateKey, ReviewedRepository } from "../../harness/reviewed-repository.ts";
import { startBrowser, Tab } from "./browser.ts";
import { ServedProgram } from "./served-program.ts";

const script = fileURLToPath(new URL("../../../dist/bin/lrc.mjs", import.meta.url));
const unsafe = 'export function find(req) {\n  return db.query("SELECT * FROM t WHERE n = \'" + req.query.name + "\'");\n}\n';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => await browser.close());

function repository(): ReviewedRepository {
  const scratch = new ReviewedRepository(script);
  const { CI: _, DISPLAY: _display, SSH_CONNECTION: _ssh, ...env } = scratch.env;
  scratch.env = { ...env, TERM: "xterm" };
  scratch.write("a.js", "export const a = 1;\n");
  scratch.commit("first");
  scratch.lrc("hooks", "install");
  scratch.git("config", "lrc.ui", "browser");
  scratch.write("a.js", unsafe);
  scratch.git("add", "a.js");
  return scratch;
}

/** Runs a command as somebody at a terminal does, until the page it opens has an address. */
async function atTerminal(scratch: ReviewedRepository, command: string) {
  const child = spawn("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    cwd: scratch.root,
    env: scratch.env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/#[\w-]+(?=\s)/.exec(output);
      if (found !== null) resolve(found[0]);
    });
    void ended.then(() => reject(new Error(`it ended without a page: ${output}`)));
  });
  return { url, ended, output: () => output };
}

describe("a commit at a terminal, with lrc.ui set to browser", () => {
  it.each([
    { button: "Commit", code: 0, verdict: /^ran \(iter:1, coverage:100%\)$/ },
    { button: "Vouch", code: 0, verdict: /^vouched \(iter:1, coverage:100%\)$/ },
    { button: "Skip", code: 0, verdict: /^skipped \(by hand\)$/ },
    { button: "Abort", code: 1, verdict: /^$/ },
  ])("is decided by $button on the page", async ({ button, code, verdict }) => {
    using scratch = repository();
    const commit = await atTerminal(scratch, "git commit -m second");
    await using tab = await Tab.open(browser, commit.url);
    await tab.page.locator("article.card").waitFor();
    await tab.page.getByRole("button", { name: button, exact: true }).click();
    expect(await commit.ended, commit.output()).toBe(code);
    expect(scratch.verdict()).toMatch(verdict);
    expect(scratch.git("log", "-1", "--format=%s").trim()).toBe(code === 0 ? "second" : "first");
    expect(tab.faults.filter((fault) => !fault.includes("ERR_CONNECTION_REFUSED") && !fault.includes("ERR_INCOMPLETE"))).toEqual([]);
  });

  it("gets the message that was written on the page, and is pushed by its own button only", async () => {
    using scratch = repository();
    scratch.git("init", "--quiet", "--bare", "../there.git");
    scratch.git("remote", "add", "origin", "../there.git");
    const commit = await atTerminal(scratch, "git commit -m second");
    await using tab = await Tab.open(browser, commit.url);
    await tab.page.getByLabel(/^Message/).fill("Find by name\n\nMore about it.");
    await tab.page.getByRole("button", { name: "Commit and push" }).click();
    expect(await commit.ended, commit.output()).toBe(0);
    expect(scratch.message()).toMatch(/^Find by name\n\nMore about it\.\n\nLrc-Review: ran /);
    expect(scratch.git("--git-dir=../there.git", "log", "-1", "--format=%s", "--all").trim()).toBe("Find by name");
  });

  it("goes to origin where there are several places, and says when it could not be pushed", async () => {
    using scratch = repository();
    for (const name of ["also", "origin"]) {
      scratch.git("init", "--quiet", "--bare", `../${name}.git`);
      scratch.git("remote", "add", name, `../${name}.git`);
    }
    const pushed = await atTerminal(scratch, "git commit -m second");
    await using tab = await Tab.open(browser, pushed.url);
    await tab.page.getByRole("button", { name: "Commit and push" }).click();
    expect(await pushed.ended, pushed.output()).toBe(0);
    const there = (name: string): string => scratch.git(`--git-dir=../${name}.git`, "log", "--format=%s", "--all").trim();
    expect([there("origin"), there("also")]).toEqual(["second\nfirst", ""]);
    scratch.write("../origin.git/hooks/pre-receive", "#!/bin/sh\nexit 1\n");
    chmodSync(join(scratch.root, "../origin.git/hooks/pre-receive"), 0o755);
    scratch.write("a.js", `${unsafe}// more\n${unsafe.replace("find", "seek")}`);
    scratch.git("add", "a.js");
    const refused = await atTerminal(scratch, "git commit -m third");
    await using next = await Tab.open(browser, refused.url);
    await next.page.getByRole("button", { name: "Commit and push" }).click();
    expect(await refused.ended).toBe(0);
    expect(refused.output()).toContain("lrc: the commit is made, but it could not be pushed");
    expect(scratch.git("log", "-1", "--format=%s").trim()).toBe("third");
  });

  it("may be made once what stopped it is dismissed, and not when that is taken back", async () => {
    using scratch = repository();
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    const commit = await atTerminal(scratch, "git commit -m second");
    await using tab = await Tab.open(browser, commit.url);
    await tab.page.evaluate(() => {
      const look = (): void => {
        if (document.querySelector(".elsewhere") !== null) document.body.dataset.strayed = "yes";
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    });
    const critical = tab.page.locator("article.card.critical");
    const may = tab.page.getByRole("button", { name: "Commit", exact: true });
    await critical.getByRole("button", { name: "Dismiss…" }).click();
    expect(await may.count()).toBe(0);
    await critical.getByLabel("Why is it no fault?").fill("made for a test");
    await critical.getByRole("button", { name: "Dismiss", exact: true }).click();
    await may.waitFor();
    await tab.page.getByText(/^Remarks/).click();
    await tab.page.getByRole("button", { name: /^Show again: secret\/\S+ at key.pem:\d+$/ }).click();
    await may.waitFor({ state: "detached" });
    await critical.waitFor();
    // It has been at its line all the time: what is looked at again does not blink.
    expect(await tab.page.evaluate(() => document.body.dataset.strayed)).toBeUndefined();
    await tab.page.getByRole("button", { name: "Abort" }).click();
    expect(await commit.ended).toBe(1);
  });

  it("is called off when its tab is closed and nobody is at the terminal either", async () => {
    using scratch = repository();
    scratch.env = { ...scratch.env, TERM: "dumb" };
    const commit = await atTerminal(scratch, "git commit -m second");
    const tab = await Tab.open(browser, commit.url);
    await tab.page.locator("article.card").waitFor();
    await tab[Symbol.asyncDispose]();
    expect(await commit.ended).toBe(1);
  });

  it("opens no page in CI, nor over ssh without a display", () => {
    using scratch = repository();
    for (const env of [{ CI: "true" }, { SSH_CONNECTION: "1 2 3 4" }]) {
      writeFileSync(join(scratch.home, "keys"), "a");
      const { stdout } = spawnSyncAtTerminal(scratch, env);
      expect(stdout).not.toContain("http://");
    }
    expect(existsSync(join(scratch.root, ".git/lrc/active-pages"))).toBe(false);
  });
});

it("a setting that means nothing is named by the doctor", () => {
  using scratch = repository();
  scratch.git("config", "lrc.ui", "firefox");
  expect(scratch.lrc("doctor").stdout).toContain('lrc.ui is "firefox", which means nothing');
});

it("a page says what became of the commit that Git was asked for", async () => {
  using scratch = repository();
  scratch.write(".git/hooks/commit-msg", "#!/bin/sh\necho no such ticket >&2\nexit 1\n");
  chmodSync(join(scratch.root, ".git/hooks/commit-msg"), 0o755);
  await using review = await ServedProgram.start(scratch, ["review", "--serve"]);
  await using tab = await Tab.open(browser, review.url);
  await tab.page.getByLabel(/^Message/).fill("second");
  await tab.page.getByRole("button", { name: "Commit", exact: true }).click();
  await tab.page
    .getByText(/^Not committed: .*no such ticket/)
    .first()
    .waitFor();
  expect(await review.ended).not.toBe(0);
  expect(scratch.git("log", "-1", "--format=%s").trim()).toBe("first");
});

function spawnSyncAtTerminal(scratch: ReviewedRepository, env: Record<string, string>) {
  scratch.env = { ...scratch.env, TERM: "dumb", ...env };
  return scratch.run("script", "--quiet", "--return", "--command", "git commit -m other", "/dev/null");
}

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReviewedRepository } from "../../harness/reviewed-repository.ts";
import { ModelServer, stream } from "../../models/harness/model-server.ts";
import { startBrowser, Tab } from "./browser.ts";
import { compareScreenshot } from "./screenshot.ts";
import { ServedProgram } from "./served-program.ts";

const script = fileURLToPath(new URL("../../../dist/bin/lrc.mjs", import.meta.url));
const unsafe = (name: string): string =>
  `export const ${name} = (req) => db.query("SELECT * FROM t WHERE n = '" + req.query.name + "'");\n`;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => await browser.close());

/** Two repositories of one user: a commit was vouched for in the first, two were made in the second, where the hooks are gone since. */
function twoRepositories(): { readonly shop: ReviewedRepository; readonly bank: string } & Disposable {
  const shop = new ReviewedRepository(script);
  const { CI: _, DISPLAY: _display, ...env } = shop.env;
  shop.env = env;
  const bank = join(shop.home, "bank");
  mkdirSync(bank);
  const inBank = (program: string, ...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(program, args, { cwd: bank, env: shop.env, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  };
  shop.lrc("hooks", "install");
  shop.write("shop.js", unsafe("find"));
  shop.git("add", ".");
  shop.lrc("review", "--vouch");
  shop.git("commit", "-qm", "in the shop");
  inBank("git", "init", "-q");
  inBank(process.execPath, script, "hooks", "install");
  for (const name of ["first", "second"]) {
    writeFileSync(join(bank, `${name}.js`), unsafe(name));
    inBank("git", "add", ".");
    inBank("git", "commit", "-qm", name);
  }
  inBank(process.execPath, script, "hooks", "uninstall");
  return { shop, bank, [Symbol.dispose]: () => shop[Symbol.dispose]() };
}

const names = (tab: Tab): Promise<string[]> => tab.page.locator(".connectors strong").allTextContents();

describe("the dashboard", () => {
  it("shows every repository of the user, all together or one by one, and mends the hooks of each after showing its plan", async () => {
    using made = twoRepositories();
    const { shop, bank } = made;
    await using ui = await ServedProgram.start(shop, ["ui"]);
    await using tab = await Tab.open(browser, ui.url);
    const { page } = tab;
    const history = page.getByRole("region", { name: "History" });
    await history.getByRole("cell", { name: "bank" }).first().waitFor();
    expect(await history.getByRole("cell", { name: "vouch" }).count()).toBe(1);
    expect(await history.locator("tbody tr").count()).toBe(3);
    const coverage = page.getByRole("region", { name: "Coverage by repository" }).locator("tbody tr");
    expect(await coverage.allTextContents()).toEqual([expect.stringMatching(/11100%$/), "bank22100%"]);
    await page.getByText("Findings by category over time", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: /^Repository/ }).selectOption({ label: "bank" });
    await page.getByRole("heading", { name: "bank reviews" }).waitFor();
    expect(await history.locator("tbody tr").count()).toBe(2);
    const hooks = page.getByRole("region", { name: "Hooks of bank" });
    await hooks.getByText("The next commit will not be reviewed.").waitFor();
    await hooks.getByRole("button", { name: "Fix" }).click();
    await hooks.getByText("This would be done:").waitFor();
    expect(existsSync(join(bank, ".git/hooks/pre-commit"))).toBe(false);
    await hooks.getByRole("button", { name: "Do it" }).click();
    await hooks.getByText("The next commit will be reviewed.").waitFor();
    expect(existsSync(join(bank, ".git/hooks/pre-commit"))).toBe(true);
    expect(tab.foreign).toEqual([]);
    await tab[Symbol.asyncDispose]();
    expect(await ui.ended).toBe(0);
  });

  it("can be started anywhere once there is something to show, and shows reviews that wait for an answer", async () => {
    using made = twoRepositories();
    const { shop } = made;
    shop.write("more.js", unsafe("more"));
    shop.git("add", ".");
    await using review = await ServedProgram.start(shop, ["review", "--serve"]);
    await using ui = await ServedProgram.start(shop, ["ui"], shop.home);
    await using tab = await Tab.open(browser, ui.url);
    const active = tab.page.getByRole("region", { name: "Active reviews" });
    await active.getByText("staged changes").waitFor();
    const page = await Tab.open(browser, review.url);
    await page.page.getByRole("button", { name: "Abort" }).click();
    await review.ended;
    await page[Symbol.asyncDispose]();
    await active.getByText("No review waits for an answer.").waitFor();
  });

  it("adds, tries, moves and removes models, by keys and by dragging", async () => {
    using made = twoRepositories();
    const { shop } = made;
    shop.env = { ...shop.env, HERE_KEY: "a key" };
    const server = await ModelServer.start((_, response) => stream(response, '{"ready": true}'));
    try {
      await using ui = await ServedProgram.start(shop, ["ui"]);
      await using tab = await Tab.open(browser, ui.url);
      const { page } = tab;
      await page.getByText("Add a connector").click();
      const add = async (provider: string, fields: Readonly<Record<string, string>>): Promise<void> => {
        await page.getByRole("combobox", { name: /^Provider/ }).selectOption(provider);
        for (const label of ["Name", "Model", "Base URL", "Environment variable"])
          await page.getByRole("textbox", { name: label }).fill(fields[label] ?? "");
        await page.getByRole("button", { name: "Add", exact: true }).click();
        await page.locator(".connectors strong", { hasText: fields.Name ?? provider }).waitFor();
      };
      await add("openai-compatible", { Name: "here", Model: "m", "Base URL": server.url, "Environment variable": "HERE_KEY" });
      await add("claude", {});
      await page.getByRole("button", { name: "Move claude up" }).press("Enter");
      await expect.poll(() => names(tab)).toEqual(["claude", "here"]);
      await page.locator(".connectors li").last().dragTo(page.locator(".connectors li").first());
      await expect.poll(() => names(tab)).toEqual(["here", "claude"]);
      // Where it cannot go further, the arrow keeps the keyboard.
      await page.getByRole("button", { name: "Move here down" }).press("Enter");
      await expect.poll(() => names(tab)).toEqual(["claude", "here"]);
      expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("Move here down");
      await page.getByRole("button", { name: "Move here up" }).press("Enter");
      await expect.poll(() => names(tab)).toEqual(["here", "claude"]);
      await page.getByRole("button", { name: "Test here" }).click();
      await expect.poll(() => page.locator(".notice").textContent()).toBe("here answers.");
      await page.locator(".connectors li").last().getByRole("button", { name: "Remove claude" }).click();
      await expect.poll(() => names(tab)).toEqual(["here"]);
      expect(shop.lrc("connectors", "list").stdout).toContain("here");
    } finally {
      await server.close();
    }
  });

  it("says what there is not, where nothing has been done yet", async () => {
    using scratch = new ReviewedRepository(script);
    const { CI: _, DISPLAY: _display, ...env } = scratch.env;
    scratch.env = env;
    await using ui = await ServedProgram.start(scratch, ["ui"]);
    await using tab = await Tab.open(browser, ui.url);
    for (const empty of [
      "No review waits for an answer.",
      "No review has been noted yet.",
      "Nothing has been found yet.",
      "Nothing has been dismissed.",
      "There are no commits.",
      "No model is asked; the offline rules need none.",
      "No model has been asked.",
    ])
      await tab.page.getByText(empty).first().waitFor();
    expect(await tab.violations()).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it.each([
    { theme: "light", forcedColors: "active", width: 1280, height: 900 },
    { theme: "dark", forcedColors: "active", width: 1280, height: 900 },
    { theme: "light", forcedColors: "none", width: 320, height: 225 },
  ] as const)("can be used by keys in the reader's own colours, and magnified: $theme, $forcedColors, $width", async (looks) => {
    using made = twoRepositories();
    await using ui = await ServedProgram.start(made.shop, ["ui"]);
    await using tab = await Tab.open(browser, ui.url, looks);
    await tab.page.getByRole("region", { name: "Hooks of bank" }).getByRole("button", { name: "Fix" }).waitFor();
    expect(await tab.violations()).toEqual([]);
    expect(await tab.obstacles()).toEqual([]);
  });

  it.each(["light", "dark"] as const)("has nothing that axe objects to when it is %s, on a desk and on 360 pixels", async (theme) => {
    using made = twoRepositories();
    const { shop } = made;
    await using ui = await ServedProgram.start(shop, ["ui"]);
    for (const width of [1280, 360]) {
      await using tab = await Tab.open(browser, ui.url, { theme, width });
      const fix = tab.page.getByRole("region", { name: "Hooks of bank" }).getByRole("button", { name: "Fix" });
      await fix.waitFor();
      if (theme === "dark" && width === 1280) await compareScreenshot(tab.page, "dashboard-dark");
      const headings = tab.page.getByRole("region", { name: "History" }).getByRole("columnheader");
      expect(new Set(await headings.evaluateAll((cells) => cells.map(({ clientHeight }) => clientHeight < 40)))).toEqual(new Set([true]));
      await fix.click();
      expect(await tab.violations()).toEqual([]);
      expect(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    }
  });
});

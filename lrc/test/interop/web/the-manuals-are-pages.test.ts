import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBrowser, Tab } from "./browser.ts";

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

let browser: Browser;
let site: string;
beforeAll(async () => {
  browser = await startBrowser();
  site = mkdtempSync(join(tmpdir(), "lrc-site-"));
  execFileSync(process.execPath, [inRepository("tools/docs-site.mjs"), site]);
});
afterAll(async () => {
  await browser.close();
  rmSync(site, { recursive: true });
});

const addresses = () => ({
  start: pathToFileURL(join(site, "index.html")).href,
  "a manual with pictures": pathToFileURL(join(site, "docs/lrc-page.html")).href,
  "a manual with long lines": pathToFileURL(join(site, "docs/iscsictl.html")).href,
  "the rules beside the review page": pathToFileURL(inRepository("lrc/dist/page/rules.html")).href,
});

describe.each(["light", "dark"] as const)("the manuals in a browser, %s", (theme) => {
  it.each(["start", "a manual with pictures", "a manual with long lines", "the rules beside the review page"] as const)(
    "%s: axe objects to nothing, nothing is cut off on 360 pixels, and every link on the page leads somewhere",
    async (name) => {
      for (const width of [1280, 360]) {
        await using tab = await Tab.open(browser, addresses()[name], { theme, width });
        expect(await tab.violations()).toEqual([]);
        expect(await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        const lost = await tab.page.evaluate(() => [
          ...[...document.querySelectorAll<HTMLAnchorElement>('a[href^="#"]')]
            .map(({ hash }) => decodeURIComponent(hash.slice(1)))
            .filter((id) => document.getElementById(id) === null),
          ...[...document.images].filter(({ naturalWidth }) => naturalWidth === 0).map(({ src }) => src),
        ]);
        expect(lost).toEqual([]);
        expect(tab.faults).toEqual([]);
      }
    },
  );
});

it("the rules beside the review page speak of each other by places on that page", async () => {
  await using tab = await Tab.open(browser, addresses()["the rules beside the review page"]);
  const elsewhere = await tab.page.evaluate(() =>
    [...document.querySelectorAll("a")].map((link) => link.getAttribute("href") ?? "").filter((href) => !/^(#|https:)/.test(href)),
  );
  expect(elsewhere).toEqual([]);
});

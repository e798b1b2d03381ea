import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reports } from "#report";
import { finding, plain, review } from "../../../src/report/testing/review.ts";
import { ReviewedRepository } from "../../harness/reviewed-repository.ts";
import { startBrowser, Tab } from "./browser.ts";
import { compareScreenshot } from "./screenshot.ts";

const built = (name: string): string => fileURLToPath(new URL(`../../../dist/${name}`, import.meta.url));

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await startBrowser();
  folder = mkdtempSync(join(tmpdir(), "lrc-report-"));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** A report of some findings as a file, by its address. */
function reportOf(findings: readonly ReturnType<typeof finding>[], parts: Parameters<typeof review>[0] = {}): string {
  const navigator = { script: readFileSync(built("page/report.js"), "utf8"), style: readFileSync(built("page/report.css"), "utf8") };
  const file = join(folder, "report.html");
  writeFileSync(
    file,
    reports.html(review({ findings: [...findings], ...parts }), { version: "1.2.3", paint: plain, columns: undefined, navigator }),
  );
  return pathToFileURL(file).href;
}

const several = [
  finding({ fingerprint: "1".repeat(32), severity: "critical", path: "deploy/conf.py", title: "A credential is in the code" }),
  finding({ fingerprint: "2".repeat(32), severity: "error", path: "src/users.ts" }),
  finding({ fingerprint: "3".repeat(32), severity: "warning", path: "src/users.ts", reviewer: "claude", confidence: "medium" }),
];

const shown = (tab: Tab) => tab.page.locator("article:visible");

describe("a report in a browser", () => {
  it.each(["light", "dark"] as const)("has nothing that axe objects to when it is %s", async (theme) => {
    await using tab = await Tab.open(browser, reportOf(several), { theme });
    await tab.page.getByTestId("shown-count").waitFor();
    expect(await tab.violations()).toEqual([]);
    if (theme === "light") await compareScreenshot(tab.page, "report-light");
    await tab.page.getByRole("combobox", { name: "Theme" }).selectOption(theme === "light" ? "dark" : "light");
    expect(await tab.violations()).toEqual([]);
    expect(tab.faults).toEqual([]);
    expect(tab.foreign).toEqual([]);
  });

  it("counts findings in every way, hides those that are not asked for, and goes from one to the next by keys", async () => {
    await using tab = await Tab.open(browser, reportOf(several));
    const count = tab.page.getByTestId("shown-count");
    await expect.poll(async () => await count.textContent()).toBe("3");
    await tab.page.getByRole("checkbox", { name: /^error/ }).uncheck();
    await expect.poll(async () => await shown(tab).count()).toBe(2);
    await expect
      .poll(
        async () =>
          await tab.page
            .getByRole("checkbox", { name: /src\/users\.ts/ })
            .locator("..")
            .textContent(),
      )
      .toContain("1");
    await tab.page.getByRole("button", { name: "Only claude" }).click();
    await expect.poll(async () => await shown(tab).count()).toBe(1);
    await tab.page.keyboard.press("r");
    await expect.poll(async () => await shown(tab).count()).toBe(3);
    const current = async (): Promise<string> => await tab.page.evaluate(() => document.activeElement?.id ?? "");
    for (const digit of ["1", "2", "3", "1"]) {
      await tab.page.keyboard.press("j");
      expect(await current()).toBe(`f-${digit.repeat(32)}`);
    }
    await tab.page.keyboard.press("k");
    expect(await current()).toBe(`f-${"3".repeat(32)}`);
  });

  it("heeds no single letters where nobody wants that", async () => {
    await using tab = await Tab.open(browser, reportOf(several));
    await tab.page.getByRole("checkbox", { name: /go from finding to finding/ }).uncheck();
    await tab.page.keyboard.press("j");
    expect(await tab.page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
  });

  it("can be used on 360 pixels", async () => {
    await using tab = await Tab.open(browser, reportOf(several), { width: 360, height: 740 });
    await tab.page.getByTestId("shown-count").waitFor();
    expect(await tab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  it.each(["light", "dark"] as const)("has nothing that axe objects to in the reader's own colours, when these are %s", async (theme) => {
    await using tab = await Tab.open(browser, reportOf(several), { theme, forcedColors: "active" });
    await tab.page.getByTestId("shown-count").waitFor();
    expect(await tab.violations()).toEqual([]);
  });

  it("can be used when it is magnified to 400 %, by keys alone", async () => {
    await using tab = await Tab.open(browser, reportOf(several), { width: 320, height: 225 });
    await tab.page.getByTestId("shown-count").waitFor();
    expect(await tab.obstacles()).toEqual([]);
  });

  it("with ten thousand findings is there soon, and filters and goes on without a long wait", async () => {
    const many = Array.from({ length: 10_000 }, (_, at) =>
      finding({
        fingerprint: at.toString(16).padStart(32, "0"),
        path: `src/module-${at % 500}.ts`,
        startLine: 1 + at,
        endLine: 1 + at,
        severity: (["critical", "error", "warning", "info"] as const)[at % 4]!,
      }),
    );
    const url = reportOf(many);
    const start = performance.now();
    await using tab = await Tab.open(browser, url);
    await expect.poll(async () => await tab.page.getByTestId("shown-count").textContent()).toBe("10000");
    const openMs = performance.now() - start;
    const took = async (act: () => Promise<void>, wanted: string): Promise<number> => {
      const before = performance.now();
      await act();
      await expect.poll(async () => await tab.page.getByTestId("shown-count").textContent()).toBe(wanted);
      await tab.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      return performance.now() - before;
    };
    const filterMs = await took(async () => await tab.page.getByRole("checkbox", { name: /^info/ }).uncheck(), "7500");
    const onlyMs = await took(async () => await tab.page.getByRole("button", { name: "Only src/module-0.ts" }).click(), "20");
    const allMs = await took(async () => await tab.page.keyboard.press("r"), "10000");
    const nextMs = await took(async () => {
      for (let step = 0; step < 5; step += 1) await tab.page.keyboard.press("j");
    }, "10000");
    process.stdout.write(
      `10,000 findings: open ${Math.round(openMs)} ms, filter ${Math.round(filterMs)} ms, only ${Math.round(onlyMs)} ms, all ${Math.round(allMs)} ms, five on ${Math.round(nextMs)} ms\n`,
    );
    expect(Math.max(filterMs, onlyMs, allMs, nextMs)).toBeLessThan(3000);
  });

  it("shows markup of findings, paths and files as text, runs none of it and asks nobody anything", async () => {
    const evil = `"'><img src=//evil.test/x onerror="window.pwned=1"></article></script></style><script>window.pwned=1</script><svg onload=window.pwned=1>`;
    const url = reportOf(
      [
        finding({ path: evil, title: evil, message: evil, suggestion: evil, ruleId: evil, reviewer: evil, subcategory: evil }),
        finding({ fingerprint: "4".repeat(32), excerpt: { firstLine: 1, lines: [evil, "<!--<script>", "</title></head>"] } }),
      ],
      { notices: [evil], source: { kind: "diff-file", label: evil } },
    );
    await using tab = await Tab.open(browser, url);
    await expect.poll(async () => await tab.page.getByTestId("shown-count").textContent()).toBe("2");
    await tab.page
      .getByRole("button", { name: `Only ${evil}` })
      .first()
      .click();
    await expect.poll(async () => await shown(tab).count()).toBe(1);
    expect(await tab.page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
    expect(await tab.page.locator("img, svg, [onerror], [onload]").count()).toBe(0);
    expect(await tab.page.locator("script").count()).toBe(1);
    expect(tab.foreign).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it("lets no other script run, were one to get in", async () => {
    const url = reportOf(several);
    const file = fileURLToPath(url);
    const hostile = '<script>window.pwned=1</script><img src="https://evil.test/x" onerror="window.pwned=1">';
    writeFileSync(file, readFileSync(file, "utf8").replace("<main>", `<main>${hostile}`));
    await using tab = await Tab.open(browser, url);
    await expect.poll(async () => await tab.page.getByTestId("shown-count").textContent()).toBe("3");
    expect(await tab.page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
    // The script, the attribute and the picture.
    expect(tab.faults.filter((fault) => fault.includes("Content Security Policy")).length).toBeGreaterThanOrEqual(2);
  });

  it("is written by lrc review --format html --output, and read without scripts as well", async () => {
    using scratch = new ReviewedRepository(built("bin/lrc.mjs"));
    const name = '<img src=x onerror="window.pwned=1">.js';
    scratch.write(name, 'export function find(req) {\n  return db.query("SELECT * FROM t WHERE n = \'" + req.query.name + "\'");\n}\n');
    scratch.git("add", ".");
    const written = scratch.lrc("review", "--format", "html", "--output", "report.html");
    expect({ status: written.status, stdout: written.stdout }).toEqual({ status: 1, stdout: "" });
    const url = pathToFileURL(join(scratch.root, "report.html")).href;
    await using tab = await Tab.open(browser, url);
    await expect.poll(async () => await tab.page.getByTestId("shown-count").textContent()).toBe("1");
    expect(await tab.page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
    const context = await browser.newContext({ javaScriptEnabled: false });
    try {
      const page = await context.newPage();
      await page.goto(url);
      expect(await page.locator("article:visible").count()).toBe(1);
    } finally {
      await context.close();
    }
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReviewPage } from "#web";
import { pageFile, pageFinding, reviewPage } from "../../../src/web/testing/review-page.ts";
import { reboundHost, startBrowser, Tab } from "./browser.ts";
import { compareScreenshot } from "./screenshot.ts";
import { ShownPage } from "./shown-page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => await browser.close());

const nothing = {
  answer: () => undefined,
  dismiss: () => undefined,
  apply: () => undefined,
  restore: () => undefined,
  send: () => undefined,
};

const findings = [
  pageFinding({ canApply: true }),
  pageFinding({
    fingerprint: "1".repeat(32),
    ruleId: "secret/provider-token",
    title: "A credential is in the code",
    severity: "critical",
    category: "security",
    subcategory: "exposed-secret",
    path: "deploy/conf.py",
    startLine: 1,
    endLine: 1,
    anchorLine: 1,
    message: "This is a credential of AWS: whoever reads the repository can use it.",
    suggestion: "Take it out, and revoke it if it ever left this machine.",
    cwe: [798],
  }),
  pageFinding({
    fingerprint: "2".repeat(32),
    ruleId: "model/claude",
    title: "The loop never ends for an empty list",
    reviewer: "claude",
    severity: "warning",
    confidence: "medium",
    category: "correctness",
    subcategory: "off-by-one",
    startLine: 12,
    endLine: 12,
    anchorLine: 12,
    message: "With no entries `index` never reaches `length`.",
    suggestion: undefined,
    cwe: [],
  }),
];

const shop: Partial<ReviewPage> = {
  findings,
  files: [
    pageFile(),
    pageFile({
      path: "deploy/conf.py",
      oldPath: undefined,
      status: "added",
      addedLines: 1,
      removedLines: 0,
      hunks: '@@ -0,0 +1,1 @@\n+AWS_KEY = "AKIA[masked]"\n',
    }),
  ],
  agents: ["claude", "codex"],
  legal: ["commit", "commit-push", "vouch", "skip", "abort"],
  message: "kept",
  iterations: [
    { number: 1, findings: 5, coveragePercent: 80 },
    { number: 2, findings: 3, coveragePercent: 100 },
  ],
};

const shown = (tab: Tab) => tab.page.locator("article.card");

describe("the review page", () => {
  it.each(["light", "dark"] as const)("has nothing that axe objects to when it is %s, and looks as in the manual", async (theme) => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing), { theme });
    await shown(tab).nth(2).waitFor();
    await tab.page.waitForTimeout(300);
    expect(await tab.violations()).toEqual([]);
    await compareScreenshot(tab.page, `review-${theme}`);
    await tab.page.keyboard.press("?");
    await tab.page.getByRole("dialog").waitFor();
    expect(await tab.violations()).toEqual([]);
    expect(tab.faults).toEqual([]);
    expect(tab.foreign).toEqual([]);
    expect(new URL(tab.page.url()).hash).toBe("");
  });

  it.each(["light", "dark"] as const)(
    "can be read in every colour of code, on lines that were added and removed, when it is %s",
    async (theme) => {
      const line = (sign: string, number: number): string =>
        `${sign}const value${number} = read("text", ${number}, /[a-z]+/u, null); // a comment, ${sign === "+" ? "new" : "old"}\n`;
      const hunks = `@@ -1,4 +1,4 @@\n // a comment\n${line("-", 1)}${line("-", 2)}-\n${line("+", 3)}${line("+", 4)}+/** @param {string} name */\n`;
      await using served = new ShownPage(reviewPage({ ...shop, files: [pageFile({ hunks })], findings: [] }));
      await using tab = await Tab.open(browser, await served.serve(nothing), { theme });
      await tab.page.waitForFunction(
        () => document.querySelector("diffs-container")?.shadowRoot?.querySelector("[data-line] [style*=--diffs-token]") !== null,
      );
      await tab.page.waitForFunction(
        () => document.querySelector("diffs-container")?.shadowRoot?.querySelector("[data-diff-span]") !== null,
      );
      expect(await tab.violations()).toEqual([]);
    },
  );

  it("tells what is pressed, added and removed in the reader's own colours, too", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = await served.serve(nothing);
    await using tab = await Tab.open(browser, url);
    await tab.page.emulateMedia({ forcedColors: "active" });
    await tab.page.goto(url);
    await shown(tab).first().waitFor();
    const ground = (name: string) =>
      tab.page.getByRole("button", { name, exact: true }).evaluate((button) => getComputedStyle(button).backgroundColor);
    expect(await ground("Changes")).not.toBe(await ground("Event log"));
    const signs = await tab.page.evaluate(() =>
      [...document.querySelectorAll("diffs-container")].flatMap(({ shadowRoot }) =>
        [...(shadowRoot?.querySelectorAll("[data-line-type^=change][data-line]") ?? [])].map(
          (line) => getComputedStyle(line, "::before").content,
        ),
      ),
    );
    expect(new Set(signs)).toEqual(new Set(['"+"', '"-"']));
  });

  it.each(["light", "dark"] as const)("has nothing that axe objects to in the reader's own colours, when these are %s", async (theme) => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing), { theme, forcedColors: "active" });
    await shown(tab).nth(2).waitFor();
    expect(await tab.violations()).toEqual([]);
    await tab.page.keyboard.press("?");
    await tab.page.getByRole("dialog").waitFor();
    expect(await tab.violations()).toEqual([]);
  });

  it.each([
    { zoom: 200, width: 640, height: 450 },
    { zoom: 400, width: 320, height: 225 },
  ])("can be used when it is magnified to $zoom %, by keys alone", async ({ width, height }) => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing), { width, height });
    await shown(tab).first().waitFor();
    expect(await tab.obstacles()).toEqual([]);
    expect(await tab.violations()).toEqual([]);
    await tab.page.getByRole("button", { name: "Vouch" }).press("Enter");
    await expect.poll(() => served.asked).toMatchObject([{ action: "answer", input: { answer: "vouch" } }]);
  });

  it("moves nothing for whoever does not want that", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await shown(tab).first().waitFor();
    const moved = async (): Promise<number> => {
      await tab.page.keyboard.press("j");
      return await tab.page.evaluate(
        async () => await new Promise<number>((resolve) => requestAnimationFrame(() => resolve(document.getAnimations().length))),
      );
    };
    expect(await moved()).toBe(0);
    await tab.page.emulateMedia({ reducedMotion: "no-preference" });
    await expect.poll(moved).toBeGreaterThan(0);
  });

  it("can be used on 360 pixels: nothing is cut off, everything is reached", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing), { width: 360, height: 740 });
    await shown(tab).first().waitFor();
    expect(await tab.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await tab.page.getByRole("button", { name: "Vouch" }).click();
    await expect.poll(() => served.asked).toMatchObject([{ action: "answer", input: { answer: "vouch" } }]);
    expect(await tab.violations()).toEqual([]);
    await compareScreenshot(tab.page, "review-narrow");
  });

  it("shows findings as they come", async () => {
    await using served = new ShownPage(reviewPage({ ...shop, findings: [], phase: "reviewing", legal: [] }));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await tab.page.getByText("Reviewing… 0 findings so far").waitFor();
    for (const count of [1, 2, 3]) {
      served.live.update({ findings: findings.slice(0, count) });
      await expect.poll(async () => await tab.page.getByTestId("shown-count").textContent()).toBe(String(count));
      await expect.poll(async () => await shown(tab).count()).toBe(count);
    }
    served.live.update({ phase: "deciding", legal: ["commit", "abort"] });
    await tab.page.getByRole("button", { name: "Commit", exact: true }).waitFor();
  });

  it("counts findings in every way, and hides those that are not asked for", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    const count = tab.page.getByTestId("shown-count");
    await expect.poll(async () => await count.textContent()).toBe("3");
    await tab.page.getByRole("checkbox", { name: /^error/ }).uncheck();
    await expect.poll(async () => await count.textContent()).toBe("2");
    await expect.poll(async () => await shown(tab).count()).toBe(2);
    // Counts of the other groups follow.
    await expect.poll(async () => await tab.page.getByRole("checkbox", { name: /^high/ }).locator("..").textContent()).toBe("high 1");
    await tab.page.getByRole("button", { name: "Only claude" }).click();
    await expect.poll(async () => await count.textContent()).toBe("1");
    await tab.page.getByRole("button", { name: "Copy visible issues" }).click();
    const copied = await tab.page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^# 1 finding in staged changes\n/);
    expect(copied).toContain("## src/users.ts:12: The loop never ends for an empty list\n");
    await tab.page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(async () => await count.textContent()).toBe("3");
  });

  it("hides and shows a category as a whole, or one kind of it", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    const count = tab.page.getByTestId("shown-count");
    await expect.poll(async () => await count.textContent()).toBe("3");
    const whole = tab.page.getByRole("checkbox", { name: "security 2" });
    await tab.page.getByRole("checkbox", { name: "› exposed-secret 1" }).uncheck();
    await expect.poll(async () => await count.textContent()).toBe("2");
    expect(await whole.evaluate((box: HTMLInputElement) => [box.checked, box.indeterminate])).toEqual([false, true]);
    await whole.check();
    await expect.poll(async () => await count.textContent()).toBe("3");
    await whole.uncheck();
    await expect.poll(async () => await count.textContent()).toBe("1");
    await tab.page.getByRole("button", { name: "Only security", exact: true }).click();
    await expect.poll(async () => await count.textContent()).toBe("2");
    await tab.page.getByRole("button", { name: "Only security › injection" }).click();
    await expect.poll(async () => await count.textContent()).toBe("1");
  });

  it("is driven by keys alone", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await shown(tab).first().waitFor();
    const { keyboard } = tab.page;
    const current = async (): Promise<string | null> =>
      await tab.page.evaluate(() => document.activeElement?.getAttribute("data-finding") ?? null);
    const order = [findings[0], findings[2], findings[1]].map((finding) => finding?.fingerprint);
    for (const wanted of [...order, order[0]]) {
      await keyboard.press("j");
      await expect.poll(current).toBe(wanted);
    }
    await keyboard.press("k");
    await expect.poll(current).toBe(order[2]);
    await keyboard.press("d");
    await tab.page.getByLabel("Why is it no fault?").fill("it is an example");
    await keyboard.press("Enter");
    await expect
      .poll(() => served.asked)
      .toMatchObject([{ action: "dismiss", input: { fingerprint: order[2], reason: "it is an example" } }]);
    await tab.page.getByLabel("Why is it no fault?").waitFor({ state: "detached" });
    await keyboard.press("e");
    await tab.page.getByRole("region", { name: "Event log" }).waitFor();
    await keyboard.press("A");
    await expect.poll(() => served.asked.at(-1)).toMatchObject({ action: "answer", input: { answer: "abort" } });
  });

  it("has each key of its sheet do what the sheet says", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await shown(tab).nth(2).waitFor();
    const { page } = tab;
    const { keyboard } = page;
    const clipboard = async (): Promise<string> => await page.evaluate(() => navigator.clipboard.readText());
    const isPressed = async (name: string): Promise<string | null> =>
      await page.getByRole("button", { name, exact: true }).getAttribute("aria-pressed");
    await keyboard.press("?");
    const keys = await page.getByRole("dialog").locator("kbd").allTextContents();
    expect(keys).toEqual(["j", "k", "a", "d", "y", "Y", "u", "e", "r", "C", "V", "S", "A", "?"]);
    await keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await keyboard.press("j");
    await keyboard.press("y");
    await expect.poll(clipboard).toMatch(/^# 1 finding in staged changes\n[\s\S]*## src\/users\.ts:11: /);
    await keyboard.press("Y");
    await expect.poll(clipboard).toMatch(/^# 3 findings in staged changes\n/);
    await keyboard.press("a");
    await expect.poll(() => served.asked.at(-1)).toMatchObject({ action: "apply", input: { fingerprint: findings[0]?.fingerprint } });
    expect([await isPressed("Split"), await isPressed("Unified")]).toEqual(["true", "false"]);
    await keyboard.press("u");
    await expect.poll(async () => [await isPressed("Split"), await isPressed("Unified")]).toEqual(["false", "true"]);
    await expect
      .poll(
        async () =>
          await page.evaluate(() => document.querySelector("diffs-container")?.shadowRoot?.querySelector("[data-unified]") !== null),
      )
      .toBe(true);
    await page.getByRole("checkbox", { name: /^error/ }).uncheck();
    await expect.poll(async () => await shown(tab).count()).toBe(2);
    await keyboard.press("r");
    await expect.poll(async () => await shown(tab).count()).toBe(3);
    for (const [key, answer] of Object.entries({ C: "commit", V: "vouch", S: "skip", A: "abort" })) {
      await keyboard.press(key);
      await expect.poll(() => served.asked.at(-1)).toMatchObject({ action: "answer", input: { answer } });
    }
  });

  it("says of each file what happened to it, how many lines, and how many findings", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing), { height: 500 });
    const files = tab.page.getByRole("region", { name: "Changed files" }).getByRole("button");
    await expect.poll(async () => await files.allTextContents()).toEqual(["Msrc/users.ts2 findings+2−1", "Adeploy/conf.py1 finding+1−0"]);
    const top = async (): Promise<number> =>
      await tab.page.evaluate(() => document.querySelector("article.critical")?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY);
    expect(await top()).toBeGreaterThan(500);
    await files.last().click();
    await expect.poll(top).toBeLessThan(500);
  });

  it("goes on from where a finding was that is dismissed", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = await served.serve({
      ...nothing,
      dismiss: ({ fingerprint }) => {
        served.live.update({ findings: served.live.state.findings.filter((finding) => finding.fingerprint !== fingerprint) });
      },
    });
    await using tab = await Tab.open(browser, url);
    await shown(tab).nth(2).waitFor();
    const { keyboard } = tab.page;
    const isAt = async (finding: (typeof findings)[number] | undefined): Promise<void> =>
      await expect
        .poll(() => tab.page.evaluate(() => document.activeElement?.getAttribute("data-finding") ?? null))
        .toBe(finding?.fingerprint);
    // As they stand on the page: the first, the third, the second.
    await keyboard.press("j");
    await keyboard.press("j");
    await isAt(findings[2]);
    await keyboard.press("d");
    await tab.page.getByLabel("Why is it no fault?").fill("it is an example");
    await keyboard.press("Enter");
    await expect.poll(() => shown(tab).count()).toBe(2);
    await expect.poll(() => tab.page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("The change");
    await keyboard.press("j");
    await isAt(findings[1]);
    await keyboard.press("k");
    await isAt(findings[0]);
  });

  it("lets nobody's single keys do anything who does not want that, and remembers it where the next page has another port", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await shown(tab).first().waitFor();
    await tab.page.keyboard.press("?");
    await tab.page.getByRole("checkbox", { name: "Single keys do something" }).uncheck();
    await tab.page.keyboard.press("Escape");
    await tab.page.getByRole("combobox", { name: "Theme" }).selectOption("dark");
    await using other = new ShownPage(reviewPage(shop));
    await tab.page.goto(await other.serve(nothing));
    await shown(tab).first().waitFor();
    expect(await tab.page.getByRole("combobox", { name: "Theme" }).inputValue()).toBe("dark");
    for (const key of ["j", "A", "C", "?"]) await tab.page.keyboard.press(key);
    expect(await tab.page.evaluate(() => document.activeElement?.getAttribute("data-finding") ?? null)).toBeNull();
    await tab.page.getByRole("button", { name: "Keys" }).click();
    await tab.page.getByRole("checkbox", { name: "Single keys do something" }).check();
    await tab.page.keyboard.press("Escape");
    await tab.page.keyboard.press("A");
    await expect.poll(() => other.asked).toMatchObject([{ action: "answer", input: { answer: "abort" } }]);
  });

  it("shows a finding again that was dismissed by mistake, and lets a dismissal be thought over", async () => {
    const finding = findings[1]!;
    await using served = new ShownPage(
      reviewPage({ ...shop, findings: findings.slice(0, 1), suppressed: [{ finding, by: "dismissed", reason: "an example" }] }),
    );
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await shown(tab).getByRole("button", { name: "Dismiss…" }).click();
    await tab.page.getByLabel("Why is it no fault?").press("Escape");
    await tab.page.getByLabel("Why is it no fault?").waitFor({ state: "detached" });
    await tab.page.getByText(/^Remarks/).click();
    expect(await tab.violations()).toEqual([]);
    await tab.page.getByRole("button", { name: "Show again: secret/provider-token at deploy/conf.py:1" }).click();
    await expect.poll(() => served.asked).toEqual([{ action: "restore", input: { fingerprint: finding.fingerprint } }]);
  });

  it("applies a suggestion and shows the next iteration", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = await served.serve({
      ...nothing,
      apply: () => {
        served.live.update({
          findings: findings.slice(1),
          files: [
            pageFile({
              hunks:
                "@@ -10,3 +10,3 @@\n function find(name) {\n-  return db.query(text, [name]);\n+  return db.query(safe, [name]);\n }\n",
            }),
            ...(shop.files ?? []).slice(1),
          ],
          iterations: [...(shop.iterations ?? []), { number: 3, findings: 2, coveragePercent: 100 }],
        });
      },
    });
    await using tab = await Tab.open(browser, url);
    await tab.page.getByRole("button", { name: "Apply" }).click();
    await tab.page.getByText("3: 2 findings, 100%").waitFor();
    await expect.poll(async () => await shown(tab).count()).toBe(2);
    expect(served.asked).toMatchObject([{ action: "apply", input: { fingerprint: findings[0]?.fingerprint } }]);
  });

  it("pushes on a click on its own button only, with the message that was written", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await tab.page.getByLabel(/^Message/).fill("Find users by name");
    await tab.page.getByRole("button", { name: "Commit and push" }).click();
    await expect.poll(() => served.asked).toEqual([{ action: "answer", input: { answer: "commit-push", message: "Find users by name" } }]);
  });

  it("sends what is visible to an agent", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await tab.page.getByText("Send to agent").click();
    await tab.page.getByRole("button", { name: "codex" }).click();
    await expect.poll(() => served.asked).toMatchObject([{ action: "send", input: { agent: "codex" } }]);
    expect(served.asked[0]?.input.fingerprints).toHaveLength(3);
  });

  it("leads from a finding to what its rule is about", async () => {
    await using served = new ShownPage(reviewPage(shop));
    await using tab = await Tab.open(browser, await served.serve(nothing));
    const opened = tab.page.context().waitForEvent("page");
    await tab.page.getByRole("link", { name: "injection/sql" }).first().click();
    const rule = await opened;
    await rule.getByRole("heading", { name: "injection/sql" }).waitFor();
    expect(new URL(rule.url()).hash).toBe("#injection/sql");
  });

  it("says why something is refused", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = await served.serve({
      ...nothing,
      apply: () => {
        throw Object.assign(new Error("it does not fit any more"), { name: "PageError" });
      },
    });
    await using tab = await Tab.open(browser, url);
    await tab.page.getByRole("button", { name: "Apply" }).click();
    await tab.page.getByText("it does not fit any more").waitFor();
  });

  it("shows markup of findings, paths and files as text, and runs none of it", async () => {
    const evil = `"><img src=x onerror="window.pwned=1"><script>window.pwned=1</script></script><svg onload=window.pwned=1>\u2028{{7*7}}javascript:`;
    const path = `src/${evil.replaceAll("/", "∕")}.ts`;
    await using served = new ShownPage(
      reviewPage({
        repository: evil,
        branch: evil,
        source: evil,
        notices: [evil],
        files: [
          pageFile({
            path,
            oldPath: undefined,
            status: "added",
            hunks: `@@ -0,0 +1,2 @@\n+${evil.replaceAll("\u2028", "")}\n+// ${evil.replaceAll("\u2028", "")}\n`,
          }),
        ],
        findings: [
          pageFinding({
            path,
            title: evil,
            message: evil,
            suggestion: evil,
            ruleId: evil,
            startLine: 1,
            endLine: 1,
            anchorLine: 1,
            subcategory: evil,
          }),
        ],
        summary: { title: evil, slides: [{ heading: evil, points: [evil] }] },
        events: [{ time: 0, text: evil }],
        agents: [evil],
      }),
    );
    await using tab = await Tab.open(browser, await served.serve(nothing));
    await shown(tab).first().waitFor();
    await tab.page.keyboard.press("e");
    await tab.page.waitForTimeout(300);
    expect(await tab.page.evaluate(() => (window as unknown as { pwned?: number }).pwned)).toBeUndefined();
    expect(await tab.page.locator("img, svg[onload], [onerror]").count()).toBe(0);
    expect(tab.foreign).toEqual([]);
  });

  it("another page in the same browser can do nothing with it", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = await served.serve(nothing);
    await using tab = await Tab.open(browser, url);
    await shown(tab).first().waitFor();
    const foreign = createServer((_, response) =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>evil</title><body>"),
    );
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    try {
      const evil = await tab.page.context().newPage();
      await evil.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
      const target = new URL(url).origin;
      const results = await evil.evaluate(async (target) => {
        const body = JSON.stringify({ answer: "commit-push" });
        const tries = [
          () => fetch(`${target}/api/do/answer`, { method: "POST", body, credentials: "include" }),
          () =>
            fetch(`${target}/api/do/answer`, {
              method: "POST",
              body,
              credentials: "include",
              mode: "no-cors",
              headers: { "content-type": "text/plain" },
            }),
          () =>
            fetch(`${target}/api/do/answer`, {
              method: "POST",
              body,
              credentials: "include",
              headers: { "content-type": "application/json" },
            }),
          () => fetch(`${target}/api/events`, { credentials: "include" }),
          () => fetch(`${target}/`, { credentials: "include" }),
        ];
        return await Promise.all(
          tries.map(
            async (attempt) =>
              await attempt().then(
                ({ status, type }) => `${type} ${status}`,
                () => "blocked",
              ),
          ),
        );
      }, target);
      expect(results).toEqual(["blocked", "blocked", "blocked", "blocked", "blocked"]);
      const framed = await evil.evaluate(async (target) => {
        const frame = document.createElement("iframe");
        frame.src = target;
        document.body.append(frame);
        const form = Object.assign(document.createElement("form"), {
          method: "POST",
          action: `${target}/api/do/answer`,
          enctype: "text/plain",
          target: "sink",
        });
        form.append(Object.assign(document.createElement("input"), { name: '{"answer":"commit","x":"', value: '"}' }));
        const sink = Object.assign(document.createElement("iframe"), { name: "sink" });
        document.body.append(sink, form);
        form.submit();
        await new Promise((resolve) => setTimeout(resolve, 500));
        return frame.contentDocument === null;
      }, target);
      expect(framed).toBe(true);
      expect(served.asked).toEqual([]);
    } finally {
      foreign.closeAllConnections();
      await new Promise((resolve) => foreign.close(resolve));
    }
  });

  it("is not there for a foreign name that leads to this machine", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = new URL(await served.serve(nothing));
    url.hostname = reboundHost;
    await using tab = await Tab.open(browser, "about:blank");
    const response = await tab.page.goto(url.href);
    expect([response?.status(), await response?.text()]).toEqual([403, "this server does not go by that name\n"]);
    // The same, once its DNS has changed its mind: what asks is of one origin with what it asks.
    const asked = await tab.page.evaluate(async (token) => {
      const headers = { "content-type": "application/json" };
      const enter = await fetch("/api/enter", { method: "POST", headers, body: JSON.stringify({ token }) });
      const act = await fetch("/api/do/answer", { method: "POST", headers, body: JSON.stringify({ answer: "commit" }) });
      return [enter.status, act.status];
    }, url.hash.slice(1));
    expect(asked).toEqual([403, 403]);
    expect(served.asked).toEqual([]);
  });

  it("says so when its program has ended, and needs the whole address", async () => {
    await using served = new ShownPage(reviewPage(shop));
    const url = await served.serve(nothing);
    await using stranger = await Tab.open(browser, url.split("#")[0]!);
    await stranger.page.getByText("opened with the address").waitFor();
    await using tab = await Tab.open(browser, url);
    await shown(tab).first().waitFor();
    await tab.page.reload();
    await shown(tab).first().waitFor();
    await served[Symbol.asyncDispose]();
    await tab.page.getByText("lrc has ended", { exact: false }).first().waitFor();
  });
});

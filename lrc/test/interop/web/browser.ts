import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** A name that somebody else has pointed at this machine, as their own DNS lets them. */
export const reboundHost = "rebound.test";

/** Debian's Chromium, as somebody on this machine has it. */
export async function startBrowser(): Promise<Browser> {
  const file = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "chromium"))
    .find((path) => existsSync(path));
  if (file === undefined) throw new Error("chromium is not installed: apt-get install -y --no-install-recommends chromium");
  return await chromium.launch({
    executablePath: file,
    args: [
      "--no-sandbox",
      "--force-color-profile=srgb",
      "--font-render-hinting=none",
      `--host-resolver-rules=MAP ${reboundHost} 127.0.0.1`,
    ],
  });
}

/** A tab that remembers what went wrong in it, and what it asked of anybody but the page's own server. */
export class Tab implements AsyncDisposable {
  readonly page: Page;
  readonly faults: string[] = [];
  readonly foreign: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    page.on("pageerror", ({ message }) => this.faults.push(message));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith("data:") && !request.url().startsWith("blob:"))
        this.foreign.push(request.url());
    });
  }

  static async open(
    browser: Browser,
    url: string,
    {
      theme = "light",
      width = 1280,
      height = 900,
      forcedColors = "none",
    }: {
      readonly theme?: "light" | "dark";
      readonly width?: number;
      readonly height?: number;
      readonly forcedColors?: "active" | "none";
    } = {},
  ): Promise<Tab> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      forcedColors,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const tab = new Tab(context, await context.newPage(), url.startsWith("file:") ? url : new URL(url).origin);
    await tab.page.goto(url);
    return tab;
  }

  /** What axe, which knows the guidelines by heart, has against the page as it is now. */
  async violations(): Promise<readonly string[]> {
    await this.page.evaluate(axeSource);
    return await this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: AxeViolation[] }> } };
      const { violations } = await axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html, failureSummary }) => `${html} ${failureSummary}`)
            .slice(0, 3)
            .join(" | ")}`,
      );
    });
  }

  /** What is too wide for the window, or covers what the keyboard has reached on its way through everything; nothing, when all is well. */
  async obstacles(): Promise<readonly string[]> {
    const found = new Set<string>();
    if (await this.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.add("it is scrolled sideways");
    for (let stop = 0; stop < 150; stop += 1) {
      await this.page.keyboard.press("Tab");
      const reached = await this.page.evaluate(() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        if (element === null || element === document.body) return undefined;
        const { left, top, width, height } = element.getBoundingClientRect();
        const hit = document.elementFromPoint(
          Math.min(Math.max(left + width / 2, 0), innerWidth - 1),
          Math.min(Math.max(top + Math.min(height, innerHeight) / 2, 0), innerHeight - 1),
        );
        const isSeen = hit !== null && (hit === element || hit.contains(element) || element.contains(hit) || hit.shadowRoot !== null);
        return isSeen ? "" : `${element.outerHTML.slice(0, 120)} is behind ${hit?.outerHTML.slice(0, 80)}`;
      });
      if (reached === undefined) break;
      if (reached !== "") found.add(reached);
    }
    return [...found];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

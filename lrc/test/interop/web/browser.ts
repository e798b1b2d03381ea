import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Debian's Chromium, as somebody on this machine has it. */
export async function startBrowser(): Promise<Browser> {
  const file = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "chromium"))
    .find((path) => existsSync(path));
  if (file === undefined) throw new Error("chromium is not installed: apt-get install -y --no-install-recommends chromium");
  return await chromium.launch({
    executablePath: file,
    args: ["--no-sandbox", "--force-color-profile=srgb", "--font-render-hinting=none"],
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
    }: { readonly theme?: "light" | "dark"; readonly width?: number; readonly height?: number } = {},
  ): Promise<Tab> {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
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

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

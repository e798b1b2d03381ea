import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ReviewPage } from "#web";
import { pageFile, pageFinding, reviewPage } from "../../../src/web/testing/review-page.ts";
import { startBrowser, Tab } from "./browser.ts";
import { ShownPage } from "./shown-page.ts";

const linesPerFile = 167;

/** A diff as people write them: edits among unchanged lines, and a new file now and then. */
function changeOf(files: number, findings: number): ReviewPage {
  const made = Array.from({ length: files }, (_, file) => {
    const lines = Array.from({ length: linesPerFile }, (_, at) => {
      const sign = file % 5 === 0 ? "+" : at % 7 === 3 ? "-" : at % 7 === 4 ? "+" : " ";
      return `${sign}  const value${at} = await store.read("${file}/${at}", { retries: ${at % 9}, timeoutMs: 1000 });\n`;
    });
    const count = (signs: string): number => lines.filter(([sign]) => signs.includes(sign ?? "")).length;
    const added = count("+ ");
    const removed = count("- ");
    return pageFile({
      path: `src/module-${file}/store.ts`,
      oldPath: removed === 0 ? undefined : `src/module-${file}/store.ts`,
      status: removed === 0 ? "added" : "modified",
      addedLines: count("+"),
      removedLines: count("-"),
      hunks: `@@ -${removed === 0 ? 0 : 1},${removed} +1,${added} @@\n${lines.join("")}`,
    });
  });
  const found = Array.from({ length: findings }, (_, at) => {
    const line = 2 + ((at * 13) % 120);
    return pageFinding({
      fingerprint: at.toString(16).padStart(32, "0"),
      path: `src/module-${at % files}/store.ts`,
      startLine: line,
      endLine: line,
      anchorLine: line,
      severity: (["critical", "error", "warning", "info"] as const)[at % 4]!,
    });
  });
  return reviewPage({
    files: made,
    findings: found,
    coverage: { reviewedLines: files * linesPerFile, changedLines: files * linesPerFile },
  });
}

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => await browser.close());

/** What a trace says of one thread: when, and how much of the processor it had had by then, in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tts?: number;
  readonly dur?: number;
  readonly tdur?: number;
}

/** A screen draws no more often than this. */
const frameMs = 1000 / 60;

/** Traces what the page does meanwhile. */
async function traced(tab: Tab, work: () => Promise<void>): Promise<readonly TraceEvent[]> {
  await browser.startTracing(tab.page, { categories: ["blink.user_timing", "disabled-by-default-devtools.timeline"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return traceEvents;
}

/**
 * How long the page took from one mark to another. On a machine that is given to other programs meanwhile, that is what it had of the processor, and the two
 * frames that it waited for.
 */
function timeBetween(events: readonly TraceEvent[], first: string, last: string): number {
  const [from, to] = [first, last].map((mark) => events.find(({ name }) => name === mark));
  if (from?.tts === undefined || to?.tts === undefined) throw new Error("the browser has not said when");
  return Math.min(to.ts - from.ts, to.tts - from.tts + 2 * frameMs * 1000) / 1000;
}

/** Tasks of the page's own thread that keep it from drawing, in milliseconds of its own work. */
function longTasks(events: readonly TraceEvent[]): readonly number[] {
  const page = events.find(({ name }) => name === "scrolled");
  return events
    .filter(({ name, pid, tid }) => name === "RunTask" && pid === page?.pid && tid === page.tid)
    .map(({ dur = 0, tdur = dur }) => Math.min(dur, tdur) / 1000)
    .filter((ms) => ms > 50);
}

/** Runs in the page: whether every line of code in sight has its colours. */
function areColoursThere(): boolean {
  const change = document.querySelector("section.diff");
  if (change === null) return false;
  const { top, bottom } = change.getBoundingClientRect();
  const lines = [...document.querySelectorAll("diffs-container")].flatMap(({ shadowRoot }) => [
    ...(shadowRoot?.querySelectorAll("[data-line]") ?? []),
  ]);
  const inSight = lines.filter((line) => {
    const box = line.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  });
  return inSight.length > 0 && inSight.every((line) => line.querySelector("[style*=--diffs-token]") !== null);
}

/** What a turn of the wheel has asked for is drawn. */
const nextFrames = async ({ page }: Tab): Promise<unknown> =>
  await page.evaluate(async () => await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

const countNodes = async ({ page }: Tab): Promise<number> =>
  await page.evaluate(() => {
    const count = (root: Document | ShadowRoot): number =>
      [...root.querySelectorAll("*")].reduce((sum, element) => sum + 1 + (element.shadowRoot === null ? 0 : count(element.shadowRoot)), 0);
    return count(document);
  });

const colouredLines = async ({ page }: Tab): Promise<unknown> => await page.waitForFunction(areColoursThere);

/** Shows a change on a page that waits for it, reads it to its end and back, and says what that took. */
async function shownAndRead(change: ReviewPage, isColoured = true) {
  await using served = new ShownPage(reviewPage({ files: [], findings: [], phase: "reviewing", legal: [] }));
  await using tab = await Tab.open(browser, await served.serve({}));
  await tab.page.getByText("Reviewing…").waitFor();
  await tab.page.evaluate(() => {
    // From the moment in which the data are there to the frame that shows the first card.
    const { parse } = JSON;
    JSON.parse = (text: string, ...rest) => {
      if (text.length > 100_000) {
        performance.mark("data");
        const look = (): void => {
          if (document.querySelector("article.card") === null) requestAnimationFrame(look);
          else requestAnimationFrame(() => performance.mark("shown"));
        };
        requestAnimationFrame(look);
      }
      return parse(text, ...rest) as unknown;
    };
  });
  const { kind: _, ...update } = change;
  const shown = await traced(tab, async () => {
    served.live.update(update);
    await tab.page.waitForFunction(() => performance.getEntriesByName("shown").length > 0);
  });
  const firstRenderMs = timeBetween(shown, "data", "shown");
  const coloured = async (): Promise<unknown> => (isColoured ? await colouredLines(tab) : await nextFrames(tab));
  await coloured();
  let mostNodes = await countNodes(tab);
  await tab.page.locator("section.diff").hover();
  const scrolled = await traced(tab, async () => {
    for (let step = 0; step < 40; step += 1) {
      await tab.page.mouse.wheel(0, 600);
      await nextFrames(tab);
    }
    await tab.page.evaluate(() => performance.mark("scrolled"));
  });
  for (let step = 0; step < 8; step += 1) {
    await tab.page.mouse.wheel(0, -2000);
    await coloured();
    await nextFrames(tab);
    mostNodes = Math.max(mostNodes, await countNodes(tab));
  }
  return { firstRenderMs, mostNodes, stutters: longTasks(scrolled) };
}

describe("a change of 10,000 lines in 60 files with 200 findings", () => {
  it("is on the screen soon after its data, in few nodes, and is scrolled without a stutter", async () => {
    const { firstRenderMs, mostNodes, stutters } = await shownAndRead(changeOf(60, 200));
    process.stdout.write(
      `first render ${Math.round(firstRenderMs)} ms, at most ${mostNodes} nodes, long tasks while scrolling: [${stutters.map(Math.round).join(", ")}] ms\n`,
    );
    expect(firstRenderMs).toBeLessThanOrEqual(300);
    expect(mostNodes).toBeLessThanOrEqual(2000);
    expect(stutters).toEqual([]);
  });
});

/** A new file of some lines. */
function newFile(path: string, lines: readonly string[]) {
  return pageFile({
    path,
    oldPath: undefined,
    status: "added",
    addedLines: lines.length,
    removedLines: 0,
    hunks: `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join("")}`,
  });
}

const numbered = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const findingAt = (at: number, path: string) =>
  pageFinding({ fingerprint: at.toString(16).padStart(32, "0"), path, startLine: 1, endLine: 1, anchorLine: 1 });

/** Changes that are unlike what people write. Each is told on its own what it makes many of. */
const strange: Readonly<Record<string, Partial<ReviewPage>>> = {
  "two thousand lines as people write them": changeOf(12, 40),
  "lines of many words": {
    files: [
      newFile(
        "a.ts",
        numbered(500, (at) => `f(${numbered(60, (word) => `a${word}=${at}`).join(",")});`),
      ),
    ],
    findings: [findingAt(0, "a.ts")],
  },
  "lines of fourteen assignments": {
    files: [
      newFile(
        "a.ts",
        numbered(1000, (at) => `f(${numbered(14, (word) => `a${word}=${at}`).join(",")});`),
      ),
    ],
    findings: [findingAt(0, "a.ts")],
  },
  "lines of ten thousand characters": {
    files: [
      newFile(
        "a.ts",
        numbered(300, (at) => `const a${at} = "${"words and words ".repeat(650)}";`),
      ),
    ],
    findings: [findingAt(0, "a.ts")],
  },
  "three thousand files of one line": {
    files: numbered(3000, (at) => newFile(`src/file-${at}.ts`, [`export const a = ${at};`])),
    findings: numbered(1000, (at) => findingAt(at, `src/file-${at * 3}.ts`)),
  },
  "a thousand findings at one line": {
    files: [
      newFile(
        "a.ts",
        numbered(2000, (at) => `const a${at} = ${at};`),
      ),
    ],
    findings: numbered(1000, (at) => findingAt(at, "a.ts")),
  },
  "a thousand findings about whole files": {
    files: [
      newFile(
        "a.ts",
        numbered(2000, (at) => `const a${at} = ${at};`),
      ),
      ...numbered(1000, (at) =>
        pageFile({ path: `${at}.bin`, oldPath: undefined, status: "added", addedLines: 0, removedLines: 0, hunks: "" }),
      ),
    ],
    findings: numbered(1000, (at) => findingAt(at, `${at}.bin`)),
  },
  "five thousand files left out, and as many findings not shown": {
    files: [
      newFile(
        "a.ts",
        numbered(2000, (at) => `const a${at} = ${at};`),
      ),
    ],
    findings: [findingAt(0, "a.ts")],
    skipped: numbered(
      5000,
      (at) => ({ path: `out/${at}`, reason: "generated", detail: undefined, addedLines: 1, removedLines: 0 }) as const,
    ),
    suppressed: numbered(5000, (at) => ({ finding: findingAt(at, "a.ts"), by: "dismissed", reason: "an example" }) as const),
  },
};

it.each(Object.keys(strange))("%s are few nodes, and are scrolled without a stutter", async (name) => {
  const { mostNodes, stutters } = await shownAndRead(reviewPage(strange[name]), !name.startsWith("lines of"));
  process.stdout.write(`${name}: at most ${mostNodes} nodes, long tasks while scrolling: [${stutters.map(Math.round).join(", ")}] ms\n`);
  expect(mostNodes).toBeLessThanOrEqual(2000);
  expect(stutters).toEqual([]);
});

it("code in sight has its colours wherever somebody jumps to, also where two files meet", async () => {
  await using served = new ShownPage(changeOf(12, 40));
  await using tab = await Tab.open(browser, await served.serve({}));
  await colouredLines(tab);
  await tab.page.locator("section.diff").hover();
  let mostNodes = 0;
  for (let jump = 0; jump < 60; jump += 1) {
    // Farther than the page is high, forth and back, and never to the same place.
    await tab.page.mouse.wheel(0, jump % 4 === 3 ? -7000 : 1700 + 97 * jump);
    await colouredLines(tab);
    mostNodes = Math.max(mostNodes, await countNodes(tab));
  }
  process.stdout.write(`60 jumps: at most ${mostNodes} nodes\n`);
  expect(mostNodes).toBeLessThanOrEqual(2000);
});

it("the page weighs at most 350 KB before its grammars", async () => {
  await using served = new ShownPage(reviewPage());
  const url = await served.serve({});
  await using tab = await Tab.open(browser, url);
  await tab.page.locator("article.card").first().waitFor();
  await tab.page.waitForTimeout(500);
  const loaded = await tab.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
  const folder = fileURLToPath(new URL("../../../dist/page", import.meta.url));
  const grammars = new Set(readdirSync(`${folder}/assets`).filter((name) => /^(typescript|javascript|tsx|jsx|python|c|cpp)-/.test(name)));
  const parts = [...new Set(["/index.html", ...loaded])]
    .filter((path) => /\.(html|js|css)$/.test(path) && !grammars.has(path.replace("/assets/", "")))
    .map((path) => ({ path, bytes: gzipSync(readFileSync(folder + path)).length }));
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(
    `${Math.round(total / 1024)} KB: ${parts.map(({ path, bytes }) => `${path} ${Math.round(bytes / 1024)}`).join(", ")}\n`,
  );
  expect(total).toBeLessThanOrEqual(350 * 1024);
});

import { registerCustomTheme } from "@pierre/diffs";
import { getOrCreateWorkerPoolSingleton, type WorkerPoolManager } from "@pierre/diffs/worker";

/** Themes whose colours can be told from their ground by everybody: seven to one. */
export const codeThemes = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } as const;

/** Characters of a line; a longer one is no code that somebody reads. */
export const longestColoured = 500;

/** How the diff library says that a word has these themes' colour of plain text. */
export const plainWord = "--diffs-token-light:#0E1116;--diffs-token-dark:#F0F3F6";

/** The grey of comments is made for the theme's own ground; a line that was added or removed has another, and words that differ have a third. */
function withDarkerComments<Theme extends { readonly tokenColors?: unknown }>(theme: Theme): Theme {
  return { ...theme, tokenColors: JSON.parse(JSON.stringify(theme.tokenColors).replaceAll("#66707b", "#4a525b")) as Theme["tokenColors"] };
}

registerCustomTheme(codeThemes.light, async () =>
  withDarkerComments((await import("shiki/themes/github-light-high-contrast.mjs")).default),
);
registerCustomTheme(codeThemes.dark, async () => (await import("shiki/themes/github-dark-high-contrast.mjs")).default);

/** Colours are worked out beside the page, so that scrolling never waits for a grammar. */
export function highlighters(): WorkerPoolManager {
  return getOrCreateWorkerPoolSingleton({
    poolOptions: {
      poolSize: 2,
      workerFactory: () => new Worker(new URL("@pierre/diffs/worker/worker.js", import.meta.url), { type: "module" }),
    },
    highlighterOptions: {
      theme: codeThemes,
      lineDiffType: "word-alt",
      tokenizeMaxLineLength: longestColoured,
      preferredHighlighter: "shiki-js",
    },
  });
}

/**
 * The browser page of `lrc`: one bundle with the grammars beside it, and the navigator of its reports as one script, in lrc/dist/page. It is built again only when something it is made of has changed,
 * because that takes longer than all programs together.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { accessibleHtml, grounds } from "./accessible-html.mjs";
import { root } from "./programs.mjs";

const source = join(root, "lrc", "src", "web");
const target = join(root, "lrc", "dist", "page");
const stamp = join(target, ".built-from");

/** Builds the page unless it is there and up to date. */
export async function buildPage() {
  const fingerprint = pageFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return;
  const [{ build }, { preact }] = await Promise.all([import("vite"), import("@preact/preset-vite")]);
  await build({
    configFile: false,
    root: join(source, "app"),
    logLevel: "warn",
    plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), fewerIcons],
    resolve: {
      conditions: ["source"],
      // All of the library's grammars and themes are twelve megabytes; a review needs some.
      alias: [
        { find: /^shiki\/langs$/, replacement: join(source, "app", "grammars.ts") },
        {
          find: /^(@pierre\/highlights(\/.*)?|@pierre\/theming\/themes|shiki\/wasm|shiki\/engine\/oniguruma)$/,
          replacement: join(source, "app", "absent.ts"),
        },
      ],
    },
    worker: { format: "es" },
    build: { outDir: target, emptyOutDir: true, target: "es2023", modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
  });
  await build({
    configFile: false,
    root: join(source, "app"),
    logLevel: "warn",
    plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
    resolve: { conditions: ["source"] },
    build: {
      outDir: target,
      emptyOutDir: false,
      target: "es2023",
      modulePreload: { polyfill: false },
      cssCodeSplit: false,
      // One script without imports: the report holds its text.
      rollupOptions: {
        input: join(source, "app", "report.tsx"),
        output: { format: "iife", entryFileNames: "report.js", assetFileNames: "report[extname]" },
      },
    },
  });
  writeFileSync(join(target, "rules.html"), await rulesPage());
  writeFileSync(stamp, fingerprint);
}

/** The diff library puts its icons into every file that it draws. Those that a change is never drawn with would be elements for nothing. */
const fewerIcons = {
  name: "fewer-icons",
  /** @param {string} code @param {string} id */
  transform(code, id) {
    if (!id.endsWith("/@pierre/diffs/dist/sprite.js")) return undefined;
    const drawn = /-(file-code|expand|expand-all|arrow-right-short|symbol-(added|deleted|modified|moved))$/;
    return code.replace(/\s*<symbol id="([^"]+)".*?<\/symbol>/gs, (symbol, name) => (drawn.test(name) ? symbol : ""));
  },
};

const rules = join(root, "lrc", "src", "rules", "builtin");
const ruleTexts = () =>
  readdirSync(rules, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("README.md"))
    .sort();

/** What every rule is about, on one page: a finding links to its rule's heading. */
async function rulesPage() {
  const { Marked } = await import("marked");
  const texts = ruleTexts().map((path) => {
    const marked = new Marked({
      walkTokens(token) {
        // One rule speaks of another, which is on this page too.
        if (token.type === "link" && token.href.endsWith("/README.md")) token.href = `#${dirname(join(dirname(path), token.href))}`;
      },
    });
    const text = accessibleHtml(/** @type {string} */ (marked.parse(readFileSync(join(rules, path), "utf8"))));
    return `<section>${text.replace("<h1>", `<h1 id="${path.replace("/README.md", "")}">`)}</section>`;
  });
  const style = `${grounds}body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}pre{overflow-x:auto;overflow-wrap:normal}h1:target{text-decoration:underline}`;
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Rules of lrc</title><style>${style}</style></head><body><main>\n${texts.join("\n")}\n</main></body></html>\n`;
}

/** Contents, because they are few and a checkout changes their times. */
function pageFingerprint() {
  const hash = createHash("sha256");
  const folders = ["app", "page"].map((name) => join(source, name));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  files.push(...ruleTexts().map((path) => join(rules, path)));
  for (const file of [...files.sort(), join(root, "package-lock.json"), join(root, "tools", "accessible-html.mjs"), import.meta.filename])
    hash.update(`${file.slice(root.length)}\n`).update(readFileSync(file));
  return hash.digest("hex");
}

if (process.argv[1] === import.meta.filename) await buildPage();

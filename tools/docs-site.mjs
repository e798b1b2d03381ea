/**
 * `npm run docs [-- OUT]`: the manuals, the decisions and the rules as static pages, with the pictures that the tests make. Pages keep their places
 * in the repository, so that links need their ending changed and nothing else. OUT is `.cache/docs` unless given.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { Marked } from "marked";
import { accessibleHtml, grounds } from "./accessible-html.mjs";
import { root } from "./programs.mjs";

/** What is printed, by its path in the repository. */
function sources() {
  const below = (/** @type {string} */ folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name))
      .sort();
  const rules = below("lrc/src/rules/builtin").filter((path) => path.endsWith("/README.md"));
  return ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", ...below("docs"), ...rules];
}

/** Where a page is read. @param {string} path */
const pageOf = (path) => (path === "README.md" ? "index.html" : path.replace(/\.md$/, ".html"));

/**
 * Writes the site into a folder.
 * @param {string} out
 * @returns {string[]} links that lead nowhere, each with the page it stands in
 */
export function buildDocsSite(out) {
  const pages = sources();
  const known = new Set(pages);
  /** @type {Map<string, Set<string>>} the places in each page that a link can name */
  const anchors = new Map();
  /** @type {{ from: string, href: string, path: string, anchor: string }[]} */
  const links = [];
  /** @type {Set<string>} files that are linked to as they are */
  const copied = new Set();
  for (const path of pages) {
    const ids = new Set(/** @type {string[]} */ ([]));
    anchors.set(path, ids);
    const resolve = (/** @type {string} */ href) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(href)) return href;
      const [place = "", anchor = ""] = href.split("#");
      let target = place === "" ? path : join(dirname(path), decodeURI(place));
      if (known.has(join(target, "README.md"))) target = join(target, "README.md");
      links.push({ from: path, href, path: target, anchor });
      if (!known.has(target)) copied.add(target);
      const to = relative(dirname(pageOf(path)), known.has(target) ? pageOf(target) : target);
      return anchor === "" ? to : `${to}#${anchor}`;
    };
    const marked = new Marked({
      renderer: {
        heading(text, level, raw) {
          let id = slugOf(raw);
          for (let copy = 1; ids.has(id); copy += 1) id = `${slugOf(raw)}-${copy}`;
          ids.add(id);
          return `<h${level} id="${id}">${text}</h${level}>\n`;
        },
      },
      walkTokens(token) {
        if (token.type === "link" || token.type === "image") token.href = resolve(token.href);
      },
    });
    const text = readFileSync(join(root, path), "utf8");
    const title = /^# (.*)$/m.exec(text)?.[1] ?? path;
    const file = join(out, pageOf(path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page(path, title, /** @type {string} */ (marked.parse(text)), pages));
  }
  for (const path of copied) {
    const from = join(root, path);
    if (path.startsWith("..") || !existsSync(from) || statSync(from).isDirectory()) continue;
    cpSync(from, join(out, path), { recursive: true });
  }
  return links
    .filter(({ path, anchor }) => {
      const ids = anchors.get(path);
      return ids === undefined ? path.startsWith("..") || !existsSync(join(root, path)) : anchor !== "" && !ids.has(anchor);
    })
    .map(({ from, href }) => `${from}: ${href}`);
}

/** The name that the places where people read Markdown give to a heading. @param {string} text */
function slugOf(text) {
  return text
    .toLowerCase()
    .replace(/<[^>]*>/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * @param {string} path
 * @param {string} title
 * @param {string} body
 * @param {string[]} pages
 */
function page(path, title, body, pages) {
  const to = (/** @type {string} */ other) => {
    const here = other === path ? ' aria-current="page"' : "";
    const name = other === "README.md" ? "Start" : (other.split("/").at(-1) ?? other).replace(/\.md$/, "");
    return `<li><a href="${relative(dirname(pageOf(path)), pageOf(other))}"${here}>${escaped(name)}</a></li>`;
  };
  const manuals = pages.filter((other) => !other.includes("/") || /^docs\/[^/]+$/.test(other)).map(to);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title.replaceAll("`", ""))}</title>
<style>${style}</style>
</head>
<body>
<nav aria-label="Manuals"><ul>${manuals.join("")}</ul></nav>
<main>
${accessibleHtml(body)}</main>
</body>
</html>
`;
}

const style = `
${grounds}
:root { --line: #8886; --raised: light-dark(#f4f6f8, #161b22); }
body { font: 16px/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem; display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 2rem; }
nav ul { list-style: none; padding: 0; position: sticky; top: 1rem; }
main { overflow-wrap: anywhere; }
nav a[aria-current] { font-weight: 600; text-decoration: none; }
pre { background: var(--raised); padding: .7rem 1rem; overflow-x: auto; overflow-wrap: normal; border-radius: 8px; }
code { font-family: ui-monospace, monospace; font-size: .92em; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .2rem .8rem .2rem 0; text-align: left; vertical-align: top; }
img { max-width: 100%; border: 1px solid var(--line); }
@media (max-width: 799px) { body { grid-template-columns: minmax(0, 1fr); } nav ul { position: static; } }
`;

const usage = "usage: npm run docs [-- OUT]\n";

if (process.argv[1] === import.meta.filename) {
  const { values, positionals } = asked();
  if (values.help || positionals.length > 1) {
    process[values.help ? "stdout" : "stderr"].write(usage);
    process.exit(values.help ? 0 : 2);
  }
  const [out = join(root, ".cache", "docs")] = positionals;
  const broken = buildDocsSite(out);
  process.stdout.write(broken.length === 0 ? `${join(out, "index.html")}\n` : `Links that lead nowhere:\n${broken.join("\n")}\n`);
  process.exit(broken.length === 0 ? 0 : 1);
}

function asked() {
  try {
    return parseArgs({ options: { help: { type: "boolean", default: false } }, allowPositionals: true });
  } catch (error) {
    process.stderr.write(`docs: ${/** @type {Error} */ (error).message}\n${usage}`);
    process.exit(2);
  }
}

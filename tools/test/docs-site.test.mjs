import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDocsSite } from "../docs-site.mjs";

/** @type {string} */
let out;
/** @type {string[]} */
let broken;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "docs-site-"));
  broken = buildDocsSite(out);
});
afterAll(() => rmSync(out, { recursive: true }));

test("every link of the manuals leads somewhere", () => {
  expect(broken).toEqual([]);
});

test("manuals are pages that load nothing from elsewhere, with the pictures that the tests make", () => {
  const page = readFileSync(join(out, "docs/lrc-page.html"), "utf8");
  expect(page).toContain("default-src 'none'");
  expect(page).toContain('src="images/lrc-review-light.png"');
  expect(existsSync(join(out, "docs/images/lrc-review-light.png"))).toBe(true);
  expect(readFileSync(join(out, "index.html"), "utf8")).toContain('href="docs/lrc-page.html"');
  expect(existsSync(join(out, "lrc/src/rules/builtin/injection/sql/README.html"))).toBe(true);
});

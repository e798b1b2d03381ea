import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { programs, root } from "../programs.mjs";

/** From the start of the process to its end, in milliseconds, when a program only says how it is used. */
const startBudget = 150;
const attempts = 30;

describe.each(programs)("$name", ({ name, file }) => {
  const link = join(root, "node_modules", ".bin", name);

  test("is linked where npm looks for programs", () => {
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(realpathSync(link)).toBe(join(root, file));
    expect(statSync(link).mode & 0o111).toBe(0o111);
  });

  test("says how it is used", () => {
    const { status, stdout, stderr } = spawnSync(link, ["--help"], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/usage/i);
  });

  test("needs no other file", () => {
    const imports = [...readFileSync(link, "utf8").matchAll(/\bimport\s*(?:[\w$*{},\s]+?\s*from\s*)?"([^"]+)"/g)].map(
      ([, specifier]) => specifier,
    );
    expect(imports.filter((specifier) => specifier !== undefined && !builtinModules.includes(specifier.replace(/^node:/, "")))).toEqual([]);
  });

  test(`starts within ${startBudget} ms`, () => {
    // The best of many, since others may be using the machine; and on one that is slow altogether, in proportion to an empty program.
    let best = Number.POSITIVE_INFINITY;
    let empty = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts && best > startBudget; attempt += 1) {
      best = Math.min(best, timeOf([link, "--help"]));
      empty = Math.min(empty, timeOf(["--eval", ""]));
    }
    expect(best).toBeLessThan(Math.max(startBudget, 2.5 * empty));
  });
});

// A command that is made in another file than the one it is called from is no command to the library that reads it.
test.each(["review", "hooks", "setup", "connectors", "local", "findings", "ui", "mcp", "agents", "doctor"])(
  "lrc %s can be loaded",
  (command) => {
    const { status, stderr } = spawnSync(join(root, "node_modules", ".bin", "lrc"), [command, "--help"], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  },
);

/** @param {string[]} args */
function timeOf(args) {
  const began = performance.now();
  spawnSync(process.execPath, args);
  return performance.now() - began;
}

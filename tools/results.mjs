/** How many tests and checks passed and failed, and which failed, left where .ci/run finds them to sum up. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./programs.mjs";

const folder = join(root, ".cache", "results");

/**
 * @param {string} name of the run: the file is named after it, and a second run replaces the first
 * @param {{ passed: number, failed: number, failures?: string[] }} counts with the names of what failed, a line each
 */
export function writeResults(name, counts) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(counts)}\n`);
}

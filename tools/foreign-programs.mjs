/** The programs of others that tests need. One that is missing is a failure with the way to get it, never a test that is passed over. */
import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const programFolders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];

/**
 * Ends the process, with what to install, unless everything is there; else makes sure that it is found.
 *
 * @param {string} purpose a sentence
 * @param {Record<string, readonly string[]>} wanted Debian package → what is used of it: programs, or libraries (`*.so*`) below a folder of /usr/lib
 */
export function demandPrograms(purpose, wanted) {
  const missing = Object.entries(wanted)
    .map(([name, parts]) => ({ name, parts: parts.filter((part) => !isThere(part)) }))
    .filter(({ parts }) => parts.length > 0);
  if (missing.length > 0) {
    for (const { name, parts } of missing) process.stderr.write(`${parts.join(", ")}: missing; Debian package ${name}\n`);
    const packages = missing.map(({ name }) => name).join(" ");
    process.stderr.write(`\n${purpose} On Debian or Ubuntu:\n\n    apt-get install -y --no-install-recommends ${packages}\n\n`);
    process.exit(1);
  }
  process.env.PATH = programFolders.join(delimiter);
}

/** @param {string} part */
function isThere(part) {
  if (!part.includes(".so")) return programFolders.some((folder) => isAccessible(join(folder, part), constants.X_OK));
  return readdirSync("/usr/lib").some((name) => isAccessible(join("/usr/lib", name, part), constants.R_OK));
}

/**
 * @param {string} file
 * @param {number} mode
 */
function isAccessible(file, mode) {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

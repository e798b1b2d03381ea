/**
 * The programs of this repository: what each is bundled from, and what it is bundled to.
 * The `bin` maps of the packages say the same to npm; tools/tidy.mjs holds the two together.
 */

/** The folder that holds the repository. */
export const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/** @typedef {{ name: string, workspace: string, entry: string, file: string }} Program */

/** @type {readonly Program[]} Paths are relative to the root. */
export const programs = [
  { name: "iscsid", workspace: "iser", entry: "iser/src/iscsid/main.ts", file: "iser/dist/bin/iscsid.mjs" },
  { name: "iscsictl", workspace: "iser", entry: "iser/src/iscsictl/main.ts", file: "iser/dist/bin/iscsictl.mjs" },
  { name: "iser", workspace: "iser", entry: "iser/src/tools/main.ts", file: "iser/dist/bin/iser.mjs" },
];

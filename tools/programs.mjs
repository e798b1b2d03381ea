/**
 * The programs of this repository: what each is bundled from, and what it is bundled to.
 * The `bin` maps of the packages say the same to npm; tools/tidy.mjs holds the two together.
 */

/** The folder that holds the repository. */
export const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/**
 * `external` names the packages that are not bundled but looked for at run time: native code, which is optional or installed beside the program.
 * @typedef {{ name: string, workspace: string, entry: string, file: string, external: string[] }} Program
 */

const nativeCrc = ["@node-rs/crc32"];
const ofReview = ["@ast-grep/*", "@secretlint/*", "libsql"];

/** @type {readonly Program[]} Paths are relative to the root. */
export const programs = [
  { name: "iscsid", workspace: "iser", entry: "iser/src/iscsid/main.ts", file: "iser/dist/bin/iscsid.mjs", external: nativeCrc },
  { name: "iscsictl", workspace: "iser", entry: "iser/src/iscsictl/main.ts", file: "iser/dist/bin/iscsictl.mjs", external: [] },
  { name: "iser", workspace: "iser", entry: "iser/src/tools/main.ts", file: "iser/dist/bin/iser.mjs", external: nativeCrc },
  { name: "lrc", workspace: "lrc", entry: "lrc/src/cli/main.ts", file: "lrc/dist/bin/lrc.mjs", external: ofReview },
  { name: "git-lrc", workspace: "lrc", entry: "lrc/src/cli/main.ts", file: "lrc/dist/bin/git-lrc.mjs", external: ofReview },
];

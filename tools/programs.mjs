/**
 * The programs of this repository: what each is bundled from, and what it is bundled to.
 * The `bin` maps of the packages say the same to npm; tools/tidy.mjs holds the two together.
 */

/** The folder that holds the repository. */
export const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

/**
 * `external` names the packages that are not bundled but looked for at run time: native code, which is optional or installed beside the program.
 * `parts` are modules that the program imports when it needs them, by the file they are bundled into: for one that has to start fast.
 * @typedef {{ name: string, workspace: string, entry: string, file: string, external: string[], parts?: Record<string, string> }} Program
 */

export const nativeCrc = ["@node-rs/crc32", "koffi"];
const ofReview = ["@ast-grep/*", "@napi-rs/keyring", "@secretlint/*", "libsql"];

/** A commit waits for the hook, which needs none of this until there is something to review. */
const partsOfReview = {
  "lrc/dist/bin/lrc-commands.mjs": "lrc/src/cli/commands/index.ts",
  "lrc/dist/bin/lrc-review.mjs": "lrc/src/cli/review-run.ts",
  "lrc/dist/bin/lrc-models.mjs": "lrc/src/cli/models/index.ts",
  "lrc/dist/bin/lrc-mcp.mjs": "lrc/src/cli/mcp/serve-mcp.ts",
  "lrc/dist/bin/lrc-page.mjs": "lrc/src/cli/page/index.ts",
};

/** @type {readonly Program[]} Paths are relative to the root. */
export const programs = [
  {
    name: "iscsid",
    workspace: "iser",
    entry: "iser/src/iscsid/main.ts",
    file: "iser/dist/bin/iscsid.mjs",
    external: nativeCrc,
    parts: { "iser/dist/bin/iscsid-metrics.mjs": "iser/src/iscsid/metrics/index.ts" },
  },
  { name: "iscsictl", workspace: "iser", entry: "iser/src/iscsictl/main.ts", file: "iser/dist/bin/iscsictl.mjs", external: [] },
  { name: "iser", workspace: "iser", entry: "iser/src/tools/main.ts", file: "iser/dist/bin/iser.mjs", external: nativeCrc },
  { name: "lrc", workspace: "lrc", entry: "lrc/src/cli/main.ts", file: "lrc/dist/bin/lrc.mjs", external: ofReview, parts: partsOfReview },
  {
    name: "git-lrc",
    workspace: "lrc",
    entry: "lrc/src/cli/main.ts",
    file: "lrc/dist/bin/git-lrc.mjs",
    external: ofReview,
    parts: partsOfReview,
  },
];

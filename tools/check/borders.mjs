/**
 * Who imports whom, against .dependency-cruiser.mjs. A checker that sees no modules finds no violations, so this one first proves that it sees
 * enough of them, and that it fails when it should: it cruises a small house with every border broken.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise } from "dependency-cruiser";
import { forbidden, options } from "../../.dependency-cruiser.mjs";
import { root } from "../programs.mjs";

/** Fewer modules than this means that the cruise went wrong, not that the house is small. Raise it as the house grows. */
const fewestModules = 400;

const workspaces = ["kit", "lrc", "iser"];

/** @param {string} folder */
async function violationsIn(folder) {
  const { output } = await cruise(workspaces, { ruleSet: { forbidden }, ...options, baseDir: folder, validate: true });
  if (typeof output === "string") throw new Error("dependency-cruiser answered with text");
  return output;
}

/** One file per kind of border, each with the rules it must break. */
const brokenHouse = {
  "iser/src/bytes/index.ts": { text: 'import "#scsi";\nexport const bytes = 1;\n', breaks: ["iser-bytes", "no-cycles"] },
  "iser/src/scsi/index.ts": { text: 'import "#bytes";\nexport const scsi = 1;\n', breaks: [] },
  "iser/src/scsi/deep.ts": { text: "export const deep = 1;\n", breaks: [] },
  "iser/src/target/index.ts": { text: 'import "../scsi/deep.ts";\n', breaks: ["front-door"] },
  "iser/src/nbd/index.ts": { text: 'import "node:net";\nimport "no-such-package";\n', breaks: ["power-sockets", "resolvable"] },
  "iser/src/datamover/index.ts": {
    text: 'import type { clock } from "kit/clock";\nimport { log } from "kit/log";\n',
    breaks: ["iser-datamover-kit"],
  },
  "iser/src/iscsi/index.ts": { text: 'import { clock } from "kit/clock";\n', breaks: ["iser-iscsi-kit-types-only"] },
  "iser/src/index.ts": { text: 'import "./scsi/deep.ts";\n', breaks: ["front-door-from-outside"] },
  "iser/src/fuse/fuse.test.ts": { text: 'import "../scsi/deep.ts";\n', breaks: ["front-door-of-tests"] },
  "iser/src/iscsictl/index.ts": { text: 'import "../../../lrc/src/diff/index.ts";\n', breaks: ["two-tools"] },
  "kit/src/clock/index.ts": { text: 'import "../../../iser/src/bytes/index.ts";\nexport const clock = 1;\n', breaks: ["kit-is-below"] },
  "kit/src/log/index.ts": { text: 'import "../clock/index.ts";\nexport const log = 1;\n', breaks: [] },
  "lrc/src/diff/index.ts": { text: 'import "#review";\nexport const diff = 1;\n', breaks: ["lrc-diff"] },
  "lrc/src/review/index.ts": { text: "export const review = 1;\n", breaks: [] },
  "lrc/src/decision/index.ts": { text: 'import { review } from "#review";\n', breaks: ["lrc-decision-types-only"] },
};

async function assertRulesBite() {
  const folder = mkdtempSync(join(tmpdir(), "borders-"));
  try {
    const imports = Object.fromEntries(["bytes", "scsi", "review"].map((layer) => [`#${layer}`, `./src/${layer}/index.ts`]));
    for (const name of workspaces) {
      write(`${name}/package.json`, JSON.stringify({ name, type: "module", imports, exports: { "./*": "./src/*/index.ts" } }));
    }
    for (const [path, { text }] of Object.entries(brokenHouse)) write(path, text);
    mkdirSync(join(folder, "node_modules"));
    symlinkSync("../kit", join(folder, "node_modules", "kit"));
    const found = (await violationsIn(folder)).summary.violations;
    for (const [path, { breaks }] of Object.entries(brokenHouse)) {
      for (const rule of breaks) {
        if (!found.some((violation) => violation.from === path && violation.rule.name === rule)) {
          throw new Error(`the rule ${rule} does not notice that ${path} breaks it: the borders are not being checked`);
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }

  /**
   * @param {string} path
   * @param {string} text
   */
  function write(path, text) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

process.chdir(root);
await assertRulesBite();
const { summary } = await violationsIn(root);
const comments = new Map(forbidden.map(({ name, comment }) => [name, comment]));
for (const { from, to, rule, cycle } of summary.violations) {
  const road = cycle === undefined ? to : cycle.map(({ name }) => name).join(" → ");
  process.stdout.write(`${from} → ${road}\n    ${rule.name}: ${comments.get(rule.name)}\n`);
}
if (summary.totalCruised < fewestModules) {
  process.stdout.write(
    `Only ${summary.totalCruised} modules were cruised, where there are at least ${fewestModules}: the cruise itself went wrong.\n`,
  );
  process.exit(1);
}
process.stdout.write(
  `${summary.totalCruised} modules, ${summary.totalDependenciesCruised ?? 0} imports, ${summary.violations.length} violations\n`,
);
process.exit(summary.violations.length === 0 ? 0 : 1);

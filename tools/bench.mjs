/**
 * `npm run bench`: our programs against their peers, on this machine, in turn. Prints tables; what was measured in whole goes into docs/benchmark.json, .md and .svg and
 * the short table in README.md, in the place of what was last measured on such a processor.
 *
 *   npm run bench -- [--rounds N] [--seconds S] [--only REGEX] [--keep]
 *
 * --rounds   pairs per workload (5); --seconds  length of one run (1); --only  workloads whose name matches; --keep  leave the documents alone (so does --only)
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchGrowth } from "./bench/growth.mjs";
import { benchInitiator } from "./bench/initiator.mjs";
import { benchIser } from "./bench/iser.mjs";
import { measuredHere, remember } from "./bench/machines.mjs";
import { benchNbd } from "./bench/nbd.mjs";
import { meets, page, plot, shortTable } from "./bench/report.mjs";
import { demandPrograms } from "./foreign-programs.mjs";
import { root } from "./programs.mjs";

const everything = ".";
const usage = "npm run bench -- [--rounds N] [--seconds S] [--only REGEX] [--keep]";

const { values } = asked();
const options = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  only: new RegExp(values.only),
  say: (/** @type {string} */ line) => process.stderr.write(`  measured: ${line}\n`),
};
if (!(options.rounds >= 1) || !(options.seconds > 0)) wrong("--rounds and --seconds are positive numbers");

demandPrograms("The benchmark compares our programs with these, and our checksums are computed by ISA-L.", {
  tgt: ["tgtd", "tgtadm"],
  gcc: ["gcc"],
  "libiscsi-dev": ["libiscsi.so"],
  nbdkit: ["nbdkit"],
  "qemu-utils": ["qemu-nbd"],
  "qemu-block-extra": ["qemu/block-iscsi.so"],
  fio: ["fio"],
  libisal2: ["libisal.so.2"],
});
const repeat = `Repeat it with \`npm run bench -- --rounds ${options.rounds} --seconds ${options.seconds}\`. Pairs differ by 15 % for no reason; smaller differences mean nothing.`;
const built = spawnSync(process.execPath, [join(root, "tools", "build.mjs")], { stdio: ["ignore", "inherit", "inherit"] });
if (built.status !== 0) process.exit(1);
const rows = [...(await benchInitiator(options)), ...(await benchIser(options)), ...(await benchNbd(options))];
const growth = await benchGrowth(options);
const measurement = measuredHere(options, rows, growth);
process.stdout.write(`${page(measurement)}\n\n${repeat}\n`);
const missed = rows.filter((row) => !meets(row));
process.stdout.write(missed.length === 0 ? "\nEvery goal is met.\n" : `\nMissed: ${missed.map((row) => row.name).join("; ")}\n`);
// What was measured in part would take the place of the whole.
if (!values.keep && values.only === everything) {
  const all = remember(join(root, "docs", "benchmark.json"), measurement);
  writeFileSync(join(root, "docs", "benchmark.svg"), plot(all));
  const picture = "![operations per second, times the peer's](benchmark.svg)";
  rewrite(join("docs", "benchmark.md"), [picture, repeat, ...all.map(page)].join("\n\n"));
  rewrite("README.md", shortTable(all));
}

/**
 * Puts what was measured in the place of what was measured before.
 *
 * @param {string} name
 * @param {string} text
 */
function rewrite(name, text) {
  const between = /(?<=<!-- measured -->\n).*?(?=<!-- end of measured -->)/s;
  const file = join(root, name);
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(between, () => `${text}\n`),
  );
}

function asked() {
  try {
    return parseArgs({
      options: {
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "1" },
        only: { type: "string", default: everything },
        keep: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} reason
 * @returns {never}
 */
function wrong(reason) {
  process.stderr.write(`${reason}\nusage: ${usage}\n`);
  process.exit(2);
}

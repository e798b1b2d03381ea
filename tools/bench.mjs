/**
 * `npm run bench`: our programs against their peers, on this machine, in turn. Prints tables and rewrites docs/benchmark.md, docs/benchmark.svg and the short table in README.md.
 *
 *   npm run bench -- [--rounds N] [--seconds S] [--only REGEX] [--keep]
 *
 * --rounds   pairs per workload (5); --seconds  length of one run (1); --only  workloads whose name matches; --keep  leave the documents alone
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchGrowth } from "./bench/growth.mjs";
import { benchInitiator } from "./bench/initiator.mjs";
import { benchIser } from "./bench/iser.mjs";
import { benchNbd } from "./bench/nbd.mjs";
import { meets, plot, shortTable, table } from "./bench/report.mjs";
import { demandPrograms } from "./foreign-programs.mjs";
import { root } from "./programs.mjs";

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
const built = spawnSync(process.execPath, [join(root, "tools", "build.mjs")], { stdio: ["ignore", "inherit", "inherit"] });
if (built.status !== 0) process.exit(1);
const rows = [...(await benchInitiator(options)), ...(await benchIser(options)), ...(await benchNbd(options))];
const growth = await benchGrowth(options);
const report = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}: medians of ${options.rounds} alternating pairs of ${options.seconds} s. Processor time counts user and system time of the client (initiator) or of the server (NBD).`,
  `Repeat it with \`npm run bench -- --rounds ${options.rounds} --seconds ${options.seconds}\`. Pairs differ by 15 % for no reason; smaller differences mean nothing.`,
  table(rows),
  ...growth,
].join("\n\n");
process.stdout.write(`${report}\n`);
const missed = rows.filter((row) => !meets(row));
process.stdout.write(missed.length === 0 ? "\nEvery goal is met.\n" : `\nMissed: ${missed.map((row) => row.name).join("; ")}\n`);
if (!values.keep) {
  writeFileSync(join(root, "docs", "benchmark.svg"), plot(rows));
  const page = join(root, "docs", "benchmark.md");
  const intro = readFileSync(page, "utf8").split("<!-- measured -->")[0];
  writeFileSync(page, `${intro}<!-- measured -->\n\n![operations per second, times the peer's](benchmark.svg)\n\n${report}\n`);
  const readme = join(root, "README.md");
  const between = /(?<=<!-- measured -->\n).*?(?=<!-- end of measured -->)/s;
  writeFileSync(
    readme,
    readFileSync(readme, "utf8").replace(between, () => `${shortTable(rows)}\n`),
  );
}

function asked() {
  try {
    return parseArgs({
      options: {
        rounds: { type: "string", default: "5" },
        seconds: { type: "string", default: "1" },
        only: { type: "string", default: "." },
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

/**
 * `npm run simulate`: the real initiator and the real target in one process, with a network, a power supply and a clock that are simulated, and a judge. What happens is a function of a seed.
 *
 *   npm run simulate -- [--seed N] [--histories N] [--transport tcp|iser] [--trace]
 *
 * --seed       the first seed (1); given alone, the only one
 * --histories  how many seeds, each on each transport (1000)
 * --transport  on one of them only
 * --trace      print everything that happens
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { prepareDependencies } from "./prepare.mjs";
import { nativeCrc, root } from "./programs.mjs";
import { writeResults } from "./results.mjs";

const usage = "npm run simulate -- [--seed N] [--histories N] [--transport tcp|iser] [--trace]";

/** @returns {import("../iser/src/simulator/main.ts").SimulationRun} */
function asked() {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      histories: { type: "string" },
      transport: { type: "string" },
      trace: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed ?? 1);
  const histories = Number(values.histories ?? (values.seed === undefined ? 1000 : 1));
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new Error(`--seed ${values.seed} is no whole number from 0 to 4294967295`);
  if (!Number.isInteger(histories) || histories < 1) throw new Error(`--histories ${values.histories} is no positive whole number`);
  const { transport, trace } = values;
  if (transport !== undefined && transport !== "tcp" && transport !== "iser")
    throw new Error(`--transport ${transport} is neither tcp nor iser`);
  return { seed, histories, transports: transport === undefined ? ["tcp", "iser"] : [transport], trace };
}

let run;
try {
  run = asked();
} catch (error) {
  process.stderr.write(`${/** @type {Error} */ (error).message}\nusage: ${usage}\n`);
  process.exit(64);
}
prepareDependencies();
const { build } = await import("esbuild");
const bundle = join(root, ".cache", "simulate.mjs");
await build({
  entryPoints: [join(root, "iser/src/simulator/main.ts")],
  outfile: bundle,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  conditions: ["source"],
  external: nativeCrc,
  banner: { js: 'import{createRequire as $createRequire}from"node:module";const require=$createRequire(import.meta.url);' },
  logLevel: "warning",
});
/** @type {typeof import("../iser/src/simulator/main.ts")} */
const { runSimulations } = await import(pathToFileURL(bundle).href);
const tally = await runSimulations(run, (line) => process.stdout.write(`${line}\n`));
writeResults("simulate", tally);
process.stdout.write(`\nsimulate: ${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 ? 0 : 1;

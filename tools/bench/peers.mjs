/** The foreign side of the benchmark: what is compiled for it, and the targets it talks to. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../programs.mjs";
import { run, startServer } from "./children.mjs";

const sources = join(root, "tools", "bench", "c");
const built = join(root, ".cache", "bench");

/**
 * Compiles one of tools/bench/c, unless that was done since it changed.
 *
 * @param {string} name
 * @param {readonly string[]} libraries
 */
async function compile(name, libraries) {
  const source = join(sources, `${name}.c`);
  const program = join(built, name);
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(built, { recursive: true });
  await run("cc", ["-O2", "-Wall", "-pthread", "-o", program, source, ...libraries]);
  return program;
}

/** The load on libiscsi that our initiator is compared with. */
export const compileLibiscsiLoad = () => compile("libiscsi-load", ["-liscsi"]);

/** A null target that answers in batches, so that the client is what is measured. */
export async function startFastTarget() {
  const server = await startServer(await compile("fast-target", []), ["0"], /ready (\d+)/);
  return { name: "fast", url: `iscsi://127.0.0.1:${server.match[1]}/iqn.2026-11.bench:null/0`, stop: server.stop };
}

/** tgtd with its null store. It ignores SIGTERM, so it is asked to end through its control port. */
export async function startTgt() {
  const control = String(20000 + (process.pid % 10000));
  const port = 23000 + (process.pid % 10000);
  const admin = (/** @type {string[]} */ ...args) => run("tgtadm", ["-C", control, "--lld", "iscsi", ...args]);
  mkdirSync("/run/tgtd", { recursive: true });
  const server = await startServer("tgtd", ["-f", "-C", control, "--iscsi", `portal=127.0.0.1:${port}`], /iser_ib_init|bs_init/);
  await admin("--op", "new", "--mode", "target", "--tid", "1", "-T", "iqn.2026-11.bench:tgt");
  await admin("--op", "new", "--mode", "logicalunit", "--tid", "1", "--lun", "1", "--bstype", "null", "--backing-store", "1g");
  await admin("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL");
  return {
    name: "tgt",
    url: `iscsi://127.0.0.1:${port}/iqn.2026-11.bench:tgt/1`,
    stop: async () => {
      await admin("--op", "delete", "--force", "--mode", "target", "--tid", "1");
      await run("tgtadm", ["-C", control, "--op", "delete", "--mode", "system"]);
      await server.stop();
    },
  };
}

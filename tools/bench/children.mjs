/** Child processes of the benchmark: started, waited for, and ended by pid whatever happens. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => process.exit(130));

/**
 * Starts a server and waits for the line that says it is ready.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RegExp} ready what its output must match; the match is returned
 * @param {{ timeoutMs?: number }} [options]
 * @returns {Promise<{ pid: number, match: RegExpMatchArray, stop: () => Promise<void> }>}
 */
export function startServer(program, args, ready, { timeoutMs = 15_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    const fail = (/** @type {string} */ why) => {
      child.kill("SIGKILL");
      reject(new Error(`${program} ${args.join(" ")}: ${why}\n${output}`));
    };
    const timer = setTimeout(() => fail(`not ready within ${timeoutMs} ms`), timeoutMs);
    const listen = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString()).slice(-8192);
      const match = ready.exec(output);
      if (match === null || child.pid === undefined) return;
      clearTimeout(timer);
      resolve({ pid: child.pid, match, stop: () => stop(child) });
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => {
      running.delete(child);
      clearTimeout(timer);
      reject(new Error(`${program} ${args.join(" ")}: ended with ${code} before it was ready\n${output}`));
    });
  });
}

/** @param {import("node:child_process").ChildProcess} child */
async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const hard = setTimeout(() => child.kill("SIGKILL"), 5000);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(hard);
  running.delete(child);
}

/**
 * Runs a program to its end and returns what it printed on standard output.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ timeoutMs?: number }} [options]
 * @returns {Promise<string>}
 */
export function run(program, args, { timeoutMs = 120_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: timeoutMs, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      running.delete(child);
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")}: ${error.message}\n${stderr}${stdout}`));
    });
    running.add(child);
  });
}

/**
 * What a process has used so far: user and system time in seconds, resident memory in bytes (proc(5)).
 *
 * @param {number} pid
 */
export function usage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  // utime and stime are fields 14 and 15, in ticks of 1/100 s
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, residentBytes: Number(resident?.[1] ?? 0) * 1024 };
}

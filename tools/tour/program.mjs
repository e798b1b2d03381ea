/** The programs of the tour, started and ended as a user's shell would. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A program that failed, with what it said. */
export class ProgramFailure extends Error {}

/** A program that keeps running. */
export class Service {
  /** @type {import("node:child_process").ChildProcess} */ #process;
  /** @type {Promise<void>} */ #ended;
  #output = "";
  #hasEnded = false;
  #name;

  /**
   * @param {string} program
   * @param {string[]} args
   */
  constructor(program, args) {
    this.#name = program.split("/").at(-1);
    this.#process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = new Promise((resolve) => {
      const ended = () => {
        this.#hasEnded = true;
        resolve();
      };
      this.#process.once("close", ended);
      this.#process.once("error", (error) => {
        this.#output += error.message;
        ended();
      });
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) stream?.on("data", (chunk) => (this.#output += chunk));
  }

  /**
   * Waits for its ready line.
   * @param {RegExp} pattern
   * @returns {Promise<RegExpExecArray>}
   */
  async says(pattern, timeoutMs = 10_000) {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (this.#hasEnded) throw new ProgramFailure(`${this.#name} ended instead of starting. It said:\n${this.#output}`);
      if (Date.now() > deadline)
        throw new ProgramFailure(`${this.#name} did not get ready within ${timeoutMs / 1000} s. It said:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Asks it to end, waits, and insists after a while. @returns {Promise<boolean>} whether it ended when it was asked to */
  async stop(patienceMs = 5_000) {
    this.#process.kill("SIGTERM");
    const insist = setTimeout(() => this.#process.kill("SIGKILL"), patienceMs);
    await this.#ended;
    clearTimeout(insist);
    return this.#process.exitCode === 0;
  }

  /** For when there is no time to ask. */
  kill() {
    this.#process.kill("SIGKILL");
  }
}

/**
 * Runs a program to its end; what it printed.
 * @param {string} program
 * @param {string[]} args
 */
export function run(program, args) {
  const { status, signal, error, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: 30_000 });
  if (status === 0) return stdout;
  throw new ProgramFailure(
    `${program.split("/").at(-1)} ${args.join(" ")}\nended with ${error?.message ?? signal ?? status}. It said:\n${stdout}${stderr}`,
  );
}

/**
 * @param {string} program
 * @returns {string | undefined} its path, also where only root's PATH looks
 */
export function find(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find(existsSync);
}

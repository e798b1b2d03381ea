import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Ending, type RunningProgram, runIscsictl, startIscsid } from "./running-program.ts";

/** A folder for every test, the daemon that may run in it, and other programs that end with the test. */
class EachTestsPrograms {
  /** Made anew for each test. */
  directory = "";
  #programs: RunningProgram[] = [];

  begin(): void {
    this.directory = mkdtempSync(join(tmpdir(), "iser-test-"));
  }

  /** The last one that was started ends first. */
  async end(): Promise<void> {
    for (const program of this.#programs.splice(0).reverse()) await program.stop();
    rmSync(this.directory, { recursive: true });
  }

  get controlSocket(): string {
    return join(this.directory, "iscsid.sock");
  }

  get nbdSocket(): string {
    return join(this.directory, "nbd.sock");
  }

  /** Has the program stopped when the test is over. */
  started<Program extends RunningProgram>(program: Program): Program {
    this.#programs.push(program);
    return program;
  }

  /** Resolves when the daemon is ready. */
  async startDaemon(...options: readonly string[]): Promise<RunningProgram> {
    const daemon = this.started(startIscsid(["-d", "--run-dir", this.directory, ...options]));
    await daemon.says(/^iscsid: ready, .*\n/m);
    return daemon;
  }

  /** iscsictl, for that daemon. */
  control(...options: readonly string[]): Promise<Ending> {
    return runIscsictl("--socket", this.controlSocket, ...options);
  }
}

/** To be called at the top of a test file. */
export function eachTestsPrograms(): EachTestsPrograms {
  const programs = new EachTestsPrograms();
  beforeEach(() => programs.begin());
  afterEach(() => programs.end());
  return programs;
}

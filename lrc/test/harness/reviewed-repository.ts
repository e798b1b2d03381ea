import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { inject } from "vitest";
import { ScratchRepository } from "../../src/git/testing/scratch-repository.ts";

export interface ProgramResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scratch repository with `lrc` at hand. Time stands still in it, so that two of them with the same history have the same commits. */
export class ReviewedRepository extends ScratchRepository {
  /** Where `lrc` is. */
  readonly script: string;

  constructor(script: string = inject("lrcProgram")) {
    super();
    this.script = script;
    // The test runner puts programs of this repository on the PATH, and a hook looks for ours there too.
    const path = (this.env.PATH ?? "").split(":").filter((folder) => !folder.endsWith("node_modules/.bin"));
    this.env = {
      ...this.env,
      PATH: path.join(":"),
      GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
      GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
    };
  }

  /** Another program, in the root of the repository. */
  run(program: string, ...args: readonly string[]): ProgramResult {
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: this.root, env: this.env, encoding: "utf8" });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  }

  lrc(...args: readonly string[]): ProgramResult {
    return this.lrcWith({}, ...args);
  }

  /** In another folder, by its path from the root. */
  lrcIn(folder: string, ...args: readonly string[]): ProgramResult {
    const options = { cwd: join(this.root, folder), env: this.env, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.script, ...args], options);
    return { status, stdout, stderr };
  }

  lrcWith(
    { input = "", env = {} }: { readonly input?: string; readonly env?: Record<string, string> },
    ...args: readonly string[]
  ): ProgramResult {
    const options = { cwd: this.root, env: { ...this.env, ...env }, encoding: "utf8", input, maxBuffer: 64 * 1024 * 1024 } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.script, ...args], options);
    return { status, stdout, stderr };
  }

  message(revision = "HEAD"): string {
    return this.git("log", "-1", "--format=%B", revision);
  }

  /** Our line, as Git's own idea of a trailer. */
  verdict(revision = "HEAD"): string {
    return this.git("log", "-1", "--format=%(trailers:key=Lrc-Review,valueonly)", revision).trim();
  }
}

/** A message without our line and the empty line before it. */
export function withoutOurLine(message: string): string {
  return message.replaceAll(/^Lrc-Review: .*\n/gm, "").trimEnd();
}

/** Something nobody may commit, and that no rule doubts. Put together here, so that this file holds none. */
export const privateKey = [
  "-----BEGIN RSA PRIVATE",
  " KEY-----\n",
  `${"MIIEowIBAAKCAQEAx3fJ9k2LwQ8vTz7".repeat(4)}\n`,
  "-----END RSA PRIVATE",
  " KEY-----\n",
].join("");

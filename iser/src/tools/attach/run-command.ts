import { type SpawnOptions, spawn } from "node:child_process";
import { env } from "node:process";
import { UserError } from "kit/cli";

/** How a program of the system ended, and what it said. */
export interface CommandEnding {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Handed in, so that tests see what would be run. */
export type RunCommand = (program: string, args: readonly string[], options?: RunCommandOptions) => Promise<CommandEnding>;

export interface RunCommandOptions {
  /** A descriptor that the program has as its third. */
  readonly descriptor?: number;
}

/** The exit code of a program that is not there, as the shell has it. */
export const notFound = 127;

/**
 * Runs a program without a shell, and never in a way that blocks this process: what it does may need us to answer. Administration programs live in sbin, which is not on
 * everybody's path.
 */
export const runCommand: RunCommand = (program, args, { descriptor } = {}) =>
  new Promise((resolve, reject) => {
    const stdio: SpawnOptions["stdio"] = ["ignore", "pipe", "pipe", ...(descriptor === undefined ? [] : [descriptor])];
    const surroundings = { ...env, LC_ALL: "C", PATH: `${env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin` };
    const child = spawn(program, args, { stdio, env: surroundings });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve({ exitCode: notFound, stdout, stderr: `${program} is not installed` });
      else reject(error);
    });
    child.on("close", (exitCode, signal) =>
      resolve({ exitCode: exitCode ?? 1, stdout, stderr: stderr || (signal ? `ended by ${signal}` : "") }),
    );
  });

/** Its output; a UserError with what it said when it failed. */
export async function succeed(run: RunCommand, program: string, args: readonly string[], options?: RunCommandOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await run(program, args, options);
  if (exitCode === 0) return stdout;
  throw new UserError(`${program} failed: ${lastReason(stderr) || `exit code ${exitCode}`}`);
}

/** The last line that is not mount(8)'s advice to look elsewhere. */
function lastReason(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "" && !line.startsWith("dmesg(1)")) ?? "";
}

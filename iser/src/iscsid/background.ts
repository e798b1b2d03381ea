import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { makeDirectory, type World } from "kit/cli";

/** A program that goes on when its starter has ended. */
interface BackgroundProgram {
  /** What is run, with its arguments. */
  readonly command: readonly [string, ...string[]];
  /** Takes what the program writes to stderr, behind what is there already. */
  readonly logFile: string;
  /** What the program's first line on stdout begins with once it is ready. */
  readonly readyWord: string;
}

/** More than this of a log is not repeated to the user. */
const mostLogBytes = 16 * 1024;

/**
 * Starts a program in a session of its own and waits until it says that it is ready: then its first line is ours too, and the result is 0. When it ends before, what
 * it had to say is written to our stderr, and the result is its exit code.
 */
export async function startInBackground({ command, logFile, readyWord }: BackgroundProgram, world: World): Promise<number> {
  makeDirectory(dirname(logFile), 0o700);
  const log = openSync(logFile, "a+", 0o600);
  try {
    const before = fstatSync(log).size;
    const [program, ...args] = command;
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", log] });
    const { stdout } = child;
    if (stdout === null) throw new Error("a pipe was asked for");
    const ending = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code ?? 1));
    });
    const firstLine = await Promise.race([lineOf(stdout), ending.then(() => undefined)]);
    if (firstLine?.startsWith(readyWord)) {
      child.unref();
      stdout.destroy();
      world.stdout.write(firstLine);
      return 0;
    }
    const exitCode = await ending;
    world.stderr.write(withoutRecords(textBehind(log, before)));
    return exitCode;
  } finally {
    closeSync(log);
  }
}

/** The first line of a stream, or what there was of it at its end. */
async function lineOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += chunk.toString();
    if (text.includes("\n")) break;
  }
  return text;
}

/** What is not a record of the log, which another program may be writing too: our program's last words. */
function withoutRecords(text: string): string {
  return text.replace(/^(\{"time":|\d\d:\d\d:\d\d\.\d{3} ).*\n/gm, "");
}

function textBehind(file: number, start: number): string {
  const size = fstatSync(file).size;
  const length = Math.min(mostLogBytes, Math.max(0, size - start));
  const bytes = Buffer.alloc(length);
  return bytes.toString("utf8", 0, readSync(file, bytes, 0, length, size - length));
}

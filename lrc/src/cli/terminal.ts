import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import type { Output } from "kit/cli";
import type { Clock } from "kit/clock";
import type { Terminal } from "./context.ts";

/** Nobody answers for so long: they have left. */
const patienceMs = 10 * 60_000;

/**
 * The terminal of whoever runs Git: a hook's stdin is /dev/null, so it is opened by its own name. Undefined where there is none, where it cannot do what we
 * need, and where a desktop program or a CI job stands between us and anybody. It is closed for whoever waits for a key when `stopped` aborts.
 */
export function openTerminal(
  stderr: Output,
  env: Readonly<Partial<Record<string, string>>>,
  clock: Clock,
  stopped: AbortSignal,
): Terminal | undefined {
  const isUnattended = env.CI !== undefined || env.VSCODE_GIT_COMMAND !== undefined || env.GIT_TERMINAL_PROMPT === "0";
  if (!stderr.isTerminal || isUnattended || (env.TERM ?? "dumb") === "dumb") return undefined;
  let input: ReadStream;
  try {
    input = new ReadStream(openSync("/dev/tty", "r"));
    input.setRawMode(true);
  } catch {
    return undefined;
  }
  /** Typed ahead: several keys may come at once. */
  const typed: string[] = [];
  return {
    write: (text) => stderr.write(text),
    get columns() {
      return stderr.columns;
    },
    key: (known) =>
      new Promise((resolve) => {
        const waiting = typed.shift();
        if (waiting !== undefined || stopped.aborted) {
          resolve(stopped.aborted ? undefined : waiting);
          return;
        }
        const finish = (key: string | undefined): void => {
          timer.cancel();
          input.off("data", onData);
          input.off("end", onEnd);
          input.off("error", onEnd);
          stopped.removeEventListener("abort", onEnd);
          input.pause();
          resolve(key);
        };
        const onData = (bytes: Buffer): void => {
          typed.push(...keysOf(bytes.toString(), known));
          if (typed.length > 0) finish(typed.shift());
        };
        const onEnd = (): void => finish(undefined);
        const timer = clock.after(patienceMs, onEnd);
        input.on("data", onData);
        input.on("end", onEnd);
        input.on("error", onEnd);
        stopped.addEventListener("abort", onEnd, { once: true });
        input.resume();
      }),
    close: () => {
      // A signature's passphrase may be asked for on this terminal next.
      input.setRawMode(false);
      input.destroy();
    },
  };
}

/**
 * The keys of what came at once. Text that was pasted, or typed for the shell that comes next, answers nothing: a line, or several characters without an end,
 * with a letter that is none of `known`. Ctrl-C always counts.
 */
export function keysOf(text: string, known: string): readonly string[] {
  return (text.match(/[^\r\n]*[\r\n]|[^\r\n]+$/g) ?? []).flatMap((line) => {
    const keys = line.match(keyPattern) ?? [];
    const isText = keys.length > 2 && keys.some((key) => /^\p{L}$/u.test(key) && !known.includes(key.toLowerCase()));
    return isText ? keys.filter((key) => key === "\x03") : keys;
  });
}

/** An arrow or a function key is several characters that begin with an escape; Escape itself is one. */
const keyPattern = new RegExp(`${String.fromCharCode(27)}(?:\\[[\\d;?]*[A-Za-z~]|O[A-Za-z])|.`, "gsu");

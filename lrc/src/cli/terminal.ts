import { openSync } from "node:fs";
import { ReadStream } from "node:tty";
import type { Output } from "kit/cli";
import type { Clock } from "kit/clock";
import type { Terminal } from "./context.ts";

/** Nobody answers for so long: they have left. */
const patienceMs = 10 * 60_000;

/**
 * The terminal of whoever runs Git: a hook's stdin is /dev/null, so it is opened by its own name. Undefined where there is none, where it cannot do what we
 * need, and where a desktop program or a CI job stands between us and anybody.
 */
export function openTerminal(stderr: Output, env: Readonly<Partial<Record<string, string>>>, clock: Clock): Terminal | undefined {
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
    key: () =>
      new Promise((resolve) => {
        const waiting = typed.shift();
        if (waiting !== undefined) {
          resolve(waiting);
          return;
        }
        const finish = (key: string | undefined): void => {
          timer.cancel();
          input.off("data", onData);
          input.off("end", onEnd);
          input.off("error", onEnd);
          input.pause();
          resolve(key);
        };
        const onData = (bytes: Buffer): void => {
          typed.push(...(bytes.toString().match(keyPattern) ?? []));
          finish(typed.shift());
        };
        const onEnd = (): void => finish(undefined);
        const timer = clock.after(patienceMs, onEnd);
        input.on("data", onData);
        input.on("end", onEnd);
        input.on("error", onEnd);
        input.resume();
      }),
    close: () => {
      // A signature's passphrase may be asked for on this terminal next.
      input.setRawMode(false);
      input.destroy();
    },
  };
}

/** An arrow or a function key is several characters that begin with an escape; Escape itself is one. */
const keyPattern = new RegExp(`${String.fromCharCode(27)}(?:\\[[\\d;?]*[A-Za-z~]|O[A-Za-z])|.`, "gsu");

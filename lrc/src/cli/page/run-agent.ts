import { spawn } from "node:child_process";

export interface AgentRun {
  readonly program: string;
  readonly arguments: readonly string[];
  /** The root of the working tree. */
  readonly directory: string;
  readonly env: Readonly<Partial<Record<string, string>>>;
  readonly prompt: string;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs an agent to its end; resolves to its exit code. What Git told its hook about the index is kept from the agent: a commit waits, and is not the agent's
 * business. What it prints is handed on line by line.
 */
export function runAgent({ program, arguments: args, directory, env, prompt, onLine, signal }: AgentRun): Promise<number> {
  return new Promise((resolve, reject) => {
    const inherited = Object.fromEntries(
      Object.entries(env).filter(([name]) => !/^GIT_(DIR|INDEX_FILE|WORK_TREE|PREFIX|EDITOR)$/.test(name)),
    );
    const child = spawn(program, args, { cwd: directory, env: inherited, stdio: ["pipe", "pipe", "pipe"], signal });
    for (const stream of [child.stdout, child.stderr]) {
      let pending = "";
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        const lines = (pending + text).split("\n");
        pending = (lines.pop() ?? "").slice(-4096);
        for (const line of lines) onLine(line.slice(0, 1000));
      });
      stream.on("end", () => {
        if (pending !== "") onLine(pending.slice(0, 1000));
      });
    }
    child.stdin.on("error", () => undefined);
    child.stdin.end(prompt);
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import type { Connector, ConnectorInfo, Question, Reply, RequestPreview } from "../connector.ts";
import { ConnectorError } from "../connector-error.ts";
import { withoutGit } from "../key.ts";
import type { ConnectorSettings } from "../settings.ts";
import { believableUsage } from "../tokens.ts";
import { engineProgram } from "./engine-program.ts";

export interface LocalConnectorOptions {
  readonly settings: ConnectorSettings;
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** The folder that `lrc local setup` filled. */
  readonly folder: string;
  readonly node: string;
}

/** The engine: its version, and the package that has its native code for this machine. */
export const engineVersion = "3.21.1";

/** The model on this machine. Nothing leaves it, and a grammar makes every answer fit its schema. */
export class LocalConnector implements Connector {
  readonly info: ConnectorInfo;
  readonly #options: LocalConnectorOptions;
  #engine: Engine | undefined;

  constructor(options: LocalConnectorOptions) {
    const { name, provider, model, contextTokens, concurrency, timeoutMs } = options.settings;
    this.#options = options;
    this.info = {
      name,
      provider,
      model,
      place: "local",
      destination: "this machine",
      contextTokens,
      concurrency,
      timeoutMs,
      price: { input: 0, output: 0 },
    };
  }

  async ask(question: Question, signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    this.#engine ??= this.#start();
    const engine = this.#engine;
    const stop = (): void => this.#forget(engine);
    signal.addEventListener("abort", stop, { once: true });
    try {
      const answer = await engine.ask(requestFor(question));
      if (answer.problem !== undefined) throw new ConnectorError("request", `the local model: ${answer.problem}`);
      const text = answer.text ?? "";
      question.onText?.(text);
      const usage = believableUsage({ input: answer.inputTokens, output: answer.outputTokens }, question.system + question.prompt, text);
      return { text, usage, finish: "complete" };
    } catch (error) {
      this.#forget(engine);
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  preview(question: Question): Promise<RequestPreview> {
    return Promise.resolve({ target: `the local model ${this.#file ?? ""}`.trim(), headers: {}, body: requestFor(question) });
  }

  close(): void {
    this.#engine?.end();
    this.#engine = undefined;
  }

  get #file(): string | undefined {
    return this.#options.settings.file;
  }

  #forget(engine: Engine): void {
    engine.end();
    if (this.#engine === engine) this.#engine = undefined;
  }

  #start(): Engine {
    const { folder, settings, env, node } = this.#options;
    if (this.#file === undefined) throw new ConnectorError("missing", "no file of weights is named: lrc local setup");
    let packageFile: string;
    try {
      packageFile = createRequire(join(folder, "package.json")).resolve("node-llama-cpp");
    } catch (error) {
      throw new ConnectorError("missing", "the engine is not installed: lrc local setup", { cause: error });
    }
    // The script is read from the command line, so that its own place does not matter.
    const args = [
      "--input-type=module",
      "-e",
      engineProgram,
      packageFile,
      this.#file,
      String(settings.contextTokens),
      env.LRC_LOCAL_THREADS ?? "0",
    ];
    return new Engine(spawn(node, args, { cwd: folder, env: withoutGit(env), stdio: ["pipe", "pipe", "pipe"] }));
  }
}

function requestFor({ system, prompt, schema, maxOutputTokens, temperature }: Question): string {
  return JSON.stringify({ system, prompt, schema: z.toJSONSchema(schema, { io: "input" }), maxTokens: maxOutputTokens, temperature });
}

interface EngineAnswer {
  readonly text?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly problem?: string;
}

/** The process of the engine: one request at a time. */
class Engine {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = "";
  #complaint = "";
  #waiting: { readonly resolve: (answer: EngineAnswer) => void; readonly reject: (error: Error) => void } | undefined;

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    child.stdin.on("error", () => undefined);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      this.#output += chunk;
      const end = this.#output.indexOf("\n");
      if (end < 0) return;
      const line = this.#output.slice(0, end);
      this.#output = this.#output.slice(end + 1);
      try {
        this.#settle()?.resolve(JSON.parse(line) as EngineAnswer);
      } catch {
        this.#settle()?.resolve({ problem: "it answers in no known form" });
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-4096);
    });
    child.on("error", (error) => this.#settle()?.reject(new ConnectorError("missing", `the engine does not start: ${error.message}`)));
    child.on("close", (code, signal) => {
      const said = this.#complaint
        .split("\n")
        .find((line) => /error/i.test(line))
        ?.trim();
      this.#settle()?.reject(new ConnectorError("missing", `the engine ended (${said ?? signal ?? `code ${code}`})`));
    });
  }

  ask(request: string): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.stdin.write(`${request}\n`);
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  #settle(): { readonly resolve: (answer: EngineAnswer) => void; readonly reject: (error: Error) => void } | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}

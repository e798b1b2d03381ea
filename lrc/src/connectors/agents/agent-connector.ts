import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { Connector, ConnectorInfo, Question, Reply, RequestPreview } from "../connector.ts";
import { ConnectorError, type ConnectorFault } from "../connector-error.ts";
import { withoutGit } from "../key.ts";
import { ProcessGroup } from "../process-group.ts";
import { providerOf } from "../providers.ts";
import type { ConnectorSettings } from "../settings.ts";
import { believableUsage } from "../tokens.ts";
import { type AgentProgram, agentPrograms } from "./agent-programs.ts";

export interface AgentConnectorOptions {
  readonly settings: ConnectorSettings;
  readonly env: Readonly<Partial<Record<string, string>>>;
  /**
   * A folder with nothing in it but such files, by their names: where the program is started, so that it finds neither the repository nor what a repository
   * tells agents. Made when it is needed.
   */
  readonly emptyFolder: (files: Readonly<Record<string, string>>) => string;
}

const longestOutput = 16 * 1024 * 1024;

/** An agent program that is on the machine already and has its own key: asked in words, answers in words. */
export class AgentConnector implements Connector {
  readonly info: ConnectorInfo;
  readonly #options: AgentConnectorOptions;
  readonly #running = new Set<ProcessGroup>();

  constructor(options: AgentConnectorOptions) {
    const { name, provider, model, contextTokens, concurrency, timeoutMs, price } = options.settings;
    this.#options = options;
    this.info = {
      name,
      provider,
      model,
      // It runs here; what it is told does not stay here.
      place: "remote",
      destination: `the program ${this.#program}, and whoever it asks`,
      contextTokens,
      concurrency,
      timeoutMs,
      price,
    };
  }

  get #program(): string {
    const { program, provider } = this.#options.settings;
    return program ?? providerOf(provider)?.program ?? provider;
  }

  get #arguments(): readonly string[] {
    const { provider, model } = this.#options.settings;
    return agentPrograms[provider]!.arguments(model === "default" ? undefined : model);
  }

  async ask(question: Question, signal: AbortSignal): Promise<Reply> {
    const { settings, env, emptyFolder } = this.#options;
    const agent = agentPrograms[settings.provider]!;
    const input = inputFor(question);
    const cwd = emptyFolder(agent.files ?? {});
    // Some take PWD for where they are, and that is still the repository.
    const group = new ProcessGroup(this.#program, this.#arguments, {
      cwd,
      env: { ...withoutGit(env), ...agent.env, PWD: cwd, OLDPWD: cwd },
    });
    this.#running.add(group);
    try {
      const { code, stdout, stderr } = await group.run(input, longestOutput, signal);
      const { text, inputTokens, outputTokens, problem } = agent.understand(stdout, stderr);
      if (problem !== undefined || text === "") throw failure(this.#program, code, problem ?? reasonIn(stderr), agent.exitFaults);
      question.onText?.(text);
      return { text, usage: believableUsage({ input: inputTokens, output: outputTokens }, input, text), finish: "complete" };
    } finally {
      this.#running.delete(group);
    }
  }

  preview(question: Question): Promise<RequestPreview> {
    return Promise.resolve({
      target: [this.#program, ...this.#arguments.map((argument) => (argument === "" ? '""' : argument))].join(" "),
      headers: {},
      body: inputFor(question),
    });
  }

  close(): void {
    for (const group of this.#running) group.end();
  }
}

function inputFor({ system, prompt, schema }: Question): string {
  const shape = JSON.stringify(z.toJSONSchema(schema, { io: "input" }));
  return `${system}\n\n${prompt}\n\nUse no tools. Answer with one JSON value that fits this JSON Schema, and nothing else:\n${shape}\n`;
}

function failure(program: string, code: number | null, said: string, exitFaults: AgentProgram["exitFaults"] = {}): ConnectorError {
  const ended = code === null ? "a signal" : `code ${code}`;
  const text = said === "" ? (code === 0 ? "it says nothing" : `it ends with ${ended}`) : printed(said).slice(0, 160);
  return new ConnectorError(exitFaults[code ?? 0] ?? faultIn(text), `${program}: ${text}`);
}

/** What is over in a moment is asked again; a subscription that is used up is not. */
function faultIn(text: string): ConnectorFault {
  if (/\b(log ?in|logged in|authenticat|unauthorized|api key|credential)/i.test(text)) return "key";
  if (/\b(usage limit|quota|credit balance|hit your limit)/i.test(text)) return "request";
  return /\b(429|rate.?limit|too many requests|overloaded)/i.test(text) ? "rate-limited" : "request";
}

/** The line that says what went wrong: the last one that speaks of an error, else the last one. Programs print other things around it. */
function reasonIn(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /\p{L}{3}/u.test(line));
  return lines.findLast((line) => /error|fail|log ?in|limit|unauthorized|denied|invalid/i.test(line)) ?? lines.at(-1) ?? "";
}

function printed(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();
}

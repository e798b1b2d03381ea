import { jsonIn } from "../answer-json.ts";
import type { ConnectorFault } from "../connector-error.ts";

/** What an agent program printed, understood. */
export interface AgentAnswer {
  readonly text: string;
  readonly inputTokens: unknown;
  readonly outputTokens: unknown;
  /** What the program says went wrong, in its words. */
  readonly problem: string | undefined;
}

/** How an agent program is run without anybody at its keyboard. The prompt goes to its stdin: a command line has an end, and is seen by everybody on the machine. */
export interface AgentProgram {
  readonly arguments: (model: string | undefined) => readonly string[];
  /** Beside what is inherited: what takes tools away from it where its arguments cannot. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files for the folder that it is started in, by their names: its own settings, where neither arguments nor environment reach what runs the tools. */
  readonly files?: Readonly<Record<string, string>>;
  readonly understand: (stdout: string, stderr: string) => AgentAnswer;
  /** What its exit codes mean, where they mean more than that it failed. */
  readonly exitFaults?: Readonly<Record<number, ConnectorFault>>;
}

const named = (flag: string, model: string | undefined): readonly string[] => (model === undefined ? [] : [flag, model]);

/** By OpenCode's names for what a model may do; the last that fits holds, so each that somebody may have allowed is named. */
const nothingAllowed = Object.fromEntries(
  ["*", "read", "edit", "glob", "grep", "list", "bash", "task", "skill", "webfetch", "websearch", "codesearch", "external_directory"].map(
    (action) => [action, "deny"],
  ),
);

/**
 * The headless modes as their documentation describes them; where that was read, and of which day it is, stands at each. Each is started in an empty folder,
 * without tools or in its read-only mode: a review is words about text, and instructions hidden in that text must find nobody who could follow them.
 */
export const agentPrograms: Readonly<Record<string, AgentProgram>> = {
  /**
   * code.claude.com/docs/en/cli-reference and /headless, as of version 2.1.119 (2026-04-24): `-p` takes the prompt from stdin, prints one object of type
   * `result` and exits; `--tools ""` takes every built-in tool away, `--strict-mcp-config` every MCP server that is not named on the command line, and
   * `--no-session-persistence` keeps what it was told out of the list of sessions. What failed (`is_error`, not logged in, a usage limit) is said in `result`,
   * with exit code 1. `--bare` would leave out hooks and plugins too, and the user's log-in with them.
   */
  claude: {
    arguments: (model) => [
      "-p",
      "--output-format",
      "json",
      "--tools",
      "",
      "--strict-mcp-config",
      "--no-session-persistence",
      ...named("--model", model),
    ],
    understand: (stdout) => {
      const result = objectIn(stdout);
      const usage = objectOf(result.usage);
      return {
        text: textOf(result.result),
        inputTokens: sum(usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens),
        outputTokens: usage.output_tokens,
        problem: result.is_error === true ? textOf(result.result) || textOf(result.subtype) : undefined,
      };
    },
  },
  /**
   * developers.openai.com/codex/noninteractive as of 2026-11, `codex-rs/exec/src/cli.rs` and the events of `exec_events.rs` of openai/codex: `exec -` reads the
   * prompt from stdin, `--json` prints one event a line, `--sandbox read-only` writes and connects nowhere, `--ephemeral` keeps no session, and outside of a
   * repository `--skip-git-repo-check` is needed. A read-only shell could still read any file to whoever is asked: `features.shell_tool` takes it away, and
   * `web_search` the other way out. `turn.failed` says why a turn failed; `error` is also said of what is tried again.
   */
  codex: {
    arguments: (model) => [
      "exec",
      "--json",
      "--sandbox",
      "read-only",
      "--skip-git-repo-check",
      "--ephemeral",
      "-c",
      "features.shell_tool=false",
      "-c",
      'web_search="disabled"',
      ...named("--model", model),
      "-",
    ],
    understand: (stdout) => {
      let text = "";
      let problem: string | undefined;
      let usage: Record<string, unknown> = {};
      for (const event of linesIn(stdout)) {
        const item = objectOf(event.item);
        if (event.type === "item.completed" && item.type === "agent_message") text = textOf(item.text);
        else if (event.type === "turn.completed") usage = objectOf(event.usage);
        else if (event.type === "turn.failed") problem = textOf(objectOf(event.error).message);
        else if (event.type === "error") problem ??= textOf(event.message);
      }
      return { text, inputTokens: usage.input_tokens, outputTokens: usage.output_tokens, problem: text === "" ? problem : undefined };
    },
  },
  /**
   * docs/cli/headless.md, cli-reference.md and trusted-folders.md of google-gemini/gemini-cli as of 2026-08-21, and its `errors.ts`: without a terminal it reads
   * stdin and prints one object; `--extensions none` loads none. An error is the same object with `error`, printed to stderr. In a folder nobody trusts it
   * would end with 55 (where folder trust is on): ours is empty, so trusting it gives nothing away, and older versions do not know the flag for it.
   * `tools.core` in the folder's own settings lists the tools that a model gets (docs/reference/configuration.md); a list of none also leaves out those of MCP
   * servers (google-gemini/gemini-cli issue 28361, as of 2026-11).
   */
  "gemini-cli": {
    arguments: (model) => ["--output-format", "json", "--extensions", "none", ...named("--model", model)],
    env: { GEMINI_CLI_TRUST_WORKSPACE: "true" },
    files: { ".gemini/settings.json": `${JSON.stringify({ tools: { core: [] } })}\n` },
    exitFaults: { 41: "key", 42: "request", 52: "request", 53: "request", 55: "request" },
    understand: (stdout, stderr) => {
      const printed = objectIn(stdout);
      const result = printed.response === undefined && printed.error === undefined ? objectIn(stderr) : printed;
      const tokens = Object.values(objectOf(objectOf(result.stats).models)).map((model) => objectOf(objectOf(model).tokens));
      const error = objectOf(result.error);
      return {
        text: textOf(result.response),
        inputTokens: tokens.length === 0 ? undefined : sum(...tokens.map((model) => model.prompt)),
        outputTokens: tokens.length === 0 ? undefined : sum(...tokens.flatMap((model) => [model.candidates, model.thoughts])),
        problem: result.error === undefined ? undefined : textOf(error.message) || "it gives no reason",
      };
    },
  },
  /**
   * opencode.ai/docs/cli and `packages/opencode/src/cli/cmd/run.ts` of anomalyco/opencode (commit 00f9806c): `run` takes what stands on stdin for its message,
   * `--format json` prints one event a line, and `OPENCODE_PERMISSION` is a configuration of permissions that comes before the user's. Version 2
   * (opencode.ai/v2/docs/agents, /permissions and /migrate-v1, as of 2026-11) has commands run by a service in the background, which has an environment of its
   * own, and its agent `plan` may run commands: what both heed is `.opencode/opencode.json` in the folder that they work in, in the form of version 1. That is
   * the folder that `PWD` names, whatever folder it was started in. A failure is an event `error` with the name and the message of what went wrong.
   */
  opencode: {
    arguments: (model) => ["run", "--format", "json", "--agent", "plan", ...named("--model", model)],
    env: { OPENCODE_PERMISSION: JSON.stringify(nothingAllowed) },
    files: {
      ".opencode/opencode.json": `${JSON.stringify({ permission: nothingAllowed, agent: { plan: { permission: nothingAllowed } } })}\n`,
    },
    understand: (stdout) => {
      // A part is sent again, longer, as it grows; the last one holds.
      const parts = new Map<string, string>();
      const tokens: Record<string, unknown>[] = [];
      let problem: string | undefined;
      for (const event of linesIn(stdout)) {
        const part = objectOf(event.part);
        if (event.type === "text") parts.set(textOf(part.id), textOf(part.text));
        else if (event.type === "step_finish") tokens.push(objectOf(part.tokens));
        else if (event.type === "error")
          problem = textOf(objectOf(objectOf(event.error).data).message) || textOf(objectOf(event.error).name);
      }
      const text = [...parts.values()].join("");
      return {
        text,
        inputTokens: tokens.length === 0 ? undefined : sum(...tokens.flatMap((step) => [step.input, objectOf(step.cache).read])),
        outputTokens: tokens.length === 0 ? undefined : sum(...tokens.flatMap((step) => [step.output, step.reasoning])),
        problem: text === "" ? problem : undefined,
      };
    },
  },
  /**
   * cursor.com/docs/cli/reference/output-format and /parameters as of 2026-06-26: `-p` without a prompt reads stdin, `--output-format json` prints one object of
   * type `result` when it went well. When it did not, the exit code is not 0 and the reason is on stderr, without JSON. `--mode ask` is read-only, and `--trust`
   * keeps it from asking about the (empty) folder. What `.cursor/cli.json` of a folder denies is denied, whatever the user's own list allows
   * (cursor.com/docs/cli/reference/permissions, as of 2026-11); for its search in the web there is no such word.
   */
  "cursor-agent": {
    arguments: (model) => ["-p", "--output-format", "json", "--mode", "ask", "--trust", ...named("--model", model)],
    files: {
      ".cursor/cli.json": `${JSON.stringify({ permissions: { allow: [], deny: ["Shell(*)", "Read(**)", "Read(/**)", "Write(**)", "Write(/**)"] } })}\n`,
    },
    understand: (stdout) => {
      const result = objectIn(stdout);
      const usage = objectOf(result.usage);
      return {
        text: textOf(result.result),
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        problem: result.is_error === true ? textOf(result.result) || textOf(result.subtype) : undefined,
      };
    },
  },
};

/** The one object that a program prints; some print a list of events, the last of which is it. */
function objectIn(stdout: string): Record<string, unknown> {
  const value = jsonIn(stdout)?.value;
  return objectOf(Array.isArray(value) ? value.at(-1) : value);
}

/** Events, one a line; whatever else a program prints between them is passed over. */
function linesIn(stdout: string): readonly Record<string, unknown>[] {
  return stdout.split("\n").flatMap((line) => {
    if (!line.startsWith("{")) return [];
    try {
      return [objectOf(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function sum(...values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === "number" ? value : 0), 0);
}

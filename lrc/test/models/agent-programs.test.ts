import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createConnector, type ProviderId, Spending } from "#connectors";
import { clientFor, settingsFor } from "./harness/ask.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "agents-"));
  mkdirSync(join(folder, "empty"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const answer = JSON.stringify({ ready: true });
const question = { system: "s", prompt: "Are you ready?", schema: z.object({ ready: z.boolean() }), maxOutputTokens: 100, temperature: 0 };

/** What each program prints in its headless mode, as its documentation describes it, and which tokens it says it used. */
const outputs: readonly (readonly [ProviderId, readonly string[], string, number | undefined])[] = [
  [
    "claude",
    ["-p", "--output-format", "json"],
    JSON.stringify({
      type: "result",
      subtype: "success",
      is_error: false,
      result: answer,
      session_id: "x",
      total_cost_usd: 0.01,
      usage: { input_tokens: 3, cache_creation_input_tokens: 100, cache_read_input_tokens: 20, output_tokens: 9 },
    }),
    132,
  ],
  [
    "codex",
    ["exec", "--json", "--sandbox", "read-only", "-"],
    [
      { type: "thread.started", thread_id: "x" },
      { type: "turn.started" },
      { type: "item.completed", item: { id: "0", type: "reasoning", text: "hm" } },
      { type: "item.completed", item: { id: "1", type: "agent_message", text: answer } },
      { type: "turn.completed", usage: { input_tokens: 120, cached_input_tokens: 100, output_tokens: 12 } },
    ]
      .map((event) => JSON.stringify(event))
      .join("\n"),
    132,
  ],
  [
    "gemini-cli",
    ["--output-format", "json"],
    JSON.stringify(
      {
        session_id: "x",
        response: `\`\`\`json\n${answer}\n\`\`\``,
        stats: { models: { "gemini-2.5-pro": { tokens: { prompt: 120, candidates: 10, thoughts: 2, total: 132 } } } },
      },
      undefined,
      2,
    ),
    132,
  ],
  [
    "opencode",
    ["run", "--format", "json"],
    [
      "~ https://opencode.ai/s/abc",
      JSON.stringify({ type: "step_start", sessionID: "x", part: { id: "0", type: "step-start" } }),
      JSON.stringify({ type: "text", sessionID: "x", part: { id: "1", type: "text", text: '{"ready"' } }),
      JSON.stringify({ type: "text", sessionID: "x", part: { id: "1", type: "text", text: answer } }),
      JSON.stringify({
        type: "step_finish",
        sessionID: "x",
        part: { id: "2", reason: "stop", tokens: { input: 120, output: 10, reasoning: 2, cache: { read: 0, write: 0 } } },
      }),
    ].join("\n"),
    132,
  ],
  [
    "cursor-agent",
    ["-p", "--output-format", "json"],
    JSON.stringify({ type: "result", subtype: "success", is_error: false, duration_ms: 5, result: answer }),
    undefined,
  ],
];

/** A stand-in that notes how it was called and prints what it was told to. */
function standIn(body: string): string {
  const file = join(folder, "program");
  writeFileSync(
    file,
    `#!${process.execPath}\nconst fs = require("node:fs");\nfs.writeFileSync(${JSON.stringify(join(folder, "seen"))}, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), pwd: [process.env.PWD, process.env.OLDPWD], git: Object.keys(process.env).filter((name) => name.startsWith("GIT_")), input: fs.readFileSync(0, "utf8") }));\n${body}\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

function ask(provider: ProviderId, program: string, timeoutMs = 10_000) {
  const spending = new Spending();
  const settings = settingsFor(provider, { program, timeoutMs, key: { kind: "none" } });
  const client = clientFor([settings], {
    spending,
    env: { GIT_DIR: "/somewhere", GIT_INDEX_FILE: "/somewhere/index" },
    folder: join(folder, "empty"),
  });
  return { spending, answered: client.ask(question, new AbortController().signal) };
}

describe.each(outputs)("%s", (provider, expected, output, tokens) => {
  it("is asked on its stdin, in an empty folder, without anything of Git, and its answer is understood", async () => {
    const { answered, spending } = ask(provider, standIn(`process.stdout.write(${JSON.stringify(output)});`));
    expect((await answered).value).toEqual({ ready: true });
    const seen = JSON.parse(readFileSync(join(folder, "seen"), "utf8")) as {
      args: string[];
      cwd: string;
      pwd: string[];
      git: string[];
      input: string;
    };
    for (const argument of expected) expect(seen.args).toContain(argument);
    expect(seen.cwd).toContain("empty");
    expect(seen.pwd).toEqual([join(folder, "empty"), join(folder, "empty")]);
    expect(seen.git).toEqual([]);
    expect(seen.input).toContain("Are you ready?");
    expect(seen.args.join(" ")).not.toContain("Are you ready?");
    if (tokens !== undefined) expect(spending.total.tokens).toBe(tokens);
  });

  it("that fails says why", async () => {
    await expect(ask(provider, standIn('process.stderr.write("Please log in first\\n"); process.exit(1);')).answered).rejects.toMatchObject(
      { fault: "key" },
    );
  });

  it("that is not installed is passed over", async () => {
    await expect(ask(provider, "/nowhere/program").answered).rejects.toMatchObject({ fault: "missing" });
  });
});

/** How each program fails, as its documentation or its source says: what it prints where, with which exit code, and what that is to us. */
const failures: readonly (readonly [string, ProviderId, { stdout?: string; stderr?: string; code: number }, string, string])[] = [
  ["not logged in", "claude", { stdout: failed("Invalid API key · Please run /login"), code: 1 }, "key", "Please run /login"],
  ["usage limit", "claude", { stdout: failed("Claude AI usage limit reached|1761000000"), code: 1 }, "request", "usage limit reached"],
  ["overloaded", "claude", { stdout: failed("API Error: 529 Overloaded"), code: 1 }, "rate-limited", "529 Overloaded"],
  ["not logged in", "codex", { stdout: turnFailed("unexpected status 401 Unauthorized"), code: 1 }, "key", "401 Unauthorized"],
  [
    "usage limit",
    "codex",
    { stdout: turnFailed("You've hit your usage limit. Try again at 5 PM."), code: 1 },
    "request",
    "hit your usage limit",
  ],
  [
    "rate limit",
    "codex",
    { stdout: turnFailed("exceeded retry limit, last status: 429 Too Many Requests"), code: 1 },
    "rate-limited",
    "429",
  ],
  [
    "an unknown flag",
    "codex",
    { stderr: "error: unexpected argument '--ephemeral' found\n\nUsage: codex exec\n", code: 2 },
    "request",
    "--ephemeral",
  ],
  ["no authentication", "gemini-cli", { stderr: geminiError("Please set an Auth method"), code: 41 }, "key", "Please set an Auth method"],
  [
    "a folder nobody trusts",
    "gemini-cli",
    { stderr: geminiError("not running in a trusted directory"), code: 55 },
    "request",
    "trusted directory",
  ],
  ["quota", "gemini-cli", { stderr: geminiError("You have exhausted your daily quota on this model."), code: 1 }, "request", "daily quota"],
  ["rate limit", "gemini-cli", { stderr: geminiError("got status: 429 Too Many Requests"), code: 1 }, "rate-limited", "429"],
  [
    "no provider",
    "opencode",
    {
      stdout: `${JSON.stringify({ type: "error", error: { name: "ProviderAuthError", data: { message: "API key is missing" } } })}\n`,
      code: 1,
    },
    "key",
    "API key is missing",
  ],
  [
    "not logged in",
    "cursor-agent",
    { stderr: "Error: Authentication required. Please run 'agent login' first.\n", code: 1 },
    "key",
    "agent login",
  ],
  [
    "colours on stderr",
    "cursor-agent",
    { stderr: "\u001b[31mError: rate limit reached\u001b[0m\n    at run\n", code: 1 },
    "rate-limited",
    "rate limit reached",
  ],
  ["nothing at all", "cursor-agent", { code: 0 }, "request", "it says nothing"],
];

function failed(result: string): string {
  return JSON.stringify({ type: "result", subtype: "success", is_error: true, result, usage: { input_tokens: 0, output_tokens: 0 } });
}

function turnFailed(message: string): string {
  const events = [{ type: "thread.started", thread_id: "x" }, { type: "turn.started" }, { type: "error", message: "Reconnecting... 1/5" }];
  return [...events, { type: "turn.failed", error: { message } }].map((event) => JSON.stringify(event)).join("\n");
}

function geminiError(message: string): string {
  return `Loaded cached credentials.\n${JSON.stringify({ session_id: "x", error: { type: "Error", message, code: 1 } }, undefined, 2)}\n`;
}

it.each(failures)("%s: %s says so, and it is understood", async (_, provider, { stdout = "", stderr = "", code }, fault, words) => {
  const program = standIn(
    `process.stdout.write(${JSON.stringify(stdout)}); process.stderr.write(${JSON.stringify(stderr)}); process.exitCode = ${code};`,
  );
  const connector = createConnector(settingsFor(provider, { program, key: { kind: "none" } }), {
    keys: { env: process.env, readKeyFile: () => undefined },
    packages: "/nowhere",
    engine: "/nowhere",
    emptyFolder: () => join(folder, "empty"),
    node: process.execPath,
    wallTime: () => Date.now(),
  });
  const problem = await connector.ask(question, new AbortController().signal).catch((error: unknown) => error);
  expect(problem).toMatchObject({ fault });
  expect((problem as Error).message).toContain(words);
  expect((problem as Error).message).not.toMatch(/\p{Cc}/u);
});

/** What no model may get at, whatever it was talked into: by arguments, and for OpenCode by what it finds in its folder. */
it.each<readonly [ProviderId, readonly string[]]>([
  ["claude", ["--tools", "", "--strict-mcp-config", "--no-session-persistence"]],
  [
    "codex",
    ["--sandbox", "read-only", "--skip-git-repo-check", "--ephemeral", "-c", "features.shell_tool=false", "-c", 'web_search="disabled"'],
  ],
  ["gemini-cli", ["--extensions", "none"]],
  ["opencode", ["--agent", "plan"]],
  ["cursor-agent", ["--mode", "ask", "--trust"]],
])("%s is started without tools or in its read-only mode", async (provider, expected) => {
  const output = outputs.find(([id]) => id === provider)![2];
  await ask(provider, standIn(`process.stdout.write(${JSON.stringify(output)});`)).answered;
  const { args } = JSON.parse(readFileSync(join(folder, "seen"), "utf8")) as { args: string[] };
  expect(args.join("\n")).toContain(expected.join("\n"));
});

it("OpenCode finds in its folder that it may do nothing, in every version, and that nothing else is there", async () => {
  const output = outputs.find(([id]) => id === "opencode")![2];
  const { answered } = ask("opencode", standIn(`process.stdout.write(${JSON.stringify(output)});`));
  await answered;
  const settings = JSON.parse(readFileSync(join(folder, "empty/.opencode/opencode.json"), "utf8")) as {
    permission: Record<string, string>;
  };
  expect(settings.permission).toMatchObject({ "*": "deny", bash: "deny", edit: "deny", webfetch: "deny", external_directory: "deny" });
  expect(readdirSync(join(folder, "empty"), { recursive: true }).toSorted()).toEqual([".opencode", ".opencode/opencode.json"]);
});

it.each<readonly [ProviderId, string, object]>([
  ["gemini-cli", ".gemini/settings.json", { tools: { core: [] } }],
  [
    "cursor-agent",
    ".cursor/cli.json",
    { permissions: { allow: [], deny: expect.arrayContaining(["Shell(*)", "Read(**)", "Write(**)"]) as string[] } },
  ],
])("%s finds in its folder what it may not do", async (provider, file, settings) => {
  const output = outputs.find(([id]) => id === provider)![2];
  await ask(provider, standIn(`process.stdout.write(${JSON.stringify(output)});`)).answered;
  expect(JSON.parse(readFileSync(join(folder, "empty", file), "utf8"))).toEqual(settings);
});

it("a program that never ends is ended, and what it started with it", async () => {
  const program = standIn(
    `const { spawn } = require("node:child_process"); const child = spawn("sleep", ["60"]); fs.writeFileSync(${JSON.stringify(join(folder, "child"))}, String(child.pid)); setInterval(() => {}, 1000);`,
  );
  await expect(ask("claude", program, 1_500).answered).rejects.toMatchObject({ fault: "timeout" });
  const pid = Number(readFileSync(join(folder, "child"), "utf8"));
  await expect.poll(() => isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

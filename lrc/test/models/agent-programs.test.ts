import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ProviderId, Spending } from "#connectors";
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
    `#!${process.execPath}\nconst fs = require("node:fs");\nfs.writeFileSync(${JSON.stringify(join(folder, "seen"))}, JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), git: Object.keys(process.env).filter((name) => name.startsWith("GIT_")), input: fs.readFileSync(0, "utf8") }));\n${body}\n`,
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
    const seen = JSON.parse(readFileSync(join(folder, "seen"), "utf8")) as { args: string[]; cwd: string; git: string[]; input: string };
    for (const argument of expected) expect(seen.args).toContain(argument);
    expect(seen.cwd).toContain("empty");
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

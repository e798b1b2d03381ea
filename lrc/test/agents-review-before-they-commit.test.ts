import { chmodSync, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ListRootsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { privateKey, ReviewedRepository } from "./harness/reviewed-repository.ts";
import { ModelServer } from "./models/harness/model-server.ts";

const unsafe = 'export function find(req) {\n  return db.query("SELECT * FROM t WHERE n = \'" + req.query.name + "\'");\n}\n';
const safe = 'export function find(req) {\n  return db.query("SELECT * FROM t WHERE n = ?", [req.query.name]);\n}\n';

describe("an agent that speaks the Model Context Protocol", () => {
  it("reviews, asks, dismisses and looks again, through the protocol's own client", async () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.js", "export const a = 1;\n");
    scratch.commit("first");
    scratch.write("a.js", unsafe);
    scratch.git("add", "a.js");
    const client = new Client({ name: "test", version: "1" });
    const env = Object.fromEntries(Object.entries(scratch.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [scratch.script, "mcp"], cwd: scratch.root, env }));
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name).toSorted()).toEqual([
        "apply",
        "dismiss",
        "explain_finding",
        "query",
        "review_range",
        "review_staged",
      ]);
      const call = async (name: string, args: Record<string, unknown> = {}) => {
        const { content, isError } = await client.callTool({ name, arguments: args });
        return { text: (content as { text: string }[])[0]?.text ?? "", isError: isError === true };
      };
      const review = await call("review_staged");
      expect(review.text).toMatch(/^# 1 finding in staged changes\n/);
      expect(review.text).toContain("reviewed by: rules; no model was asked");
      const id = /id ([0-9a-f]{32})/.exec(review.text)?.[1] ?? "";
      expect(JSON.parse((await call("explain_finding", { id: id.slice(0, 8) })).text)).toMatchObject({
        ruleId: "injection/sql",
        startLine: 2,
      });
      expect(await call("apply", { id })).toMatchObject({ isError: true });
      expect(await call("explain_finding", { id: "abcd1234" })).toMatchObject({ isError: true });
      expect(await call("dismiss", { id })).toMatchObject({ isError: true });
      expect((await call("dismiss", { id, reason: "an example" })).isError).toBe(false);
      expect((await call("review_staged")).text).toMatch(/^# 0 findings/);
      scratch.git("commit", "-qm", "second");
      expect((await call("review_range", { range: "HEAD~1..HEAD" })).text).toMatch(/^# 0 findings in HEAD~1\.\.HEAD/);
      expect((await call("review_range", { range: "nowhere..HEAD" })).isError).toBe(true);
      expect(JSON.parse((await call("query", { sql: "SELECT count(*) AS n FROM commits" })).text)).toEqual([{ n: 2 }]);
      expect((await call("query", { sql: "DELETE FROM reviews" })).isError).toBe(true);
    } finally {
      await client.close();
    }
  });
});

it("started outside of any repository is told which one it is: by a call, or by the folders that its client works in", async () => {
  using scratch = new ReviewedRepository();
  scratch.write("a.js", unsafe);
  scratch.git("add", "a.js");
  const env = Object.fromEntries(Object.entries(scratch.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  for (const roots of [undefined, [scratch.home, scratch.root]]) {
    const client = new Client({ name: "test", version: "1" }, { capabilities: roots === undefined ? {} : { roots: {} } });
    if (roots !== undefined)
      client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: roots.map((root) => ({ uri: pathToFileURL(root).href })) }));
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [scratch.script, "mcp"], cwd: scratch.home, env }));
    try {
      const call = async (name: string, args: Record<string, unknown> = {}) => {
        const { content, isError } = await client.callTool({ name, arguments: args });
        return { text: (content as { text: string }[])[0]?.text ?? "", isError: isError === true };
      };
      const unnamed = await call("review_staged");
      expect(unnamed.isError).toBe(roots === undefined);
      expect(unnamed.text).toMatch(roots === undefined ? /not a git repository/ : /^# 1 finding/);
      const named = await call("review_staged", { repository: scratch.root });
      expect(named.text).toMatch(/^# 1 finding in staged changes/);
      const id = /id ([0-9a-f]{32})/.exec(named.text)?.[1] ?? "";
      expect((await call("explain_finding", { id, repository: scratch.root })).isError).toBe(false);
      expect(JSON.parse((await call("query", { sql: "SELECT count(*) AS n FROM commits", repository: scratch.root })).text)).toEqual([
        { n: 0 },
      ]);
      expect((await call("review_staged", { repository: "/" })).isError).toBe(true);
    } finally {
      await client.close();
    }
  }
});

it("answers a script that pipes all it asks in and says no more", () => {
  using scratch = new ReviewedRepository();
  scratch.write("a.js", unsafe);
  scratch.git("add", "a.js");
  const messages = [
    {
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test", version: "1" } },
    },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name: "review_staged", arguments: {} } },
    { id: 3, method: "tools/call", params: { name: "nothing", arguments: {} } },
  ];
  const input = ["no JSON", ...messages.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }))].join("\n");
  const { status, stdout } = scratch.lrcWith({ input: `${input}\n` }, "mcp");
  const answers = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: number; result?: { isError?: boolean } });
  expect(status).toBe(0);
  expect(answers.map(({ id }) => id).toSorted()).toEqual([1, 2, 3]);
  expect(answers.find(({ id }) => id === 2)?.result?.isError).toBeUndefined();
});

it("knows a finding that another run has told, and answers meanwhile when a question has no end", () => {
  using scratch = new ReviewedRepository();
  scratch.write("a.js", unsafe);
  scratch.git("add", "a.js");
  const endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";
  const id = fingerprintIn(scratch);
  const call = (number: number, name: string, args: object) => ({ id: number, method: "tools/call", params: { name, arguments: args } });
  const messages = [
    { id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } } },
    { method: "notifications/initialized" },
    call(2, "query", { sql: endless }),
    call(3, "explain_finding", { id }),
    call(4, "query", { sql: "SELECT count(*) AS n FROM reviews" }),
    call(5, "query", { sql: "ATTACH 'x.db' AS x" }),
    { method: "notifications/cancelled", params: { requestId: 2, reason: "it takes too long" } },
  ];
  const input = messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join("");
  const { status, stdout } = scratch.lrcWith({ input }, "mcp");
  const answers = new Map(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: number; result?: { isError?: boolean; content?: { text: string }[] } })
      .map(({ id, result }) => [id, result]),
  );
  expect(status).toBe(0);
  expect([...answers.keys()].toSorted()).toEqual([1, 3, 4, 5]);
  expect(JSON.parse(answers.get(3)?.content?.[0]?.text ?? "")).toMatchObject({ ruleId: "injection/sql" });
  expect(JSON.parse(answers.get(4)?.content?.[0]?.text ?? "")).toEqual([{ n: 0 }]);
  expect(answers.get(5)).toMatchObject({ isError: true });
});

function fingerprintIn(scratch: ReviewedRepository): string {
  return (
    (JSON.parse(scratch.lrc("review", "--format", "json").stdout) as { findings: { fingerprint: string }[] }).findings[0]?.fingerprint ?? ""
  );
}

it("says so when a message is larger than any that an agent writes", () => {
  using scratch = new ReviewedRepository();
  const { status, stdout, stderr } = scratch.lrcWith({ input: `${"x".repeat(11 * 1024 * 1024)}\n` }, "mcp");
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr).toContain("exceeded maximum size");
});

describe("an agent at its terminal", () => {
  it("commits, reads what was found, corrects it and commits again, without ever being asked", () => {
    using scratch = new ReviewedRepository();
    scratch.lrc("hooks", "install");
    scratch.write("key.pem", privateKey);
    scratch.write("a.js", safe);
    scratch.git("add", ".");
    const first = scratch.tryGit("commit", "-m", "work");
    expect(first.status).not.toBe(0);
    const place = /^ {2}(\S+?):(\d+) critical: /m.exec(first.stderr);
    expect(place?.[1]).toBe("key.pem");
    scratch.git("rm", "-qf", place?.[1] ?? "");
    const second = scratch.tryGit("commit", "-m", "work");
    expect(second.status).toBe(0);
    expect(scratch.verdict()).toMatch(/^ran \(iter:\d+, coverage:100%\)$/);
  });

  it("is taught to review first, and what was there before comes back byte for byte", () => {
    using scratch = new ReviewedRepository();
    const before = '{"model":"x",   "hooks": {"PreToolUse": []}}';
    scratch.write(".claude/settings.json", before);
    const dry = scratch.lrc("agents", "install", "--dry-run");
    expect(dry.stdout).toContain("would write");
    expect(scratch.read(".claude/settings.json")).toBe(before);
    expect(scratch.lrc("agents", "install").status).toBe(0);
    const installed = scratch.read(".claude/settings.json");
    expect(JSON.parse(installed)).toMatchObject({ model: "x", hooks: { PreToolUse: [{ matcher: "Bash" }] } });
    expect(existsSync(join(scratch.root, ".agents/skills/lrc/SKILL.md"))).toBe(true);
    expect(statSync(join(scratch.root, ".gemini/commands/lrc.toml")).mode & 0o111).toBe(0);
    expect(scratch.lrc("agents", "install").stdout).toBe("nothing to do\n");
    expect(scratch.lrc("agents", "uninstall").status).toBe(0);
    expect(scratch.read(".claude/settings.json")).toBe(before);
    expect(scratch.run("find", ".", "-path", "./.git", "-prune", "-o", "-type", "f", "-print").stdout).toBe("./.claude/settings.json\n");
    expect(existsSync(join(scratch.root, ".gemini"))).toBe(false);
  });

  it.each([
    ["comments", '{ // mine\n  "a": 1,\n}'],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["a list", "[1, 2]"],
    ["hooks of another shape", '{"hooks":[1]}'],
    ["a matcher of another shape", '{"hooks":{"PreToolUse":"x"}}'],
  ])("leaves settings with %s alone and says so", (_, before) => {
    using scratch = new ReviewedRepository();
    scratch.write(".claude/settings.json", before);
    expect(scratch.lrc("agents", "install").stderr).toContain("settings.json is not the plain JSON of settings, and is left alone");
    expect(scratch.read(".claude/settings.json")).toBe(before);
    expect(scratch.lrc("agents", "uninstall").status).toBe(0);
    expect(scratch.read(".claude/settings.json")).toBe(before);
  });

  it("says that Codex has to be told, and only where its hook was written; what was there before comes back for each agent", () => {
    using scratch = new ReviewedRepository();
    const before = {
      ".codex/hooks.json": '{"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[]}]}}',
      ".gemini/settings.json": '{\r\n"theme":"x"}',
    };
    for (const [path, text] of Object.entries(before)) scratch.write(path, text);
    expect(scratch.lrc("agents", "install").stderr).toContain("you trust it: /hooks");
    expect(JSON.parse(scratch.read(".codex/hooks.json"))).toMatchObject({ hooks: { PreToolUse: [{ hooks: [] }, { matcher: "Bash" }] } });
    expect(scratch.lrc("agents", "install").stderr).not.toContain("/hooks");
    scratch.lrc("agents", "uninstall");
    for (const [path, text] of Object.entries(before)) expect(scratch.read(path)).toBe(text);
    scratch.write(".codex/hooks.json", "{ // mine");
    expect(scratch.lrc("agents", "install", "codex").stderr).not.toContain("/hooks\n");
    expect(scratch.read(".codex/hooks.json")).toBe("{ // mine");
  });

  it("shows nobody settings that were the owner's only", () => {
    using scratch = new ReviewedRepository();
    scratch.write(".claude/settings.json", '{"env":{"TOKEN":"x"}}');
    const file = join(scratch.root, ".claude/settings.json");
    chmodSync(file, 0o600);
    for (const what of ["install", "uninstall"]) {
      expect(scratch.lrc("agents", what).status).toBe(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it.each(["claude", "codex", "gemini"])("has the hook of %s stop a commit with findings, which it reads as text", (agent) => {
    using scratch = new ReviewedRepository();
    const ask = hookOf(scratch, agent);
    scratch.write("a.js", unsafe);
    scratch.git("add", "a.js");
    const stopped = ask("git commit -m x");
    expect(stopped).toMatchObject({ status: 2, stdout: "" });
    expect(stopped.stderr).toContain("injection/sql");
    expect(stopped.stderr).toContain("Nothing was run, and nothing is committed.");
    scratch.write("a.js", safe);
    scratch.git("add", "a.js");
    expect(ask("git commit -m x").status).toBe(0);
  });

  it("is told in time what the rules have found, when a model never answers", async () => {
    const server = await ModelServer.start(() => undefined);
    try {
      using scratch = new ReviewedRepository();
      scratch.write(".lrc/config.toml", "[commit]\nbudget_seconds = 2\n");
      scratch.write("b.js", "export const b = 1;\n");
      scratch.commit("first");
      scratch.lrc(
        "connectors",
        "add",
        "mute",
        "--provider",
        "openai-compatible",
        "--model",
        "m",
        "--base-url",
        server.url,
        "--key",
        "none",
      );
      scratch.write("a.js", unsafe);
      scratch.git("add", "a.js");
      const input = JSON.stringify({ cwd: scratch.root, tool_name: "Bash", tool_input: { command: "git commit -m x" } });
      const start = performance.now();
      const stopped = scratch.lrcWith({ input }, "agents", "hook");
      expect(stopped).toMatchObject({ status: 1, stdout: "" });
      expect(stopped.stderr).toContain("injection/sql");
      expect(performance.now() - start).toBeLessThan(15_000);
    } finally {
      await server.close();
    }
  });

  it("is kept from no other command", () => {
    using scratch = new ReviewedRepository();
    const ask = hookOf(scratch, "claude");
    scratch.write("a.js", unsafe);
    scratch.git("add", "a.js");
    for (const other of ["ls", "git commit-graph write", "git log --grep committed", "echo git commit"])
      expect([other, ask(other).status]).toEqual([other, 0]);
    expect(ask("LRC=0 git -C . commit -nm x").status).toBe(2);
  });

  it("is stopped over what its command would stage on the way, and nothing is staged by that", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.js", safe);
    scratch.commit("first");
    const ask = hookOf(scratch, "claude");
    scratch.write("a.js", unsafe);
    scratch.write("src/new.js", unsafe);
    for (const commit of [
      "git add -A && git commit -m x",
      "git commit -am x",
      "git commit a.js -m x",
      "cd src && git add new.js && git commit -F - <<'EOF'\nit's new\nEOF",
      "git add . && git commit -m \"$(cat <<'EOF'\nIt's (all) new\nEOF\n)\"",
      "sh -c 'git add src/new.js; git commit -m x'",
    ])
      expect([commit, ask(commit).status]).toEqual([commit, 2]);
    // Nothing of that is in these.
    for (const commit of ["git commit -m x", "git add nowhere.js && git commit -m x", "git add .claude && git commit -m x"])
      expect([commit, ask(commit).status]).toEqual([commit, 0]);
    expect(scratch.git("diff", "--cached", "--name-only")).toBe("");
  });

  it("may commit what somebody has vouched for, in the middle of a merge, and where reviews are switched off", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.js", safe);
    scratch.commit("first");
    const ask = hookOf(scratch, "claude");
    scratch.write("a.js", unsafe);
    scratch.git("add", "a.js");
    expect(ask("git commit -m x").status).toBe(2);
    scratch.git("config", "lrc.enabled", "false");
    expect(ask("git commit -m x").status).toBe(0);
    scratch.git("config", "lrc.enabled", "true");
    scratch.git("update-ref", "MERGE_HEAD", "HEAD");
    expect(ask("git commit -m x").status).toBe(0);
    scratch.git("update-ref", "-d", "MERGE_HEAD");
    expect(ask("git commit -m x").status).toBe(2);
    expect(scratch.lrc("review", "--vouch").status).toBe(0);
    expect(ask("git commit -m x").status).toBe(0);
  });

  it("is not kept from anything by a hook that finds no program, no repository or no JSON", () => {
    using scratch = new ReviewedRepository();
    const ask = hookOf(scratch, "gemini");
    scratch.write("a.js", unsafe);
    scratch.git("add", "a.js");
    expect(ask("git -C / commit -m x").status).toBe(0);
    expect(ask("cd nowhere && git commit -m x").status).toBe(0);
    expect(scratch.lrcWith({ input: "git commit" }, "agents", "hook")).toMatchObject({ status: 0, stdout: "", stderr: "" });
    scratch.run("rm", "bin/lrc");
    expect(ask("git commit -m x").status).toBe(0);
  });
});

/** Installs an agent's hook, and asks it as the agent would. */
function hookOf(scratch: ReviewedRepository, agent: string) {
  expect(scratch.lrc("agents", "install", agent).status).toBe(0);
  const file = { claude: ".claude/settings.json", codex: ".codex/hooks.json", gemini: ".gemini/settings.json" }[agent] ?? "";
  const { hooks } = JSON.parse(scratch.read(file)) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
  const [[entry] = []] = Object.values(hooks);
  scratch.write("bin/lrc", `#!/bin/sh\nexec '${process.execPath}' '${scratch.script}' "$@"\n`);
  scratch.run("chmod", "+x", "bin/lrc");
  scratch.env = { ...scratch.env, PATH: `${scratch.root}/bin:${scratch.env.PATH}` };
  const event = (command: string) => JSON.stringify({ cwd: scratch.root, tool_name: "Bash", tool_input: { command } });
  return (command: string) => scratch.run("sh", "-c", `printf %s "$1" | sh -c "$2"`, "sh", event(command), entry?.hooks[0]?.command ?? "");
}

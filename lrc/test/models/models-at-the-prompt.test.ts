import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lrcInProcess } from "../../src/cli/testing/in-process.ts";
import type { ScratchRepository } from "../../src/git/testing/scratch-repository.ts";
import { PreparedRepository } from "../harness/prepared-repository.ts";
import { type Behaviour, ModelServer, modelStating, stated, stream } from "./harness/model-server.ts";

let prepared: PreparedRepository;
beforeAll(() => {
  prepared = new PreparedRepository((scratch) => {
    scratch.write("a.js", "export function mean(sum, count) {\n  return sum;\n}\n");
    scratch.commit("first");
    scratch.write("a.js", "export function mean(sum, count) {\n  return sum / count;\n}\n");
    scratch.git("add", "a.js");
  });
});
afterAll(() => prepared[Symbol.dispose]());

let scratch: ScratchRepository;
let server: ModelServer;
beforeEach(async () => {
  scratch = prepared.begin();
  server = await ModelServer.start((request, response, count) => behaviour(request, response, count));
  behaviour = modelStating([]);
});
afterEach(() => server.close());

let behaviour: Behaviour;
const lrc = (...args: readonly string[]) => lrcInProcess(scratch, ...args);

/** A model that finds the division, and knows better. */
const finding = stated({
  quote: "  return sum / count;",
  line: 2,
  title: "Division by zero",
  message: "With no values the count is 0, and the result is no number.",
  replacement: "  return count === 0 ? 0 : sum / count;",
});

function listed(text: string): void {
  const folder = join(scratch.home, ".config/lrc");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "connectors.toml"), text);
}

const ours = (more = ""): string =>
  `[connector.mine]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "${server.url}"\nkey = "none"\n${more}`;

describe("a repository that names an address for its model", () => {
  const config = (url: string): string => `[model]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "${url}"\nkey = "none"\n`;

  /** The one that is asked where the repository's is not. */
  let other: ModelServer;
  beforeEach(async () => {
    other = await ModelServer.start(modelStating([]));
    listed(`[connector.other]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "${other.url}"\nkey = "none"\n`);
    scratch.write(".lrc/config.toml", config(server.url));
    scratch.git("add", ".lrc");
    scratch.git("commit", "-q", "--no-verify", "-m", "config", "--", ".lrc");
  });
  afterEach(() => other.close());

  it("is not followed, and says how it would be", async () => {
    const { stdout } = await lrc("review", "--preview");
    expect(stdout).toContain("not followed until you say: lrc connectors trust");
    expect(stdout).not.toContain(server.url);
    await lrc("review");
    expect(server.received).toEqual([]);
  });

  it("is followed once it is trusted, until somebody changes what was trusted", async () => {
    expect((await lrc("connectors", "trust")).stdout).toContain(server.url);
    await lrc("review");
    expect(server.received.length).toBeGreaterThan(0);
    server.received.length = 0;
    scratch.write(".lrc/config.toml", config(server.url.replace("/v1", "/v2")));
    scratch.git("commit", "-q", "--no-verify", "-m", "elsewhere", "--", ".lrc");
    expect((await lrc("review", "--preview")).stdout).toContain("not followed");
    await lrc("review");
    expect(server.received).toEqual([]);
  });

  it("gets nothing from a change that names one only now", async () => {
    scratch.git("rm", "-q", "--cached", ".lrc/config.toml");
    scratch.git("commit", "-q", "--no-verify", "-m", "none");
    scratch.git("add", "-f", ".lrc/config.toml", "a.js");
    expect((await lrc("connectors", "trust")).stdout).toContain("nothing to trust");
    await lrc("review");
    expect(server.received).toEqual([]);
  });

  it("that names the source of a key runs nothing before it is trusted", async () => {
    const mark = join(scratch.home, "was-run");
    scratch.write(".lrc/config.toml", `[model]\nprovider = "openai"\nkey = "command:touch ${mark}"\n`);
    scratch.git("commit", "-q", "--no-verify", "-m", "key", "--", ".lrc");
    await lrc("review");
    await lrc("review", "--preview");
    expect(existsSync(mark)).toBe(false);
  });
});

describe("where nothing may leave the machine", () => {
  it.each([
    ["Git's configuration says so", () => void scratch.git("config", "lrc.remote", "false")],
    [
      "the repository says so",
      () => {
        scratch.write(".lrc/config.toml", "[model]\nremote = false\n");
        scratch.git("add", ".lrc");
        scratch.git("commit", "-q", "--no-verify", "-m", "local only", "--", ".lrc");
      },
    ],
  ])("a remote model is not asked: %s", async (_, forbid) => {
    forbid();
    const agent = join(scratch.home, "agent");
    writeFileSync(agent, `#!/bin/sh\ntouch ${scratch.home}/agent-was-run\n`);
    chmodSync(agent, 0o755);
    listed(
      `[connector.far]\nprovider = "openai-compatible"\nmodel = "m"\nbase_url = "http://model.invalid/v1"\nkey = "none"\n[connector.agent]\nprovider = "claude"\nprogram = "${agent}"\n${ours()}`,
    );
    const { stdout, stderr } = await lrc("review");
    expect(stdout + stderr).toContain("nothing of this repository may leave this machine: far, agent");
    expect(server.received.length).toBeGreaterThan(0);
    // Not even when it is named.
    server.received.length = 0;
    const named = await lrc("review", "--connector", "far");
    expect(named.stdout + named.stderr).toContain("not asked");
    expect(existsSync(join(scratch.home, "agent-was-run"))).toBe(false);
  });

  it("a model on it that sends us elsewhere is not followed", async () => {
    const elsewhere = await ModelServer.start(modelStating([]));
    behaviour = (_, response) => void response.writeHead(307, { location: `${elsewhere.url}/chat/completions` }).end();
    listed(ours());
    const { stdout } = await lrc("review");
    expect(stdout).toContain("sends us elsewhere (307)");
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });
});

describe("apply", () => {
  beforeEach(async () => {
    behaviour = modelStating([finding]);
    listed(ours());
    await lrc("review");
  });

  async function identified(): Promise<string> {
    const { stdout } = await lrc("apply");
    expect(stdout).toContain("Division by zero");
    return /^[0-9a-f]{12}/m.exec(stdout)![0];
  }

  it("stages a suggestion, and puts it into the working tree", async () => {
    const { status, stdout } = await lrc("apply", await identified());
    expect(status).toBe(0);
    expect(stdout).toContain("staged: a.js");
    const fixed = "export function mean(sum, count) {\n  return count === 0 ? 0 : sum / count;\n}\n";
    expect(scratch.git("show", ":a.js")).toBe(fixed);
    expect(scratch.read("a.js")).toBe(fixed);
  });

  it("stages it alone where the working tree differs", async () => {
    scratch.write("a.js", "export function mean() {\n  return 7;\n}\n");
    const { stdout } = await lrc("apply", await identified());
    expect(stdout).toContain("the working tree differs there and was left alone");
    expect(scratch.git("show", ":a.js")).toContain("count === 0 ? 0");
    expect(scratch.read("a.js")).toContain("return 7;");
  });

  it("refuses one that what is staged has left behind, and changes nothing", async () => {
    const id = await identified();
    scratch.write("a.js", "export const mean = 1;\n");
    scratch.git("add", "a.js");
    const { status, stderr } = await lrc("apply", id);
    expect(status).not.toBe(0);
    expect(stderr).toContain("what is staged has changed since that review");
    expect(scratch.git("show", ":a.js")).toBe("export const mean = 1;\n");
    expect(scratch.read("a.js")).toBe("export const mean = 1;\n");
  });

  it("says of one that is staged that it is, and changes nothing", async () => {
    const id = await identified();
    await lrc("apply", id);
    const staged = scratch.git("ls-files", "--stage");
    expect(await lrc("apply", id)).toMatchObject({ status: 0, stdout: "staged already: a.js: Division by zero\n" });
    expect(scratch.git("ls-files", "--stage")).toBe(staged);
  });

  it("shows a patch without applying it, and knows none that is not there", async () => {
    expect((await lrc("apply", "--show", await identified())).stdout).toContain("+  return count === 0 ? 0 : sum / count;");
    expect(scratch.git("show", ":a.js")).not.toContain("=== 0");
    expect((await lrc("apply", "0123456789ab")).stderr).toContain("no finding 0123456789ab");
    expect((await lrc("apply", "../../etc")).stderr).toContain("is no fingerprint");
  });
});

describe("setup", () => {
  const standIn = (name: string): void => {
    const folder = join(scratch.home, "programs");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `#!/bin/sh\ntouch ${scratch.home}/agent-was-run\n`);
    chmodSync(join(folder, name), 0o755);
  };
  beforeEach(() => {
    behaviour = (request, response) => {
      if (request.url !== "/api/tags") response.writeHead(404).end();
      else response.end(JSON.stringify({ models: [{ name: "nomic-embed-text" }, { name: "qwen2.5-coder:7b" }] }));
    };
    standIn("claude");
    standIn("codex");
    scratch.env = {
      ...scratch.env,
      PATH: `${join(scratch.home, "programs")}:${scratch.env.PATH}`,
      GEMINI_API_KEY: "key-in-the-environment",
      OLLAMA_HOST: server.url.replace(/^http:\/\/|\/v1$/g, ""),
    };
  });

  it("finds keys, Ollama and agent programs, takes them in, and keeps no key", async () => {
    const { status, stdout } = await lrc("setup", "--yes");
    expect(status).toBe(0);
    expect(stdout).toContain("Reviews now ask gemini, then claude, then codex, then ollama.");
    const { stdout: list } = await lrc("connectors", "list");
    expect(list).toMatch(/ollama.*qwen2\.5-coder:7b.*this machine/);
    expect(list).toContain("env:GEMINI_API_KEY");
    const file = join(scratch.home, ".config/lrc/connectors.toml");
    expect(readFileSync(file, "utf8")).not.toContain("key-in-the-environment");
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(existsSync(join(scratch.home, "agent-was-run"))).toBe(false);
    expect(server.received.map(({ url }) => url)).toEqual(["/api/tags"]);
  });

  it("takes what keeps code here alone, when that is wanted", async () => {
    expect((await lrc("setup", "--local", "--yes")).stdout).toContain("Reviews now ask ollama.");
  });

  it("changes nothing with --dry-run, nor where nobody is there to be asked", async () => {
    expect((await lrc("setup", "--dry-run")).stdout).toContain("claude: the program claude is installed");
    expect((await lrc("setup")).status).not.toBe(0);
    expect((await lrc("connectors", "list")).stdout).toContain("No model is asked");
  });

  it("is content where there is nothing", async () => {
    scratch.env = { ...scratch.env, GEMINI_API_KEY: "", OLLAMA_HOST: "127.0.0.1:9" };
    scratch.env.PATH = scratch.env.PATH!.replace(join(scratch.home, "programs"), "/nowhere");
    const { status, stdout } = await lrc("setup");
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("offline rules") as string });
    expect((await lrc("review")).status).toBe(0);
  });
});

describe("usage and its limits", () => {
  it("is said by month and by review, with what it cost", async () => {
    expect((await lrc("usage")).stdout).toBe("No model has been asked yet.\n");
    behaviour = modelStating([finding]);
    listed(ours("input_price = 10\noutput_price = 100\n"));
    await lrc("review");
    const [month] = JSON.parse((await lrc("usage", "--json")).stdout) as { requests: number; inputTokens: number; usd: number }[];
    // The findings, the attempt to refute them, and the summary, each a hundred tokens in and ten out.
    expect(month).toMatchObject({ connector: "mine", model: "m", reviews: 1, requests: 3, inputTokens: 300, outputTokens: 30 });
    expect(month!.usd).toBeCloseTo((300 * 10 + 30 * 100) / 1e6, 9);
    expect((await lrc("usage", "--reviews")).stdout).toMatch(/^\d{4}-\d\d-\d\dT.*mine/m);
    await lrc("review");
    expect(server.received).toHaveLength(3);
    expect((await lrc("usage", "--forget-answers")).status).toBe(0);
    await lrc("review");
    expect(server.received).toHaveLength(6);
  });

  it.each(["tokens_per_review = 10", "usd_per_review = 0.000001", "tokens_per_month = 10", "usd_per_month = 0.000001"])(
    "with %s nothing more is asked, and the review says what it left out",
    async (limit) => {
      listed(`${ours("input_price = 10\noutput_price = 100\n")}\n[limits]\n${limit}\n`);
      const { stdout } = await lrc("review");
      expect(server.received).toEqual([]);
      expect(stdout).toContain("model: incomplete");
      expect(stdout).toMatch(/1 file not seen by the model: the limit of \$?[\d.e-]+ (tokens )?a (review|month)/);
    },
  );

  it("counts what was used before in the month", async () => {
    listed(`${ours()}\n[limits]\ntokens_per_month = 2000\n`);
    behaviour = (_, response) =>
      stream(response, '{"findings": [], "note": "n"}', { prompt_tokens: 1500, completion_tokens: 300, total_tokens: 1800 });
    await lrc("review", "--effort", "low");
    const before = server.received.length;
    scratch.write("b.js", "export const b = 1;\n");
    scratch.git("add", "b.js");
    expect((await lrc("review", "--effort", "low")).stdout).toContain("the limit of 2000 tokens a month");
    expect(server.received).toHaveLength(before);
  });
});

it("a preview is what is sent, and nothing is sent for it", async () => {
  listed(ours());
  const { stdout } = await lrc("review", "--preview", "--effort", "low");
  expect(server.received).toEqual([]);
  await lrc("review", "--effort", "low");
  const [first] = server.received;
  expect(stdout).toContain(`\n${first!.body}\n`);
  expect(stdout).toMatch(new RegExp(` ${Buffer.byteLength(first!.body)} bytes`));
});

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";
import { stated } from "../models/harness/model-server.ts";
import { eventStreamMessage } from "./event-stream-message.ts";

/** A service that both speak to: AWS Bedrock's Converse API, Vertex AI, and the metadata server that hands out Google's tokens. */
let service: Server;
let received: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
let scratch: ReviewedRepository;
const packages = () => join(scratch.home, ".local/share/lrc/packages/node_modules/@ai-sdk");
const answer = JSON.stringify({ findings: [stated({ quote: "export const half = 1 / 0;", title: "Division by zero" })], note: "n" });

beforeAll(async () => {
  service = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      const { url: path = "", headers } = request;
      received.push({ path, headers, body });
      if (path.startsWith("/computeMetadata/")) {
        response.writeHead(200, { "content-type": "application/json", "metadata-flavor": "Google" });
        response.end(
          path.includes("/token") ? JSON.stringify({ access_token: "token-of-the-test", expires_in: 3600, token_type: "Bearer" }) : "{}",
        );
      } else if (path.includes("/converse-stream")) {
        response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
        for (const [type, value] of [
          ["messageStart", { role: "assistant" }],
          ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: answer } }],
          ["contentBlockStop", { contentBlockIndex: 0 }],
          ["messageStop", { stopReason: "end_turn" }],
          ["metadata", { usage: { inputTokens: 321, outputTokens: 12, totalTokens: 333 } }],
        ] as const)
          response.write(eventStreamMessage(type, value));
        response.end();
      } else {
        response.writeHead(200, { "content-type": "text/event-stream" });
        const usageMetadata = { promptTokenCount: 321, candidatesTokenCount: 12, totalTokenCount: 333 };
        const content = { role: "model", parts: [{ text: answer }] };
        response.end(`data: ${JSON.stringify({ candidates: [{ content, finishReason: "STOP" }], usageMetadata })}\n\n`);
      }
    });
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  scratch = new ReviewedRepository();
  scratch.commit("first");
  scratch.write("half.js", "export const half = 1 / 0;\n");
  scratch.git("add", "half.js");
});
afterAll(() => {
  scratch[Symbol.dispose]();
  service.closeAllConnections();
  service.close();
});

const address = (): string => `127.0.0.1:${(service.address() as AddressInfo).port}`;

function lrc(env: Record<string, string>, ...args: readonly string[]): Promise<{ readonly status: number | null; readonly said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [scratch.script, ...args], { cwd: scratch.root, env: { ...scratch.env, ...env } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    child.on("close", (status) => resolve({ status, said }));
  });
}

/** Where npm is told about registries, and what else leads to one. */
const toNpm = (): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && /^(npm_config_|https?_proxy$|no_proxy$|node_extra_ca)/i.test(entry[0]),
    ),
  ),
  npm_config_userconfig: process.env.npm_config_userconfig ?? join(homedir(), ".npmrc"),
  npm_config_cache: process.env.npm_config_cache ?? join(homedir(), ".npm"),
});

const add = (name: string, model: string) =>
  lrc(toNpm(), "connectors", "add", name, "--provider", name, "--model", model, "--base-url", `http://${address()}`, "--install");

it("Bedrock: the package comes from npm into a folder of its own, and a request is signed", async () => {
  const added = await add("bedrock", "anthropic.claude-haiku");
  expect(added).toMatchObject({ status: 0 });
  expect(existsSync(join(packages(), "amazon-bedrock/package.json"))).toBe(true);
  received = [];
  const env = { AWS_ACCESS_KEY_ID: "AKIDOFTHETEST", AWS_SECRET_ACCESS_KEY: "secret-of-the-test", AWS_REGION: "eu-test-1" };
  const { said } = await lrc(env, "review", "--connector", "bedrock", "--effort", "low");
  expect(said).toContain("model/correctness");
  expect(said).toContain("321 tokens in, 12 out");
  const [request] = received;
  expect(request?.path).toBe("/model/anthropic.claude-haiku/converse-stream");
  expect(request?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDOFTHETEST\/\d{8}\/eu-test-1\/bedrock\/aws4_request, ?SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, ?Signature=[0-9a-f]{64}$/,
  );
  expect(request?.body).toContain("export const half");
  expect(JSON.stringify(received)).not.toContain("secret-of-the-test");
}, 120_000);

it("Bedrock: a bearer key is taken instead, where there is one, and is in no file", async () => {
  received = [];
  const env = { AWS_BEARER_TOKEN_BEDROCK: "bearer-of-the-test", AWS_REGION: "eu-test-1" };
  await lrc(
    {},
    "connectors",
    "add",
    "bedrock",
    "--provider",
    "bedrock",
    "--model",
    "m",
    "--base-url",
    `http://${address()}`,
    "--key-env",
    "AWS_BEARER_TOKEN_BEDROCK",
  );
  await lrc(env, "review", "--connector", "bedrock", "--effort", "low", "--fresh");
  expect(received[0]?.headers.authorization).toBe("Bearer bearer-of-the-test");
  expect(readFileSync(join(scratch.home, ".config/lrc/connectors.toml"), "utf8")).not.toContain("bearer-of-the-test");
}, 60_000);

it("Vertex: the package comes from npm, and a request has the token that Google's metadata server gives", async () => {
  const added = await add("vertex", "gemini-2.5-flash");
  expect(added).toMatchObject({ status: 0 });
  expect(existsSync(join(packages(), "google-vertex/package.json"))).toBe(true);
  received = [];
  const env = {
    GOOGLE_VERTEX_PROJECT: "project-of-the-test",
    GOOGLE_VERTEX_LOCATION: "europe-test1",
    GCE_METADATA_HOST: address(),
    METADATA_SERVER_DETECTION: "assume-present",
  };
  const { said } = await lrc(env, "review", "--connector", "vertex", "--effort", "low");
  expect(said).toContain("model/correctness");
  const request = received.find(({ path }) => path.includes("generateContent") || path.includes("streamGenerateContent"));
  expect(request?.headers.authorization).toBe("Bearer token-of-the-test");
  expect(request?.path).toMatch(/\/models\/gemini-2\.5-flash:streamGenerateContent\?alt=sse$/);
  expect(request?.body).toContain("export const half");
}, 120_000);

it("without its package a provider says which command installs it", async () => {
  const { said } = await lrc(
    { XDG_DATA_HOME: join(scratch.home, "empty") },
    "review",
    "--connector",
    "vertex",
    "--effort",
    "low",
    "--fresh",
  );
  expect(said).toMatch(/@ai-sdk\/google-vertex is not installed: npm install --prefix \S+ @ai-sdk\/google-vertex@/);
});

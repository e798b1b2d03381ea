import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { ConnectorError, enginePackages } from "#connectors";
import { addedFile, clientFor, reviewedBy, settingsFor } from "../models/harness/ask.ts";
import { stream } from "../models/harness/model-server.ts";
import { writeTinyWeights } from "./tiny-weights.ts";

let folder: string;
let weights: string;

/** The engine, as `lrc local setup` installs it: from npm, for this machine only, into a folder of its own. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-"));
  weights = join(folder, "tiny.gguf");
  writeTinyWeights(weights);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = [
    "install",
    "--prefix",
    folder,
    "--omit=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    ...enginePackages(process.platform, process.arch),
  ];
  const { status, stderr } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const question = {
  system: "Answer with JSON.",
  prompt: "Are you ready?",
  schema: z.object({ ready: z.boolean() }),
  maxOutputTokens: 64,
  temperature: 0,
};

const local = (part: object = {}) =>
  clientFor([settingsFor("local", { file: weights, contextTokens: 4096, timeoutMs: 60_000, key: { kind: "none" }, ...part })], {
    engine: folder,
    env: { LRC_LOCAL_THREADS: "1" },
  });

it("answers in the shape that was asked for, in a process of its own", async () => {
  const client = local();
  const { value, by } = await client.ask(question, new AbortController().signal);
  client.close();
  expect(typeof value.ready).toBe("boolean");
  expect(by.place).toBe("local");
}, 90_000);

it("is ended when nobody waits for it any more", async () => {
  const client = local({ timeoutMs: 50 });
  await expect(client.ask(question, new AbortController().signal)).rejects.toMatchObject({ fault: "timeout" });
  client.close();
});

it("that is given half of the weights says so", async () => {
  const broken = join(folder, "broken.gguf");
  writeFileSync(broken, readFileSync(weights).subarray(0, 200_000));
  const client = local({ file: broken, timeoutMs: 20_000 });
  await expect(client.ask(question, new AbortController().signal)).rejects.toBeInstanceOf(ConnectorError);
  client.close();
}, 60_000);

it("behind an address that speaks OpenAI's protocol is asked like any other server", async () => {
  const engine = local();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const { messages } = JSON.parse(body) as { readonly messages: readonly { readonly content: string }[] };
      const asked = { ...question, prompt: messages.at(-1)?.content ?? "" };
      void engine.ask(asked, new AbortController().signal).then(
        ({ value }) => stream(response, JSON.stringify(value)),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const client = clientFor([settingsFor("openai-compatible", { baseUrl: `http://127.0.0.1:${port}/v1`, timeoutMs: 60_000 })]);
    expect(typeof (await client.ask(question, new AbortController().signal)).value.ready).toBe("boolean");
  } finally {
    engine.close();
    server.closeAllConnections();
    server.close();
  }
}, 90_000);

it("reviews a change to its end, or says why not", async () => {
  const client = local();
  const review = await reviewedBy({ client, diff: addedFile("a.js", ["const a = 1;"]), effort: "low", budgetMs: 50_000 });
  expect(["complete", "incomplete", "out-of-time"]).toContain(review.reviewers[0]?.outcome);
  // Random weights quote nothing that is there.
  expect(review.findings).toEqual([]);
  if (!review.complete) expect(review.reviewers[0]?.problems.length).toBeGreaterThan(0);
}, 90_000);

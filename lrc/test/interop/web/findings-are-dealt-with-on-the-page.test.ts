import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ReviewedRepository } from "../../harness/reviewed-repository.ts";
import { kindOf, ModelServer, stated, stream } from "../../models/harness/model-server.ts";
import { startBrowser, Tab } from "./browser.ts";
import { ServedProgram } from "./served-program.ts";

const script = fileURLToPath(new URL("../../../dist/bin/lrc.mjs", import.meta.url));
const faulty = "  return sum / count;";
const mended = "  return count === 0 ? 0 : sum / count;";
const source = (body: string): string => `export function mean(sum, count) {\n${body}\n}\n`;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => await browser.close());

/** A model that finds the fault as long as it is there, and sums up. */
function modelOfTheMean() {
  return ModelServer.start((request, response) => {
    const finding = stated({ line: 2, quote: faulty, replacement: mended, title: "Nothing has no mean", category: "correctness" });
    const answers = {
      findings: { findings: request.body.includes("? 0 : sum") ? [] : [finding], note: "means" },
      verdicts: { verdicts: [] },
      summary: { title: "Means", overview: "It divides a sum.", highlights: ["a function"], impact: ["callers"], risks: ["zero"] },
    };
    stream(response, JSON.stringify(answers[kindOf(request)]));
  });
}

/** A repository with something staged, a model beside the rules, and an agent on its PATH that writes down what it was told. */
function repositoryWith(server: ModelServer): ReviewedRepository {
  const scratch = new ReviewedRepository(script);
  const { CI: _, DISPLAY: _display, ...env } = scratch.env;
  const bin = join(scratch.home, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "claude"), `#!/bin/sh\necho "$@" > '${scratch.home}/asked'\ncat >> '${scratch.home}/asked'\necho it is done\n`);
  chmodSync(join(bin, "claude"), 0o755);
  scratch.env = { ...env, PATH: `${bin}:${env.PATH}` };
  scratch.write("mean.js", source("  return 0;"));
  scratch.commit("first");
  scratch.lrc("connectors", "add", "here", "--provider", "openai-compatible", "--model", "m", "--base-url", server.url, "--key", "none");
  scratch.write("mean.js", source(faulty));
  scratch.git("add", "mean.js");
  return scratch;
}

describe("a finding of the program itself", () => {
  it("is applied, looked at again, and committed with a message that was written there", async () => {
    const server = await modelOfTheMean();
    using scratch = repositoryWith(server);
    try {
      await using review = await ServedProgram.start(scratch, ["review", "--serve"]);
      await using tab = await Tab.open(browser, review.url);
      const { page } = tab;
      const card = page.getByRole("article", { name: /Nothing has no mean/ });
      // The summary's slides, and all of it as text.
      const deck = page.getByRole("region", { name: "Summary" });
      await deck.getByRole("heading", { name: "Means" }).waitFor();
      await deck.getByText("1 of 4").waitFor();
      await deck.getByRole("button", { name: "Next slide" }).click();
      await deck.getByRole("heading", { name: "Technical highlights" }).waitFor();
      await deck.getByText("All of it as text").click();
      for (const text of ["It divides a sum.", "a function", "callers", "zero"]) await deck.getByText(text).last().waitFor();
      expect(await tab.violations()).toEqual([]);
      await card.getByRole("button", { name: "Apply" }).click();
      await card.waitFor({ state: "detached" });
      await page.getByRole("list", { name: "Iterations" }).getByText("2: 0 findings, 100%").waitFor();
      expect(scratch.git("show", ":mean.js")).toBe(source(mended));
      expect(scratch.read("mean.js")).toBe(source(mended));
      await page.getByRole("button", { name: "Commit", exact: true }).click();
      await page.getByText("a commit needs a message").waitFor();
      await page.getByLabel(/^Message/).fill("Means of nothing");
      await page.getByRole("button", { name: "Commit", exact: true }).click();
      expect(await review.ended).toBe(0);
      expect(scratch.git("log", "-1", "--format=%s").trim()).toBe("Means of nothing");
      expect(tab.foreign).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it("is sent to an agent that is on this machine, and what that says is in the event log", async () => {
    const server = await modelOfTheMean();
    using scratch = repositoryWith(server);
    try {
      await using review = await ServedProgram.start(scratch, ["review", "--serve"]);
      await using tab = await Tab.open(browser, review.url);
      const { page } = tab;
      await page.getByRole("article", { name: /Nothing has no mean/ }).waitFor();
      await page.getByRole("button", { name: "Abort" }).waitFor();
      await page.getByText("Send to agent").click();
      await page.getByRole("button", { name: "claude" }).click();
      await page.getByRole("button", { name: "Event log" }).click();
      const log = page.getByRole("region", { name: "Event log" });
      await log.getByText("claude: it is done").waitFor();
      await log.getByText(/claude has ended/).waitFor();
      const asked = scratch.read("../asked");
      expect(asked).toMatch(/^-p --permission-mode acceptEdits\n# 1 finding in staged changes\n/);
      expect(asked).toContain("Do not run git.");
      await log.getByRole("button", { name: "Copy" }).click();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("claude: it is done");
      await page.keyboard.press("A");
      expect(await review.ended).toBe(1);
    } finally {
      await server.close();
    }
  });
});

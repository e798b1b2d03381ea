import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ReviewedRepository } from "../../harness/reviewed-repository.ts";
import { chunk, kindOf, ModelServer, stated, stream } from "../../models/harness/model-server.ts";
import { startBrowser, Tab } from "./browser.ts";
import { ServedProgram } from "./served-program.ts";

const script = fileURLToPath(new URL("../../../dist/bin/lrc.mjs", import.meta.url));
const lines = ["export const first = (a) => a / 0;", "export const second = (b) => b / 0;"];
const answer = JSON.stringify({
  findings: lines.map((quote, index) => stated({ line: index + 1, quote, title: `Fault ${index + 1}` })),
  note: "n",
});
/** Where the first finding is whole and the second has only begun. */
const middle = answer.indexOf('"file"', answer.indexOf('"file"') + 1) + 20;

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => await browser.close());

it("findings of a model are on the page while it still answers, and what became of them is in the log", async () => {
  let goOn = (): void => undefined;
  const server = await ModelServer.start((request, response: ServerResponse) => {
    if (kindOf(request) === "verdicts") stream(response, JSON.stringify({ verdicts: [{ number: 1, verdict: "refuted", reason: "no" }] }));
    else if (kindOf(request) === "summary")
      stream(response, JSON.stringify({ title: "Divide", overview: "It divides.", highlights: [], impact: [], risks: [] }));
    else {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chunk({ delta: { role: "assistant", content: answer.slice(0, middle) }, finish_reason: null }));
      goOn = () => {
        response.write(chunk({ delta: { content: answer.slice(middle) }, finish_reason: null }));
        response.write(chunk({ delta: {}, finish_reason: "stop" }));
        response.end("data: [DONE]\n\n");
      };
    }
  });
  using scratch = new ReviewedRepository(script);
  const { CI: _, ...env } = scratch.env;
  scratch.env = env;
  scratch.lrc("connectors", "add", "slow", "--provider", "openai-compatible", "--model", "m", "--base-url", server.url, "--key", "none");
  scratch.write("a.js", `${lines.join("\n")}\n`);
  scratch.git("add", "a.js");
  try {
    await using review = await ServedProgram.start(scratch, ["review", "--serve", "--effort", "medium"]);
    await using tab = await Tab.open(browser, review.url);
    await tab.page.getByRole("heading", { name: "Fault 1 (being checked)" }).waitFor();
    await tab.page.getByText("slow (m)").waitFor();
    expect(await tab.violations()).toEqual([]);
    expect(await tab.page.getByRole("heading", { name: "Fault 2" }).count()).toBe(0);
    goOn();
    await tab.page.getByText("1 finding", { exact: true }).waitFor();
    await tab.page.getByRole("heading", { name: /Fault 2$/ }).waitFor();
    expect(await tab.page.getByRole("heading", { name: "Fault 1" }).count()).toBe(0);
    await tab.page.getByRole("button", { name: "Event log" }).click();
    const log = await tab.page.getByRole("region", { name: "Event log" }).textContent();
    for (const wanted of [
      "asking slow (m)",
      "may have found: error a.js:1 Fault 1",
      "withdrawn: a.js:1 Fault 1",
      "found: error a.js:2 Fault 2",
    ])
      expect(log).toContain(wanted);
    await tab.page.getByRole("button", { name: "Abort" }).click();
    await review.ended;
  } finally {
    await server.close();
  }
});

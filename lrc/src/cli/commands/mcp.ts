import type { Readable } from "node:stream";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { buildCommand } from "@stricli/core";
import { sentenceOf } from "kit/cli";
import { z } from "zod";
import type { Finding } from "#review";
import { agentText } from "#web";
import { applyPatch } from "../apply-patch.ts";
import { readLog } from "../commit-log.ts";
import type { LrcContext } from "../context.ts";
import { dismissFinding } from "../dismissals.ts";
import { openHistory } from "../open-history.ts";
import { commonState, openRepository } from "../open-repository.ts";
import { version } from "../version.ts";
import { type RepositoryChange, reviewRepository } from "../what-to-review.ts";

export const mcpCommand = buildCommand<object, [], LrcContext>({
  docs: {
    brief: "Serve reviews to an agent (Model Context Protocol over stdio)",
    fullDescription: [
      "Speaks the Model Context Protocol on stdin and stdout, about the repository it is started in, until stdin ends. Tools: review_staged,",
      "review_range, explain_finding, dismiss, apply, query.",
      "",
      '  claude mcp add lrc -- lrc mcp        or in a configuration: {"command": "lrc", "args": ["mcp"]}',
    ].join("\n"),
  },
  parameters: {},
  async func() {
    // The protocol is spoken over what a program is started with: a stream.
    const stdin = this.stdin as unknown as Readable;
    const server = new McpServer({ name: "lrc", version });
    addTools(server, this);
    const transport = new StdioServerTransport(stdin);
    const closed = new Promise<void>((resolve) => {
      server.server.onclose = resolve;
      this.stopped.addEventListener("abort", () => resolve(), { once: true });
    });
    await server.connect(transport);
    stdin.once("end", () => void server.close());
    await closed;
  },
});

interface ToolAnswer {
  readonly [key: string]: unknown;
  readonly content: { readonly type: "text"; readonly text: string }[] & { type: "text"; text: string }[];
  readonly isError?: boolean;
}

/** A tool's answer; what goes wrong is an answer too, which an agent can act upon. */
async function answer(work: () => Promise<string>): Promise<ToolAnswer> {
  try {
    return { content: [{ type: "text", text: await work() }] };
  } catch (error) {
    return { content: [{ type: "text", text: sentenceOf(error) }], isError: true };
  }
}

const id = z
  .string()
  .regex(/^[0-9a-f]{4,32}$/)
  .describe("The finding's id, or its beginning, from the last review");

function addTools(server: McpServer, context: LrcContext): void {
  let last: readonly Finding[] = [];
  const review = async (what: RepositoryChange): Promise<string> => {
    const reviewed = await reviewRepository(await openRepository(context), what, context);
    last = reviewed.review.findings;
    const { source, complete, coverage, notices } = reviewed.review;
    const scope = `${coverage.reviewedLines} of ${coverage.changedLines} changed lines reviewed${complete ? "" : "; the review is not complete"}`;
    return [agentText(last, source.label), scope, ...notices].join("\n");
  };
  const named = (wanted: string): Finding => {
    const [finding, another] = last.filter(({ fingerprint }) => fingerprint.startsWith(wanted));
    if (finding === undefined) throw new Error(`no finding of the last review begins with ${wanted}; review again`);
    if (another !== undefined) throw new Error(`several findings begin with ${wanted}; give more of it`);
    return finding;
  };
  server.registerTool("review_staged", { description: "Reviews what is staged for the next commit" }, () =>
    answer(async () => await review({ kind: "staged" })),
  );
  server.registerTool(
    "review_range",
    {
      description: "Reviews what lies between two commits",
      inputSchema: { range: z.string().describe("A..B, or A...B from where B left A") },
    },
    ({ range }) => answer(async () => await review({ kind: "range", range })),
  );
  server.registerTool("explain_finding", { description: "Says all that is known of a finding", inputSchema: { id } }, ({ id }) =>
    answer(async () => JSON.stringify(named(id), undefined, 2)),
  );
  server.registerTool(
    "dismiss",
    {
      description: "Has a finding that is no fault not shown again in this repository. Only with the user's consent.",
      inputSchema: { id, reason: z.string().min(1).max(500).describe("Why it is no fault") },
    },
    ({ id, reason }) =>
      answer(async () => {
        const { fingerprint } = named(id);
        dismissFinding(commonState(await openRepository(context), context), { fingerprint, reason, time: context.wallTime() });
        return `${fingerprint} is not shown again: ${reason}`;
      }),
  );
  server.registerTool("apply", { description: "Stages the change that a finding suggests", inputSchema: { id } }, ({ id }) =>
    answer(async () => {
      const { patch, path } = named(id);
      if (patch === undefined) throw new Error("this finding has no change at hand; its suggestion says in words what to do");
      const { inWorktree } = await applyPatch(await openRepository(context), patch);
      return `staged: ${path}${inWorktree ? "" : "; the file in the working tree differs there and was left alone"}`;
    }),
  );
  server.registerTool(
    "query",
    {
      description: "Answers one SELECT over the tables commits, reviews, findings and dismissals",
      inputSchema: { sql: z.string().describe("One SELECT") },
    },
    ({ sql }) =>
      answer(async () => {
        const repository = await openRepository(context);
        using history = await openHistory(repository, context);
        history.loadCommits(await readLog(repository, {}, context.stopped));
        return JSON.stringify(history.query(sql), (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value), 2);
      }),
  );
}

import type { Readable } from "node:stream";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js";
import { sentenceOf, UserError } from "kit/cli";
import { z } from "zod";
import type { Finding, ModelEvent, Review } from "#review";
import { agentText } from "#web";
import { applyPatch } from "../apply-patch.ts";
import type { LrcContext } from "../context.ts";
import { dismissFinding } from "../dismissals.ts";
import { readPatches } from "../models/patches.ts";
import { commonState, openRepository } from "../open-repository.ts";
import { queryInProcess } from "../query-process.ts";
import { version } from "../version.ts";
import { type RepositoryChange, reviewRepository } from "../what-to-review.ts";
import { folderOfCall } from "./repository-of-call.ts";

/** Serves reviews of the repository that the program is started in, or that a call names, over stdin and stdout, until stdin ends. */
export async function serveMcp(context: LrcContext): Promise<void> {
  // The protocol is spoken over what a program is started with: a stream.
  const stdin = context.stdin as unknown as Readable;
  const server = new McpServer({ name: "lrc", version });
  addTools(server, context);
  const closed = new Promise<void>((resolve) => {
    // The protocol's own object, which knows no listeners. What it has against a message that is none of the protocol's takes a page.
    const onerror = (error: Error): void => {
      const [sentence, ...more] = sentenceOf(error).split("\n");
      context.stderr.write(`lrc: ${more.length === 0 ? sentence : "a message is none of this protocol's, and is passed over"}\n`);
    };
    Object.assign(server.server, { onclose: resolve, onerror });
    context.stopped.addEventListener("abort", () => resolve(), { once: true });
  });
  await server.connect(new StdioServerTransport(stdin));
  const tick = (): Promise<void> => new Promise((resolve) => context.clock.after(1, resolve));
  stdin.once("end", () => {
    // Who has asked and said no more still gets an answer: a script pipes its questions in.
    void (async () => {
      for (await tick(); pending.size > 0; await tick()) await Promise.allSettled(pending);
      await server.close();
    })();
  });
  await closed;
}

/** A question may take so long, and have so long an answer. */
const questionLimits = { timeoutMs: 20_000, longest: 4 * 1024 * 1024 };

/** Clients wait for a minute unless they are told otherwise; by then what is known is said. */
const reviewMs = 50_000;

/** Calls that are being answered. */
const pending = new Set<Promise<ToolAnswer>>();

interface ToolAnswer {
  readonly [key: string]: unknown;
  readonly content: { readonly type: "text"; readonly text: string }[] & { type: "text"; text: string }[];
  readonly isError?: boolean;
}

/** A tool's answer; what goes wrong is an answer too, which an agent can act upon. */
function answer(work: () => Promise<string>): Promise<ToolAnswer> {
  const answered = answerOf(work);
  pending.add(answered);
  void answered.finally(() => pending.delete(answered));
  return answered;
}

async function answerOf(work: () => Promise<string>): Promise<ToolAnswer> {
  try {
    return { content: [{ type: "text", text: await work() }] };
  } catch (error) {
    const step = error instanceof UserError && error.nextStep !== undefined ? `\n${error.nextStep}` : "";
    return { content: [{ type: "text", text: sentenceOf(error) + step }], isError: true };
  }
}

const id = z
  .string()
  .regex(/^[0-9a-f]{4,32}$/)
  .describe("The finding's id, or its beginning, from the last review");

const repository = z
  .string()
  .min(1)
  .optional()
  .describe("A folder of the repository, where it is not the one that the server was started in");

const offline = z.boolean().optional().describe("Ask no model, even where one is configured");

/** What a call brings along beside its arguments. */
type Call = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Whose opinion this is: an agent is to know when only the rules have one. */
function lookedAtBy(reviewers: Review["reviewers"]): string {
  const names = reviewers.map(({ reviewer }) => reviewer).join(", ");
  return `reviewed by: ${names}${reviewers.length > 1 ? "" : "; no model was asked (lrc connectors list says which there are)"}`;
}

/** Such a tool changes nothing; a model that is asked is far away. */
const looks = { readOnlyHint: true, openWorldHint: true } as const;

/** What a call is about, and what the last review there has found. */
interface Place {
  readonly here: LrcContext;
  last: readonly Finding[];
}

async function reviewIn(
  place: Place,
  what: RepositoryChange,
  offline: boolean,
  { _meta, sendNotification, signal }: Call,
): Promise<string> {
  const progressToken = _meta?.progressToken;
  const onModel = (event: ModelEvent): void => {
    if (progressToken === undefined || event.kind !== "progress") return;
    const params = { progressToken, progress: event.done, total: event.total };
    void sendNotification({ method: "notifications/progress", params }).catch(() => undefined);
  };
  const wanted = offline ? undefined : { named: undefined, effort: undefined, summarise: false, remember: true };
  // A call that is taken back asks no model on.
  const here = { ...place.here, stopped: AbortSignal.any([place.here.stopped, signal]) };
  const { review } = await reviewRepository(await openRepository(here), what, here, { onModel }, wanted, () => reviewMs);
  place.last = review.findings;
  const { source, complete, coverage, notices, reviewers } = review;
  const scope = `${coverage.reviewedLines} of ${coverage.changedLines} changed lines reviewed${complete ? "" : "; the review is not complete"}`;
  const problems = reviewers.flatMap(({ reviewer, problems }) => problems.map((problem) => `${reviewer}: ${problem}`));
  return [agentText(place.last, source.label), scope, lookedAtBy(reviewers), ...problems, ...notices].join("\n");
}

async function findingNamed({ here, last }: Place, wanted: string): Promise<Finding> {
  const areNamed = (findings: readonly Finding[]): Finding[] => findings.filter(({ fingerprint }) => fingerprint.startsWith(wanted));
  let found = areNamed(last);
  if (found.length === 0) {
    // It may have been told by an earlier run, or at the terminal: what the rules find in what is staged is found again.
    const { review } = await reviewRepository(await openRepository(here), { kind: "staged" }, here);
    found = areNamed(review.findings);
  }
  const [finding, another] = found;
  if (finding === undefined) throw new Error(`no finding of the last review begins with ${wanted}; review again`);
  if (another !== undefined) throw new Error(`several findings begin with ${wanted}; give more of it`);
  return finding;
}

/** A change that was kept from any run, or that comes with a finding. */
async function suggested(place: Place, wanted: string): Promise<Pick<Finding, "patch" | "path">> {
  const { here, last } = place;
  const kept = readPatches(commonState(await openRepository(here), here)).filter(({ fingerprint }) => fingerprint.startsWith(wanted));
  const isKnown = last.some(({ fingerprint }) => fingerprint.startsWith(wanted));
  return !isKnown && kept.length === 1 && kept[0] !== undefined ? kept[0] : await findingNamed(place, wanted);
}

function addTools(server: McpServer, context: LrcContext): void {
  const places = new Map<string, Place>();
  const placeOf = async (repository: string | undefined): Promise<Place> => {
    const directory = await folderOfCall(repository, server, context);
    const place = places.get(directory) ?? { here: { ...context, directory }, last: [] };
    places.set(directory, place);
    return place;
  };
  server.registerTool(
    "review_staged",
    { description: "Reviews what is staged for the next commit", inputSchema: { offline, repository }, annotations: looks },
    ({ offline = false, repository }, call) =>
      answer(async () => await reviewIn(await placeOf(repository), { kind: "staged" }, offline, call)),
  );
  server.registerTool(
    "review_range",
    {
      description: "Reviews what lies between two commits",
      inputSchema: { range: z.string().describe("A..B, or A...B from where B left A"), offline, repository },
      annotations: looks,
    },
    ({ range, offline = false, repository }, call) =>
      answer(async () => await reviewIn(await placeOf(repository), { kind: "range", range }, offline, call)),
  );
  server.registerTool(
    "explain_finding",
    {
      description: "Says all that is known of a finding",
      inputSchema: { id, repository },
      annotations: { ...looks, openWorldHint: false },
    },
    ({ id, repository }) => answer(async () => JSON.stringify(await findingNamed(await placeOf(repository), id), undefined, 2)),
  );
  server.registerTool(
    "dismiss",
    {
      description: "Has a finding that is no fault not shown again in this repository. Only with the user's consent.",
      inputSchema: { id, reason: z.string().min(1).max(500).describe("Why it is no fault"), repository },
      annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    ({ id, reason, repository }) =>
      answer(async () => {
        const place = await placeOf(repository);
        const { here } = place;
        const { fingerprint } = await findingNamed(place, id);
        dismissFinding(commonState(await openRepository(here), here), { fingerprint, reason, time: here.wallTime() });
        return `${fingerprint} is not shown again: ${reason}`;
      }),
  );
  server.registerTool(
    "apply",
    {
      description: "Stages the change that a finding suggests",
      inputSchema: { id, repository },
      annotations: { destructiveHint: false, openWorldHint: false },
    },
    ({ id, repository }) =>
      answer(async () => {
        const place = await placeOf(repository);
        const { patch, path } = await suggested(place, id);
        if (patch === undefined) throw new Error("this finding has no change at hand; its suggestion says in words what to do");
        const { inWorktree, isRepeated } = await applyPatch(await openRepository(place.here), patch);
        return `${isRepeated === true ? "staged already" : "staged"}: ${path}${inWorktree ? "" : "; the file in the working tree differs there and was left alone"}`;
      }),
  );
  server.registerTool(
    "query",
    {
      description: "Answers one SELECT over the tables commits, reviews, findings and dismissals",
      inputSchema: { sql: z.string().max(100_000).describe("One SELECT"), repository },
      annotations: { ...looks, openWorldHint: false },
    },
    ({ sql, repository }, { signal }) =>
      answer(async () => {
        const { here } = await placeOf(repository);
        const limits = { ...questionLimits, signal: AbortSignal.any([context.stopped, signal]) };
        return (await queryInProcess(["--json", "--", sql], limits, here)).trimEnd();
      }),
  );
}

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, SystemClock, SystemRandom } from "kit/clock";
import { type ConnectorSettings, createConnector, defaultsOf, ModelClient, type ProviderId, providerOf, Spending } from "#connectors";
import { type ChangedFile, parseUnifiedDiff, visibleText } from "#diff";
import {
  defaultPolicy,
  type Memory,
  type ModelEvent,
  ModelReviewer,
  type Review,
  type Reviewer,
  type RuleText,
  reviewChange,
} from "#review";

/** Settings of a connector with what a test wants different. */
export function settingsFor(provider: ProviderId, part: Partial<ConnectorSettings> = {}): ConnectorSettings {
  const model = part.model ?? providerOf(provider)?.model ?? "m";
  return {
    name: part.name ?? "tested",
    provider,
    model,
    baseUrl: undefined,
    key: { kind: "env", variable: "TEST_KEY" },
    program: undefined,
    file: undefined,
    ...defaultsOf(provider, model, part.baseUrl),
    timeoutMs: 5_000,
    ...part,
  };
}

/** A client for some connectors, on the real clock unless another is given, with a key that must not be seen. */
export function clientFor(
  settings: readonly ConnectorSettings[],
  options: {
    readonly env?: Record<string, string>;
    readonly spending?: Spending;
    readonly engine?: string;
    readonly folder?: string;
    readonly clock?: Clock;
  } = {},
): ModelClient {
  const { env = {}, spending = new Spending(), engine = "/nowhere", folder = "/", clock = new SystemClock() } = options;
  const surroundings = {
    keys: { env: { ...process.env, TEST_KEY: "key-of-the-test", ...env }, readKeyFile: () => undefined },
    packages: "/nowhere",
    engine,
    emptyFolder: (files: Readonly<Record<string, string>>) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      return folder;
    },
    node: process.execPath,
    wallTime: () => Date.now(),
  };
  return new ModelClient({
    connectors: settings.map((one) => createConnector(one, surroundings)),
    clock,
    random: new SystemRandom(),
    spending,
  });
}

export interface ReviewedBy {
  readonly client: ModelClient;
  readonly diff: string;
  readonly spending?: Spending;
  readonly effort?: "low" | "medium" | "high";
  readonly rules?: readonly RuleText[];
  readonly intent?: string;
  readonly memory?: Memory;
  readonly redact?: readonly RegExp[];
  readonly summarise?: boolean;
  readonly before?: readonly Reviewer[];
  readonly budgetMs?: number;
  readonly onModel?: (event: ModelEvent) => void;
}

/** Has a model review a diff, and nobody else unless `before` names them. */
export async function reviewedBy(options: ReviewedBy): Promise<Review> {
  const {
    client,
    diff,
    spending = new Spending(),
    effort = "low",
    rules = [],
    intent = "",
    memory,
    redact = [],
    summarise = false,
    before = [],
    budgetMs = 30_000,
    onModel,
  } = options;
  const model = new ModelReviewer({
    client,
    spending,
    effort,
    rules,
    intent,
    redact,
    secret: new Uint8Array(32).fill(7),
    memory,
    summarise,
  });
  return await reviewChange(
    { source: { kind: "staged", label: "staged changes" }, files: filesOf(diff), skipped: [], leftOut: [] },
    {
      reviewers: [...before, model],
      policyFor: () => ({ ...defaultPolicy, show: "info", confidence: "low" }),
      budgetMs,
      clock: new SystemClock(),
      onModel,
    },
  );
}

/** The files of a diff, as far as it shows them. */
export function filesOf(diff: string): readonly ChangedFile[] {
  return parseUnifiedDiff(diff).map((one) => ({
    diff: one,
    before: one.status === "added" ? undefined : visibleText(one, "old"),
    after: one.status === "deleted" ? undefined : visibleText(one, "new"),
  }));
}

/** A diff that adds a file. */
export function addedFile(path: string, lines: readonly string[]): string {
  return [
    `diff --git a/${path} b/${path}`,
    "new file mode 100644",
    "--- /dev/null",
    `+++ b/${path}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
    "",
  ].join("\n");
}

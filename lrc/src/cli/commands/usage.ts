import { buildCommand } from "@stricli/core";
import { formatTable } from "kit/cli";
import type { LrcContext } from "../context.ts";
import { memoryFile } from "../models/memory-file.ts";
import { modelPlaces } from "../models/places.ts";
import { monthOf, readUsage, type UsageRecord } from "../models/usage-log.ts";
import { commonState, openRepository } from "../open-repository.ts";

interface UsageFlags {
  readonly reviews: boolean;
  readonly json: boolean;
  readonly forgetAnswers: boolean;
}

export const usageCommand = buildCommand<UsageFlags, [], LrcContext>({
  docs: { brief: "Say what models have used and cost, month by month" },
  parameters: {
    flags: {
      reviews: { kind: "boolean", default: false, withNegated: false, brief: "A line for each review instead" },
      json: { kind: "boolean", default: false, withNegated: false, brief: "As JSON" },
      forgetAnswers: { kind: "boolean", default: false, withNegated: false, brief: "Delete the answers that this repository keeps" },
    },
  },
  async func({ reviews, json, forgetAnswers }) {
    if (forgetAnswers) {
      commonState(await openRepository(this), this).remove(memoryFile);
      this.stdout.write("They are forgotten; models are asked again.\n");
      return;
    }
    const rows = rowsOf(readUsage(modelPlaces(this).usage), reviews);
    if (json) this.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    else if (rows.length === 0) this.stdout.write("No model has been asked yet.\n");
    else this.stdout.write(tableOf(rows));
  },
});

interface UsageRow {
  readonly when: string;
  readonly connector: string;
  readonly model: string;
  readonly reviews: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Undefined where no price is known. */
  readonly usd: number | undefined;
}

function rowsOf(records: readonly UsageRecord[], each: boolean): readonly UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const [review, { time, spent }] of records.entries()) {
    const when = each ? new Date(time).toISOString().slice(0, 19) : monthOf(time);
    for (const { connector, model, requests, inputTokens, outputTokens, usd } of spent) {
      // Two reviews may have been made in one second.
      const key = JSON.stringify([each ? review : when, connector, model]);
      const row = rows.get(key);
      rows.set(key, {
        when,
        connector,
        model,
        reviews: (row?.reviews ?? 0) + 1,
        requests: (row?.requests ?? 0) + requests,
        inputTokens: (row?.inputTokens ?? 0) + inputTokens,
        outputTokens: (row?.outputTokens ?? 0) + outputTokens,
        usd: usd === undefined ? row?.usd : (row?.usd ?? 0) + usd,
      });
    }
  }
  return [...rows.values()];
}

function tableOf(rows: readonly UsageRow[]): string {
  const right = { align: "right" } as const;
  return formatTable(
    [
      { title: "When" },
      { title: "Connector" },
      { title: "Model" },
      { title: "Reviews", ...right },
      { title: "Requests", ...right },
      { title: "Tokens in", ...right },
      { title: "Tokens out", ...right },
      { title: "Cost", ...right },
    ],
    rows.map(({ when, connector, model, reviews, requests, inputTokens, outputTokens, usd }) => [
      when,
      connector,
      model,
      String(reviews),
      String(requests),
      String(inputTokens),
      String(outputTokens),
      usd === undefined ? "price unknown" : `$${usd.toFixed(4)}`,
    ]),
  );
}

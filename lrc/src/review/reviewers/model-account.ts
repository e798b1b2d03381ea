import type { SpentOn } from "#connectors";
import type { Dropped } from "../findings/placed-finding.ts";
import type { ModelWork } from "./model-work.ts";

/** What the model cost and what became of its answers, for the reader, a line each. */
export function accountOf(spent: readonly SpentOn[], { units, fresh, redactor }: ModelWork, dropped: Dropped): readonly string[] {
  const lines = spent.map(({ connector, model, requests, inputTokens, outputTokens, usd, estimated }) => {
    const cost = usd === undefined ? "price unknown" : `$${usd.toFixed(4)}`;
    const about = estimated ? "about " : "";
    return `model ${connector} (${model}): ${requests} ${requests === 1 ? "request" : "requests"}, ${about}${inputTokens} tokens in, ${outputTokens} out, ${cost}`;
  });
  if (units.length > fresh.length)
    lines.push(`model: ${units.length - fresh.length} of ${units.length} pieces known from before, not sent again`);
  if (fresh.length > 0 && redactor.count > 0)
    lines.push(`model: ${redactor.count} ${redactor.count === 1 ? "secret" : "secrets"} replaced in what was sent`);
  const { nowhere, unchanged, talk, refuted, crowded } = dropped;
  const reasons = [
    [nowhere, "quoting lines that are not there"],
    [unchanged, "about lines that were not changed"],
    [talk, "without a fault"],
    [refuted, "refuted at second look"],
    [crowded, "beyond what is shown"],
  ] as const;
  const said = reasons.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`);
  if (said.length > 0) lines.push(`model: dropped of its findings: ${said.join(", ")}`);
  return lines;
}

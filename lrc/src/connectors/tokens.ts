import type { Price, TokenUsage } from "./connector.ts";

/** About how many tokens a text is: four characters of prose or code make one, characters beyond Latin one each. An estimate, and said to be one. */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x2ff) wide += 1;
  return Math.ceil((text.length - wide) / 4 + wide);
}

/** US dollars; undefined where the price is not known. */
export function costOf(
  { inputTokens, outputTokens }: Pick<TokenUsage, "inputTokens" | "outputTokens">,
  price: Price | undefined,
): number | undefined {
  return price === undefined ? undefined : (inputTokens * price.input + outputTokens * price.output) / 1_000_000;
}

/** What the other side says it used, where that can be believed, else an estimate. */
export function believableUsage(said: { readonly input: unknown; readonly output: unknown }, sent: string, received: string): TokenUsage {
  const estimate = { inputTokens: estimateTokens(sent), outputTokens: estimateTokens(received) };
  const input = believable(said.input, estimate.inputTokens);
  const output = believable(said.output, estimate.outputTokens);
  if (input === undefined || output === undefined) return { ...estimate, estimated: true };
  return { inputTokens: input, outputTokens: output, estimated: false };
}

/** Whole, not negative, and within reason of what the length of the text says; what a model thinks before it answers counts as output too. */
function believable(value: unknown, estimate: number): number | undefined {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value <= 0) return undefined;
  return value > estimate * 20 + 100_000 ? undefined : value;
}

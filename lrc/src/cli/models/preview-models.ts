import { type ModelPreview, printable, type ReviewInput } from "#review";
import type { OpenedModels } from "./open-models.ts";

/** What models would be sent for a change: to whom, the exact bytes, how many tokens. */
export type ModelsPreview = Pick<ModelPreview, "notices"> & Partial<ModelPreview>;

/** Puts the questions together and sends nothing. */
export async function previewModels({ model, notices }: OpenedModels, { source, files, leftOut }: ReviewInput): Promise<ModelsPreview> {
  if (model === undefined) return { notices };
  const preview = await model.preview({ source, files, leftOut });
  return { ...preview, notices: [...notices, ...preview.notices] };
}

/** The same for a reader, with what it costs. */
export function modelsPreviewText(preview: ModelsPreview): string {
  const lines = preview.notices.map((notice) => `${notice}\n`);
  const { to, otherwise = [], samples = 1, requests, inputTokens = 0, remembered = 0, redacted = 0 } = preview;
  if (requests === undefined) return [...lines, "No model is asked: nothing is sent.\n"].join("");
  if (remembered > 0)
    lines.push(`${remembered} ${remembered === 1 ? "piece is" : "pieces are"} known from an earlier review and not sent again\n`);
  if (to === undefined || requests.length === 0) return [...lines, "Nothing would be sent to a model.\n"].join("");
  const { name, provider, model: modelName, place, destination, price } = to;
  const cost =
    price === undefined ? "price unknown" : `about $${((inputTokens * price.input) / 1_000_000).toFixed(4)} and the price of the answers`;
  const where = place === "local" ? "on this machine" : `to ${destination}`;
  const bytes = requests.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  const times = samples === 1 ? "" : `, each ${samples} times`;
  lines.push(
    `\nTo model ${name} (${provider} ${modelName}), ${where}: ${requests.length} ${requests.length === 1 ? "request" : "requests"}${times}, ${bytes} bytes, about ${inputTokens} tokens, ${cost}\n`,
    `${redacted} ${redacted === 1 ? "secret" : "secrets"} replaced. Nothing was sent. What follows are the bytes; questions that depend on the answers come on top.\n`,
  );
  if (otherwise.length > 0) {
    const others = otherwise.map((other) => `${other.name} (${other.place === "local" ? "on this machine" : other.destination})`);
    lines.push(`When ${name} cannot answer, the same goes to ${others.join(", then ")}.\n`);
  }
  for (const [index, { target, headers, body }] of requests.entries()) {
    lines.push(`\n--- request ${index + 1} of ${requests.length}\n${printable(target)}\n`);
    for (const [header, value] of Object.entries(headers)) lines.push(`${header}: ${printable(value)}\n`);
    lines.push(`\n${body}\n`);
  }
  return lines.join("");
}

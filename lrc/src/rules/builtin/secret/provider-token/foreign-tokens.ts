import { isPlaceholder } from "../../../text/index.ts";
import type { FoundToken } from "./tokens.ts";

/** What the second opinion is asked about: a long word of letters and digits, or a URL with somebody's name in it. Most changes have none. */
const hint = /[A-Za-z0-9+/_-]{30}|xox|:\/\/[^/\s]{1,80}@|_auth/;
/** Account numbers are no secrets; keys, passwords in URLs and database addresses are other rules' and weighed there. */
const otherMessages = /^(AWSAccountID|PrivateKey|BasicAuth|.*CONNECTION)/i;

/** What secretlint's recommended rules find. They are loaded only when there is something to show them. */
export async function foreignTokens(
  lines: readonly { readonly line: number; readonly text: string }[],
): Promise<readonly (FoundToken & { readonly line: number })[]> {
  const asked = lines.filter(({ text }) => text.length <= 5_000 && hint.test(text) && /\d/.test(text));
  if (asked.length === 0) return [];
  const [{ lintSource }, { creator }] = await Promise.all([
    import("@secretlint/core"),
    import("@secretlint/secretlint-rule-preset-recommend"),
  ]);
  const { messages } = await lintSource({
    source: { filePath: "added-lines.txt", content: asked.map(({ text }) => text).join("\n"), ext: ".txt", contentType: "text" },
    options: { noPhysicFilePath: true, config: { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] } },
  });
  return messages.flatMap(({ messageId, ruleId, loc }) => {
    const from = asked[loc.start.line - 1];
    const token = from?.text.slice(loc.start.column, loc.start.line === loc.end.line ? loc.end.column : undefined);
    if (from === undefined || token === undefined || otherMessages.test(messageId) || isPlaceholder(token) || !/\d/.test(token)) return [];
    return [{ line: from.line, index: loc.start.column, service: ruleId.replace(/^.*secretlint-rule-/, ""), token }];
  });
}

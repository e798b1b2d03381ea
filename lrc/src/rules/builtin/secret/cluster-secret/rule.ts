import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";
import { isPlaceholder } from "../../../text/index.ts";

const kind = /^\s*["']?kind["']?\s*:\s*["']?Secret["']?\s*,?\s*$|"kind"\s*:\s*"Secret"/;
const entry = /^[ \t]{1,40}["']?([\w.-]{1,80})["']?[ \t]*:[ \t]*["']?([A-Za-z0-9+/]{8,4000}={0,2})["']?[ \t]*,?[ \t]*$/;
const section = /^[ \t]*["']?(data|stringData|metadata|type|immutable|apiVersion|kind)["']?[ \t]*:/;

export const clusterSecret: Rule = {
  id: "secret/cluster-secret",
  title: "A Secret of Kubernetes is committed with what it keeps",
  category: "security",
  subcategory: "exposed-secret",
  severity: "error",
  confidence: "medium",
  languages: "any",
  cwe: [312, 798],

  scope: "file",
  check(file, report) {
    if (!/\.(?:ya?ml|json)(?:\.\w+)?$/i.test(file.diff.path) || file.after?.includes("Secret") !== true) return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = afterLines[line - 1] ?? "";
      const found = text.length > 5_000 ? null : entry.exec(text);
      if (found === null || !isData(afterLines, line)) continue;
      const value = found[2]!;
      const kept = Buffer.from(value, "base64").toString("utf8").trim();
      if (!/^[\x20-\x7e\s]{4,}$/.test(kept) || isPlaceholder(kept) || isPlaceholder(value)) continue;
      const startColumn = text.indexOf(value, found[1]!.length) + 1;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        startColumn,
        endColumn: startColumn + value.length,
        message: "Base64 hides nothing: everybody who reads the repository can read this secret.",
        suggestion: "Commit it sealed (SealedSecret, SOPS), or have the cluster fetch it from a secret store.",
        secrets: [value, kept],
      });
    }
  },
};

/** Whether a line is among the data of a Secret: nearest section above, and the kind anywhere in its document. */
function isData(lines: readonly string[], line: number): boolean {
  let at = line - 1;
  while (at > 0 && line - at < 300 && !section.test(lines[at - 1] ?? "") && !/^---/.test(lines[at - 1] ?? "")) at -= 1;
  if (section.exec(lines[at - 1] ?? "")?.[1] !== "data") return false;
  let start = at - 1;
  while (start > 0 && at - start < 300 && !/^---/.test(lines[start] ?? "")) start -= 1;
  let end = line;
  while (end < lines.length && end - line < 300 && !/^---/.test(lines[end] ?? "")) end += 1;
  return lines.slice(start, end).some((text) => kind.test(text));
}

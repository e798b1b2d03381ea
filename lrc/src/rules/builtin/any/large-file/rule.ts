import type { Rule } from "../../../rule.ts";

const mostBytes = 1_000_000;
const compiled = /\.(class|o|obj|a|so|dylib|dll|exe|pyc|pyo|jar|war|node|wasm)$/i;

export const largeFile: Rule = {
  id: "any/large-file",
  title: "A large or binary file is added to the history",
  category: "cost",
  subcategory: "repository-size",
  severity: "warning",
  confidence: "medium",
  languages: "any",

  scope: "change",
  checkChange({ files, leftOut }, report) {
    const say = (path: string, message: string): void =>
      report({
        path,
        side: "new",
        startLine: 1,
        endLine: 1,
        message,
        suggestion: "Keep it where builds are kept, or in Git LFS; what is in the history stays in every clone.",
      });
    for (const { diff, sizeBytes } of leftOut) {
      if (diff.status !== "added" || sizeBytes === undefined) continue;
      if (sizeBytes > mostBytes) say(diff.path, `This file has ${(sizeBytes / 1e6).toFixed(1)} MB, and every clone will carry it.`);
      else if (diff.kind === "binary" && compiled.test(diff.path))
        say(diff.path, "This was compiled: it can be made again, and nobody can review it.");
    }
    for (const { diff, after } of files) {
      if (diff.status === "added" && (after?.length ?? 0) > 2 * mostBytes)
        say(diff.path, `This file has ${(after!.length / 1e6).toFixed(1)} MB, and every clone will carry it.`);
    }
  },
};

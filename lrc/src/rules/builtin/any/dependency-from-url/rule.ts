import type { Rule } from "../../../rule.ts";
import { changedText } from "../../../syntax/index.ts";

const sources: readonly (readonly [RegExp, RegExp])[] = [
  [/(^|\/)package\.json$/, /^\s*"[^"]+"\s*:\s*"(?:git\+|git:|https?:|github:|gitlab:|bitbucket:|[\w-]+\/[\w.-]+#)/],
  [/(^|\/)requirements[^/]*\.(txt|in)$/, /^\s*(?:-e\s+)?(?:[\w.[\]-]+\s*@\s*)?(?:git\+|https?:\/\/)/],
  [/(^|\/)pyproject\.toml$/, /^\s*[\w.-]+\s*=\s*\{[^}]*\b(?:git|url)\s*=|"[\w.[\]-]+\s*@\s*(?:git\+|https?:)/],
  [/(^|\/)Cargo\.toml$/, /^\s*[\w-]+\s*=\s*\{[^}]*\bgit\s*=/],
  [/(^|\/)Gemfile$/, /^\s*gem\b[^#]*\b(?:git|github):/],
  [/(^|\/)(build|settings)\.gradle(\.kts)?$|(^|\/)pom\.xml$/, /(?:url\s*[=(]?\s*["']|<url>)http:\/\//],
];
/** What no dependency is called. */
const other = /^\s*"(?:homepage|url|repository|bugs|\$schema|type|registry|license|author|funding|email|baseUrl|proxy|server)"/;
const pinned = /#(?:[0-9a-f]{40})|@[0-9a-f]{40}\b|\brev\s*=\s*"[0-9a-f]{7,}|--hash=|#sha256=/;

export const dependencyFromUrl: Rule = {
  id: "any/dependency-from-url",
  title: "A dependency comes from a URL instead of the registry",
  category: "security",
  subcategory: "supply-chain",
  severity: "warning",
  confidence: "medium",
  languages: "any",
  cwe: [829],

  scope: "file",
  check(file, report) {
    const source = sources.find(([path]) => path.test(file.diff.path));
    if (source === undefined) return;
    const { added, afterLines } = changedText(file);
    for (const line of added) {
      const text = (afterLines[line - 1] ?? "").slice(0, 1_000);
      if (!source[1].test(text) || other.test(text) || pinned.test(text)) continue;
      // Maven's projects, licences and issue trackers have addresses too.
      if (/<url>/.test(text) && !/[rR]epositor/.test(afterLines.slice(Math.max(0, line - 6), line).join("\n"))) continue;
      report({
        side: "new",
        startLine: line,
        endLine: line,
        message: "What stands behind this address can change at any time, and neither a version nor a checksum says what was meant.",
        suggestion: "Take it from the registry, or pin it to a full commit id.",
      });
    }
  },
};

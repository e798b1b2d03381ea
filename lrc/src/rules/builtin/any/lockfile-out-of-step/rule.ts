import { addedLines, removedLines } from "#diff";
import type { Rule, RuleSubject } from "../../../rule.ts";

/** Manifests, the sections that hold dependencies, and the lockfiles that follow them. */
const manifests = [
  { name: "package.json", lock: /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/ },
  { name: "Cargo.toml", lock: /(^|\/)Cargo\.lock$/ },
  { name: "composer.json", lock: /(^|\/)composer\.lock$/ },
  { name: "go.mod", lock: /(^|\/)go\.sum$/ },
  { name: "Gemfile", lock: /(^|\/)Gemfile\.lock$/ },
] as const;

export const lockfileOutOfStep: Rule = {
  id: "any/lockfile-out-of-step",
  title: "A manifest changed its dependencies and its lockfile did not follow",
  category: "reliability",
  subcategory: "dependency-lock",
  severity: "info",
  confidence: "low",
  languages: "any",

  scope: "change",
  checkChange({ files, leftOut }, report) {
    const paths = [...files, ...leftOut].map(({ diff }) => diff.path);
    for (const file of files) {
      const manifest = manifests.find(({ name }) => file.diff.path === name || file.diff.path.endsWith(`/${name}`));
      if (manifest === undefined || file.diff.status !== "modified" || paths.some((path) => manifest.lock.test(path))) continue;
      const line = changedDependency(file, manifest.name);
      if (line === undefined) continue;
      report({
        path: file.diff.path,
        side: "new",
        startLine: line,
        endLine: line,
        message: `The dependencies of ${manifest.name} changed, and no lockfile is part of this change. A strict installation (npm ci, cargo --locked) will fail, or others will get other versions.`,
        suggestion: "Run the package manager and commit the lockfile with the manifest, if the project has one.",
      });
    }
  },
};

function changedDependency({ diff, before, after }: RuleSubject, name: string): number | undefined {
  if (name === "package.json") {
    const [old, now] = [dependenciesOf(before), dependenciesOf(after)];
    if (old === undefined || now === undefined || old === now) return undefined;
    return addedLines(diff).find(({ text }) => /^\s*"[^"]+"\s*:\s*"[\^~><=*\dnwlgf]/.test(text))?.newNumber;
  }
  const gone = new Set(removedLines(diff).map(({ text }) => text.trim()));
  return addedLines(diff).find(({ text }) => dependency[name]?.test(text) === true && !gone.has(text.trim()))?.newNumber;
}

const dependency: Readonly<Record<string, RegExp>> = {
  "Cargo.toml": /^\s*(?!name|version|edition|authors|description|license|rust-version)[\w-]+\s*=\s*(?:"[\^~=<>]?\d|\{[^}]*version)/,
  "composer.json": /^\s*"[\w-]+\/[\w-]+"\s*:\s*"/,
  "go.mod": /^\s*(?:require\s+)?[\w.-]+\.[\w.-]+\/\S+\s+v\d/,
  Gemfile: /^\s*gem\s+['"]/,
};

function dependenciesOf(text: string | undefined): string | undefined {
  try {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(text ?? "") as Record<string, unknown>;
    return JSON.stringify([dependencies, devDependencies, optionalDependencies, peerDependencies]);
  } catch {
    return undefined; // unfinished: then it says nothing about its dependencies either
  }
}

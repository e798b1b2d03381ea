import type { FileKind } from "#diff";
import { verbose } from "#rules";
import type { IgnoreList } from "./ignore-list.ts";
import type { SkipReason } from "./review.ts";

/** What is known of a changed file before its text is read. */
export interface Candidate {
  readonly path: string;
  readonly kind: FileKind;
  readonly addedLines: number;
  readonly removedLines: number;
  /** The larger of the sizes before and after, in bytes; undefined where Git has not stored it yet. */
  readonly sizeBytes: number | undefined;
}

export interface SelectionLimits {
  /** A larger file is not reviewed. */
  readonly maxFileBytes: number;
  /** A file with more changed lines is not reviewed. */
  readonly maxChangedLines: number;
}

export const defaultLimits: SelectionLimits = { maxFileBytes: 1024 * 1024, maxChangedLines: 20_000 };

/** Why a file is left out. */
export interface LeftOut {
  readonly reason: SkipReason;
  readonly detail: string | undefined;
}

/** Why a file is not reviewed, or undefined when it is. Cheap: nothing is opened. */
export function reasonToSkip(candidate: Candidate, ignored: IgnoreList, limits: SelectionLimits = defaultLimits): LeftOut | undefined {
  const { path, kind, sizeBytes } = candidate;
  const line = ignored.lineFor(path);
  if (line !== undefined) return { reason: "ignored", detail: line };
  if (kind !== "text") return { reason: kind, detail: undefined };
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (lockfiles.has(name)) return { reason: "lockfile", detail: undefined };
  if (generatedPath.test(path)) return { reason: "generated", detail: "by its name" };
  if (sizeBytes !== undefined && sizeBytes > limits.maxFileBytes) return { reason: "too-large", detail: bytes(sizeBytes) };
  const changed = candidate.addedLines + candidate.removedLines;
  if (changed > limits.maxChangedLines) return { reason: "too-large", detail: `${changed} changed lines` };
  return undefined;
}

/** What only shows once the text is read: lines nobody wrote by hand, and files that say a program wrote them. */
export function reasonToSkipText(text: string): LeftOut | undefined {
  const head = text.slice(0, 2048);
  if (generatedMark.test(head)) return { reason: "generated", detail: "it says so at its head" };
  const longest = longestLine(text);
  if (longest > maxLineLength) return { reason: "long-lines", detail: `a line of ${longest} characters` };
  return undefined;
}

const maxLineLength = 10_000;

function longestLine(text: string): number {
  let longest = 0;
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf("\n", start);
    longest = Math.max(longest, (end < 0 ? text.length : end) - start);
    if (end < 0) break;
    start = end + 1;
  }
  return longest;
}

/** Files that package managers write. */
const lockfiles: ReadonlySet<string> = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "deno.lock",
  "composer.lock",
  "Gemfile.lock",
  "Cargo.lock",
  "poetry.lock",
  "Pipfile.lock",
  "pdm.lock",
  "uv.lock",
  "go.sum",
  "packages.lock.json",
  "paket.lock",
  "mix.lock",
  "pubspec.lock",
  "Podfile.lock",
  "Package.resolved",
  "flake.lock",
  "gradle.lockfile",
  ".terraform.lock.hcl",
]);

const generatedPath = verbose`
  (^|\/)(node_modules|vendor|third_party|__snapshots__)\/
  | \.min\.(js|mjs|css)$ | \.(js|css|mjs)\.map$ | \.snap$ | \.pb\.(go|cc|h)$ | _pb2(_grpc)?\.pyi?$ | \.g\.dart$
  | \.designer\.cs$ | \.bundle\.js$
`;

/** The sentences by which generators mark their work ("Code generated … DO NOT EDIT." is Go's convention, @generated that of many others). */
const generatedMark =
  /^\W*Code generated .{1,200}DO NOT EDIT\.?\s*$|^\W{0,8}@generated\b|^\W{0,8}This file (is|was) (automatically |auto-?)generated\b/im;

function bytes(size: number): string {
  return size < 1024 * 1024 ? `${Math.round(size / 1024)} KiB` : `${(size / 1024 / 1024).toFixed(1)} MiB`;
}

import { ConfigCascade } from "#config";
import { type Repository, readTreeFiles } from "#git";
import { parseBaseline, printable } from "#review";

/** Everything below `.lrc/` that is committed and holds for the next change, as a reviewer gets it. */
export async function configPreview(repository: Repository, signal: AbortSignal): Promise<string> {
  const head = await repository.commitId("HEAD", signal);
  if (head === undefined) return "Nothing is committed yet: everything is at its default.\n";
  const listed = await repository.git.text(["ls-tree", "-r", "-z", "--full-tree", "--name-only", head], { signal });
  const paths = listed.split("\0").filter((path) => /(^|\/)\.lrc\//.test(path));
  if (paths.length === 0) return "There is no .lrc/ in HEAD: everything is at its default.\n";
  const texts = new Map(
    [...(await readTreeFiles(repository, head, paths, signal))].map(([path, bytes]) => [path, bytes.toString()] as const),
  );
  const cascade = new ConfigCascade(new Map([...texts].filter(([path]) => path.endsWith(".lrc/config.toml"))));
  const { show, confidence, rules } = cascade.for("");
  const { block, onError, budgetSeconds } = cascade.commit;
  const lines = [
    `What holds for the next change, from ${head.slice(0, 12)}:`,
    `  shown from ${show} on, with at least ${confidence} confidence`,
    `  stops a commit: ${block}; when it could not be reviewed: ${onError}; given up after ${budgetSeconds} s`,
    ...[...rules].map(([id, severity]) => `  ${id}: ${severity}`),
  ];
  for (const { file, line, message } of cascade.diagnostics)
    lines.push(`  not followed: ${file}${line === undefined ? "" : `:${line}`}: ${message}`);
  for (const [path, text] of texts) lines.push(...section(path, text));
  return `${lines.map((line) => printable(line)).join("\n")}\n`;
}

function section(path: string, text: string): readonly string[] {
  if (path === ".lrc/baseline.json") return ["", `${path}: ${baselineSize(text)}`];
  // The settings of the root have been told; those of folders have not.
  if (path === ".lrc/config.toml") return [];
  return [
    "",
    `${path} (${Buffer.byteLength(text)} bytes)`,
    ...text
      .trimEnd()
      .split("\n")
      .map((line) => `  ${line}`),
  ];
}

function baselineSize(text: string): string {
  try {
    const { size } = parseBaseline(text).fingerprints;
    return `${size} ${size === 1 ? "finding is" : "findings are"} not shown again`;
  } catch (error) {
    return `not followed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

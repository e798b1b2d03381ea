/** A file in which a repository says how it wants to be worked on. */
export interface RuleText {
  readonly path: string;
  readonly text: string;
}

/** All of them together, about 1,500 tokens: they are sent with every request. */
const mostCharacters = 6_000;

/** The repository's own rules as they are sent, and a sentence for the reader about what was cut off. */
export function repositoryRules(files: readonly RuleText[]): { readonly text: string; readonly notice: string | undefined } {
  let left = mostCharacters;
  const parts: string[] = [];
  const cut: string[] = [];
  for (const { path, text } of files) {
    const trimmed = text.trim();
    if (trimmed === "") continue;
    const kept = trimmed.slice(0, Math.max(0, left));
    left -= kept.length;
    if (kept !== "")
      parts.push(
        `# ${path}\n${kept}${kept.length < trimmed.length ? `\n[cut off here: ${trimmed.length - kept.length} characters more]` : ""}`,
      );
    if (kept.length < trimmed.length) cut.push(path);
  }
  return {
    text: parts.join("\n\n"),
    notice:
      cut.length === 0
        ? undefined
        : `the model is shown only a part of ${cut.join(", ")}: rules are cut off after ${mostCharacters} characters`,
  };
}

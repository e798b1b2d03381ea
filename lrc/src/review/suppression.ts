/** An instruction in a comment: `lrc-ignore RULE: reason`, for its own line and, where it stands alone, for the next one; or for the whole file. */
export interface InlineSuppression {
  /** A rule's id, or the group before its slash and a star (`javascript/*`). */
  readonly rule: string;
  readonly reason: string;
  /** Where it is written. */
  readonly line: number;
  /** The lines it is about; undefined for the whole file. */
  readonly lines: readonly [number, number] | undefined;
}

/** One that gives no reason and therefore does nothing. */
export interface UnreasonedSuppression {
  readonly rule: string;
  readonly line: number;
}

const instruction = /(?:\/\/|\/\*|#|--|<!--|\{#|;|%|'|\*)!?\s*lrc-(ignore(?:-file)?)\s+([\w./*-]+)(?:\s*:\s*|\s+--\s+|\s*$)(.*)/;

/** What may stand before a comment that has a line for itself: JSX has braces around it, Blade two, and `/**` and `///` are comments too. */
const beginning = /^[\s{<(/*!%-]*$/;

/** How comments end that do not end with their line. */
const closing = /\s*(\*\/\}?|(--)?\}\}|-->|[#-]\}|\*\)|%>)\s*$/;

/** The instructions in a text. The beginning of a comment has to stand before them, whichever the language's is. */
export function findSuppressions(text: string): {
  readonly valid: readonly InlineSuppression[];
  readonly unreasoned: readonly UnreasonedSuppression[];
} {
  const valid: InlineSuppression[] = [];
  const unreasoned: UnreasonedSuppression[] = [];
  if (!text.includes("lrc-ignore")) return { valid, unreasoned };
  for (const [index, content] of text.split("\n").entries()) {
    if (!content.includes("lrc-ignore") || content.length > 2000) continue;
    const found = instruction.exec(content);
    if (found === null) continue;
    const [, kind, rule = "", rest = ""] = found;
    const line = index + 1;
    const reason = rest.replace(closing, "").trim();
    if (reason === "") {
      unreasoned.push({ rule, line });
      continue;
    }
    const standsAlone = beginning.test(content.slice(0, found.index));
    valid.push({ rule, reason, line, lines: kind === "ignore-file" ? undefined : [line, standsAlone ? line + 1 : line] });
  }
  return { valid, unreasoned };
}

/** Whether `suppression` is about a finding of `ruleId` at these lines. */
export function suppresses(suppression: InlineSuppression, ruleId: string, startLine: number, endLine: number): boolean {
  const { rule, lines } = suppression;
  const matches = rule === ruleId || (rule.endsWith("/*") && ruleId.startsWith(rule.slice(0, -1)));
  return matches && (lines === undefined || (startLine <= lines[1] && endLine >= lines[0]));
}

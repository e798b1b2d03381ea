import { addedLines, removedLines } from "#diff";
import { lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { commentStart, isTestPath, verbose } from "../../../text/index.ts";

/** What checks code is told to look away; names of what it is to overlook behind it make it narrow. */
const blanket = verbose`
  (?:\#|\/\/|\/\*|<!--)\s*(?:
    nosec\b | nosemgrep\b | NOSONAR\b | lgtm\b | gitleaks:allow | pragma:\s*allowlist\ secret
    | @ts-(?:nocheck\b|ignore\s*(?:\*\/)?\s*$)
    | eslint-disable(?:-next-line|-line)?\s*(?:\*\/)?\s*$
    | eslint-disable(?:-next-line|-line)?\s+[^-]{0,60}(?:security|no-eval|no-unsanitized|no-danger)
    | nolint(?::\s*(?:all|gosec)\b.*)?\s*$
    | noqa(?::\s*S\d+.*)?\s*$
    | pylint:\s*(?:skip-file|disable=all)
    | mypy:\s*ignore-errors | flake8:\s*noqa\s*$
    | rubocop:disable\s+(?:all|Security|Lint)
    | codeql\[ | snyk:ignore | checkov:skip | tfsec:ignore | trivy:ignore | shellcheck\ disable=all | phpcs:ignore\s*$
    | biome-ignore-all | prettier-ignore-never | phpstan-ignore(?:-next-line|-line)?\s*$
  )
  | @SuppressWarnings\(\s*(?:\{\s*)?"(?:all|null|NullAway)"
  | @SuppressFBWarnings\b | @psalm-suppress\b
  | \#!?\[allow\((?:clippy::all|warnings|unsafe_code|unused_must_use)
  | \#pragma\ warning\ disable\s*$ | ^\s*\#nullable\ disable\b
  | SuppressMessage\(\s*"(?:Security|Microsoft\.Security)
`;

/** A reason behind it. */
const reasoned =
  /(?:nosec|NOSONAR|nolint\S*|noqa\S*|@ts-(?:ignore)|eslint-disable\S*)\s*(?:--|\/\/|-|:)\s*(?:\S{1,60}\s)?[A-Za-z][a-z]+ \w+/;

export const checkSilenced = lineRule({
  id: "removal/check-silenced",
  title: "A checker is told to look away",
  category: "reliability",
  subcategory: "suppressed-check",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "rust", "c", "cpp", "terraform", "shell"],
  cwe: [1127],
  inComments: true,
  match: blanket,
  unless: reasoned,
  when: (found, line, lines, { diff, language }) => {
    // What is written in quotes tells nobody anything.
    if (/^(?:#(?!!?\[|pragma|nullable)|\/[/*]|<!--)/.test(found[0]) && found.index < commentStart(found.input, language)) return false;
    if (isTestPath(diff.path) || /(^|\/)(fixtures|playground|examples?)\/|\.d\.ts$/.test(diff.path)) return false;
    // Names that a module hands on are not used in it, and every checker has to be told.
    if (/^\s*(?:from|import|export)\b/.test(lines[line - 1] ?? "")) return false;
    // A line that had it already and was edited, or one that moved, silences nothing more.
    const silenced = (all: readonly { readonly text: string }[]): number =>
      all.filter(({ text }) => text.length < 2_000 && blanket.test(text)).length;
    // Once a file: what else is silenced in it is the same decision.
    const first = addedLines(diff).find(({ text }) => text.length < 2_000 && blanket.test(text) && !reasoned.test(text));
    return silenced(addedLines(diff)) > silenced(removedLines(diff)) && (first === undefined || first.newNumber === line);
  },
  message: "Whatever is wrong in this place will not be found any more, now or later.",
  suggestion: "Mend what was reported, or name the one rule to overlook and say why.",
});

import { createHash } from "node:crypto";
import { type Finding, printable, type Review } from "#review";
import type { Report } from "./report.ts";

/**
 * One page that needs nothing else: no font, no picture, no address. It may be mailed or kept. Its findings are text; where the browser's part is at hand, a
 * navigator comes with it, as the only script that the page lets run.
 */
export const html: Report = (review, { version, navigator }) => {
  const script = navigator === undefined ? undefined : inScript(navigator.script);
  const scriptSource = script === undefined ? "" : `; script-src '${hashOf(script)}'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'${scriptSource}">
<meta name="viewport" content="width=device-width">
<title>Review of ${escaped(review.source.label)}</title>
<style>${style}${navigator === undefined ? "" : inStyle(navigator.style)}</style>
</head>
<body>
<header>
<h1>Review of ${escaped(review.source.label)}</h1>
<p>${summary(review)}</p>
</header>
<main>
${review.findings.map(article).join("\n")}
${remarks(review)}
</main>
<footer>lrc ${escaped(version)}</footer>
${script === undefined ? "" : `<script type="module">${script}</script>\n`}</body>
</html>
`;
};

const style = `
:root { color-scheme: light dark; --line: #8885; --mark: #fb03; --quiet: light-dark(#4a535e, #aab4c0); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid var(--line); border-left: .4rem solid #888; border-radius: .4rem; padding: .1rem 1rem; margin: 1rem 0; overflow-wrap: anywhere; }
article.critical, article.error { border-left-color: #d33; }
article.warning { border-left-color: #c80; }
article.info { border-left-color: #28c; }
h2 { font-size: 1rem; margin: .6rem 0 .2rem; }
.place, footer { color: var(--quiet); font-size: .9em; }
pre { overflow-x: auto; padding: .5rem 0; border-block: 1px solid var(--line); }
pre b { font-weight: normal; background: var(--mark); }
`;

/** Nothing in a script may look like its end, or like a comment of the page around it. Both ways of writing mean the same in a string. */
function inScript(text: string): string {
  return text.replaceAll(/<(?=\/script|!--|script)/gi, "\\x3c");
}

function inStyle(text: string): string {
  return text.replaceAll("</", "<\\/");
}

function hashOf(script: string): string {
  return `sha256-${createHash("sha256").update(script).digest("base64")}`;
}

function summary({ findings, files, coverage, complete }: Review): string {
  const found = findings.length === 0 ? "Nothing found" : `${findings.length} ${findings.length === 1 ? "finding" : "findings"}`;
  const whole = complete ? "" : " The review is not complete.";
  return `${found} in ${files.length} ${files.length === 1 ? "file" : "files"}; ${coverage.reviewedLines} of ${coverage.changedLines} changed lines reviewed.${whole}`;
}

function article({
  severity,
  category,
  subcategory,
  reviewer,
  title,
  path,
  side,
  startLine,
  endLine,
  ruleId,
  confidence,
  message,
  suggestion,
  excerpt,
  fingerprint,
}: Finding): string {
  const lines = excerpt.lines.map((line, index) => {
    const number = excerpt.firstLine + index;
    const text = escaped(`${String(number).padStart(6)}  ${line}`);
    return number >= startLine && number <= endLine ? `<b>${text}</b>` : text;
  });
  // What the navigator asks of a finding.
  const facets = { severity, confidence, category, subcategory, source: reviewer, file: path };
  const data = Object.entries(facets).map(([name, value]) => `data-${name}="${escaped(value)}"`);
  return `<article class="${severity}" id="f-${escaped(fingerprint)}" tabindex="-1" ${data.join(" ")}>
<h2>${severity}: ${escaped(title)}</h2>
<div class="place">${escaped(path)}:${startLine}${side === "old" ? " (removed)" : ""} · ${escaped(ruleId)} · confidence ${confidence}</div>
<p>${escaped(message)}</p>
${lines.length === 0 ? "" : `<pre tabindex="0">${lines.join("\n")}</pre>`}
${suggestion === undefined ? "" : `<p>${escaped(suggestion)}</p>`}
</article>`;
}

function remarks({ suppressed, skipped, reviewers, notices }: Review): string {
  const lines = [
    ...reviewers.filter(({ outcome }) => outcome !== "complete").map(({ reviewer, outcome }) => `${reviewer}: ${outcome}`),
    ...reviewers.flatMap(({ problems }) => problems),
    ...notices,
    ...skipped.map(({ path, reason, detail }) => `Left out: ${path} (${reason}${detail === undefined ? "" : `, ${detail}`})`),
    ...suppressed.map(({ finding, by, reason }) => `Not shown: ${finding.path}:${finding.startLine} ${finding.ruleId} (${reason ?? by})`),
  ];
  return lines.length === 0 ? "" : `<ul>\n${lines.map((line) => `<li>${escaped(line)}</li>`).join("\n")}\n</ul>`;
}

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ReportFormat, reportFormats, reports } from "./reports.ts";
import { finding, plain, review } from "./testing/review.ts";

const options = { version: "1.2.3", paint: plain, columns: undefined };
const print = (format: ReportFormat, parts: Parameters<typeof review>[0] = {}): string => reports[format](review(parts), options);

/** What must not leave a report as it is: it would steer a terminal, or make a reader see something else. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe.each(reportFormats)("%s", (format) => {
  test("ends with a line feed, with findings and without", () => {
    expect(print(format, { findings: [finding()] })).toMatch(/[^\n]\n$/);
    expect(print(format)).toMatch(/\n$|^$/);
  });

  test("lets no control character through, wherever it stands", () => {
    const evil = "a\u001b[2J\u009b31m\u202e\u0007b";
    const text = print(format, {
      source: { kind: "diff-file", label: evil },
      findings: [finding({ path: evil, message: evil, title: evil, suggestion: evil, excerpt: { firstLine: 12, lines: [evil] } })],
      suppressed: [{ finding: finding({ path: evil }), by: "inline", reason: evil }],
      skipped: [{ path: evil, reason: "binary", addedLines: 0, removedLines: 0, detail: evil }],
      reviewers: [{ reviewer: "rules", outcome: "incomplete", problems: [evil], durationMs: 1 }],
      notices: [evil],
      summary: { title: evil, overview: evil, highlights: [evil], impact: [evil], risks: [evil] },
    });
    expect(text).not.toMatch(dangerous);
  });

  test("shows nothing beside what the review says: a masked secret stays masked", () => {
    const text = print(format, { findings: [finding({ excerpt: { firstLine: 12, lines: ['key = "ghp_[masked]"'] } })] });
    expect(text).not.toContain("ghp_w8");
  });
});

test("json and ndjson say the same values that the review holds", () => {
  const path = "weird\u009b\u202ename";
  const findings = [finding({ path })];
  expect(JSON.parse(print("json", { findings }))).toMatchObject({ version: 1, findings: [{ path }] });
  const events = print("ndjson", { findings })
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ event }) => event)).toEqual(["start", "finding", "reviewer", "end"]);
  expect(events[1]).toMatchObject({ path, ruleId: "injection/sql" });
});

test.each(["pretty", "markdown", "json", "ndjson"] as const)("%s sums up where a model did", (format) => {
  const summary = { title: "Count <b>twice</b>", overview: "It counts.", highlights: ["a counter"], impact: ["readers"], risks: [] };
  const text = print(format, { summary });
  for (const part of ["It counts", "a counter", "readers"]) expect(text).toContain(part);
  if (format === "markdown") expect(text).not.toContain("<b>");
  if (format === "pretty" || format === "markdown") expect(text).not.toMatch(/risks/i);
  expect(print(format)).not.toMatch(/highlights/i);
});

test("github commands cannot be forged by a path or a message", () => {
  const text = print("github", { findings: [finding({ path: "a,line=1::b%", message: "one\n::error::two" })] });
  expect(text.trimEnd().split("\n")).toHaveLength(1);
  expect(text).toContain("file=a%2Cline=1%3A%3Ab%25,line=12");
  expect(text).toContain("one%0A::error::two");
});

test("rdjson counts columns in bytes", () => {
  const findings = [
    finding({ startLine: 12, endLine: 12, startColumn: 5, endColumn: 7, excerpt: { firstLine: 11, lines: ["", "äö𝄞ab"] } }),
  ];
  expect(JSON.parse(print("rdjson", { findings }))).toMatchObject({
    diagnostics: [{ location: { range: { start: { column: 9 }, end: { column: 11 } } } }],
  });
});

test("what was removed is shown where it was", () => {
  const findings = [finding({ side: "old", startLine: 40, endLine: 41, anchorLine: 7 })];
  expect(print("github", { findings })).toContain("line=7,title=");
  expect(JSON.parse(print("rdjson", { findings }))).toMatchObject({ diagnostics: [{ location: { range: { start: { line: 7 } } } }] });
  expect(JSON.parse(print("sarif", { findings }))).toMatchObject({
    runs: [{ results: [{ locations: [{ physicalLocation: { region: { startLine: 7 } } }] }] }],
  });
});

test("html and markdown take nothing in a text for markup", () => {
  const evil = `<script>alert("1")</script> [x](javascript:1) @everyone \`\`\``;
  const parts = { findings: [finding({ message: evil, path: evil, excerpt: { firstLine: 12, lines: ["```", evil] } })] };
  const page = print("html", parts);
  expect(page).not.toContain("<script>");
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/(src|href)=/);
  const text = print("markdown", parts);
  expect(text.replace(/`{4,}[\s\S]*?`{4,}/g, "")).not.toContain("<script>");
  expect(text).not.toContain("@everyone \\`");
});

test("html lets the script run that it was given and no other, whatever stands in it", () => {
  const navigator = { script: `say("</script><!-- <script>")`, style: `a::after { content: "</style>" }` };
  const page = reports.html(review({ findings: [finding({ path: `"a'&<b>` })] }), { ...options, navigator });
  expect(page.match(/<\/script/g)).toHaveLength(1);
  expect(page.match(/<\/style/g)).toHaveLength(1);
  const [, script = ""] = /<script type="module">([\s\S]*?)<\/script>/.exec(page) ?? [];
  expect(page).toContain(`script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  expect(page).toContain('data-file="&#34;a&#39;&#38;&#60;b&#62;"');
});

test.each([
  ["caf\\351/a b.ts", "caf%E9/a%20b.ts"],
  ["\\377\\200é\\101\\351", "%FF%80%C3%A9%5C101%E9"],
])("sarif names %j by its bytes", (path, uri) => {
  const log = JSON.parse(print("sarif", { findings: [finding({ path })] })) as SarifLog;
  expect(log.runs[0]!.results[0]!.locations[0]!.physicalLocation.artifactLocation.uri).toBe(uri);
});

describe("sarif", () => {
  const text = print("sarif", {
    findings: [finding(), finding({ ruleId: "any/focused-test", category: "reliability", cwe: [], severity: "info", path: "a b/ü#?.ts" })],
    suppressed: [{ finding: finding({ startLine: 20, endLine: 20 }), by: "baseline", reason: "known" }],
  });
  const log = JSON.parse(text) as SarifLog;
  const run = log.runs[0]!;

  test("has the shape that the schema of 2.1.0 asks for", () => {
    expect(log.version).toBe("2.1.0");
    expect(log.$schema).toMatch(/^https:\/\/.*sarif.*2\.1\.0.*\.json$/);
    expect(run.tool.driver.name).toBe("lrc");
    for (const { ruleId, ruleIndex, level, message, locations } of run.results) {
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(["none", "note", "warning", "error"]).toContain(level);
      expect(message.text.length).toBeGreaterThan(0);
      for (const { physicalLocation } of locations) {
        expect(physicalLocation.artifactLocation.uri).toMatch(/^[A-Za-z0-9%._~!'()*/-]+$/);
        for (const number of Object.values(physicalLocation.region)) {
          if (typeof number === "number") expect(number).toBeGreaterThanOrEqual(1);
        }
      }
    }
    expect(new Set(run.tool.driver.rules.map(({ id }) => id)).size).toBe(run.tool.driver.rules.length);
  });

  test("carries fingerprints, and what was suppressed with its reason", () => {
    expect(run.results.map(({ partialFingerprints }) => partialFingerprints["lrcFingerprint/v1"])).toEqual(
      Array(3).fill(finding().fingerprint),
    );
    expect(run.results.map(({ suppressions }) => suppressions)).toEqual([
      [],
      [],
      [{ kind: "external", status: "accepted", justification: "known" }],
    ]);
  });
});

interface SarifLog {
  readonly $schema: string;
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: Readonly<Record<string, unknown>>;
        };
      }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions: readonly object[];
    }[];
  }[];
}

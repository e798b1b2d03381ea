import type { Finding, SuppressedFinding } from "#review";
import { jsonText } from "./json-text.ts";
import type { Report } from "./report.ts";

/** SARIF 2.1.0 (OASIS), as code scanning services take it. What is suppressed is in it and says so. */
export const sarif: Report = ({ findings, suppressed, reviewers, notices, complete }, { version }) => {
  const all = [...findings, ...suppressed.map(({ finding }) => finding)];
  const rules = [...new Map(all.map((finding) => [finding.ruleId, finding])).values()].toSorted((a, b) => (a.ruleId < b.ruleId ? -1 : 1));
  const indexes = new Map(rules.map(({ ruleId }, index) => [ruleId, index]));
  const result = (finding: Finding, suppression?: SuppressedFinding): object =>
    resultOf(finding, indexes.get(finding.ruleId)!, suppression);
  return `${jsonText(
    {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "lrc", semanticVersion: version, rules: rules.map(ruleOf) } },
          columnKind: "utf16CodeUnits",
          invocations: [
            {
              executionSuccessful: complete,
              toolExecutionNotifications: [
                ...reviewers.flatMap(({ problems }) => problems).map((text) => ({ level: "warning", message: { text } })),
                ...notices.map((text) => ({ level: "note", message: { text } })),
              ],
            },
          ],
          results: [...findings.map((finding) => result(finding)), ...suppressed.map((entry) => result(entry.finding, entry))],
        },
      ],
    },
    2,
  )}\n`;
};

const levels = { critical: "error", error: "error", warning: "warning", info: "note" } as const;
/** What code scanning services show as high, medium and low. */
const securitySeverities = { critical: "9.5", error: "8.0", warning: "5.5", info: "2.0" } as const;
const precisions = { high: "high", medium: "medium", low: "low" } as const;

function ruleOf({ ruleId, title, severity, confidence, category, subcategory, cwe }: Finding): object {
  return {
    id: ruleId,
    shortDescription: { text: title },
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: [category, subcategory, ...cwe.map((number) => `external/cwe/cwe-${number}`)],
      precision: precisions[confidence],
      ...(category === "security" ? { "security-severity": securitySeverities[severity] } : {}),
    },
  };
}

function resultOf(finding: Finding, ruleIndex: number, suppression: SuppressedFinding | undefined): object {
  const { ruleId, severity, message, suggestion, path, fingerprint } = finding;
  return {
    ruleId,
    ruleIndex,
    level: levels[severity],
    message: { text: suggestion === undefined ? message : `${message}\n\n${suggestion}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path), uriBaseId: "%SRCROOT%" }, region: regionOf(finding) } }],
    partialFingerprints: { "lrcFingerprint/v1": fingerprint },
    suppressions: suppression === undefined ? [] : [suppressionOf(suppression)],
    properties: { confidence: finding.confidence, side: finding.side, causedByRemoval: finding.causedByRemoval },
  };
}

/** A region counts in the file as it is now; what was removed is shown where it was. */
function regionOf({ side, startLine, endLine, startColumn, endColumn, anchorLine, excerpt }: Finding): object {
  if (side === "old") return { startLine: Math.max(1, anchorLine) };
  const text = excerpt.lines.slice(startLine - excerpt.firstLine, endLine - excerpt.firstLine + 1).join("\n");
  return {
    startLine: Math.max(1, startLine),
    endLine: Math.max(1, endLine),
    ...(startColumn === undefined ? {} : { startColumn }),
    ...(startColumn === undefined || endColumn === undefined ? {} : { endColumn }),
    ...(text === "" ? {} : { snippet: { text } }),
  };
}

function suppressionOf({ by, reason }: SuppressedFinding): object {
  return {
    kind: by === "inline" ? "inSource" : "external",
    status: "accepted",
    ...(reason === undefined ? {} : { justification: reason }),
  };
}

/** A byte that is no UTF-8, as paths are known here: `\351`. */
const strayByte = /\\([23][0-7]{2})/;

/** A path as a relative reference (RFC 3986): every part is encoded, so none can be taken for a scheme, a query or another folder's. */
function uriOf(path: string): string {
  return path.split("/").map(encodedPart).join("/");
}

/** Every second piece is the number of a stray byte. */
function encodedPart(part: string): string {
  return part
    .split(strayByte)
    .map((piece, index) => (index % 2 === 0 ? encodeURIComponent(piece.replace(/[\ud800-\udfff]/gu, "\ufffd")) : percent(piece)))
    .join("");
}

function percent(octal: string): string {
  return `%${Number.parseInt(octal, 8).toString(16).toUpperCase()}`;
}

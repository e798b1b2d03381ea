import type { Excerpt, Finding } from "#review";
import { jsonText } from "./json-text.ts";
import type { Report } from "./report.ts";

/** Reviewdog's diagnostic format (rdjson), which it turns into comments on any code host. */
export const rdjson: Report = ({ findings }) => `${jsonText({ source: { name: "lrc" }, diagnostics: findings.map(diagnosticOf) }, 2)}\n`;

const severities = { critical: "ERROR", error: "ERROR", warning: "WARNING", info: "INFO" } as const;

function diagnosticOf({
  message,
  suggestion,
  path,
  severity,
  ruleId,
  side,
  startLine,
  endLine,
  startColumn,
  endColumn,
  anchorLine,
  excerpt,
}: Finding): object {
  const isOld = side === "old";
  const start = {
    line: Math.max(1, isOld ? anchorLine : startLine),
    ...(isOld || startColumn === undefined ? {} : { column: byteColumn(startColumn, startLine, excerpt) }),
  };
  const end = { line: endLine, ...(endColumn === undefined ? {} : { column: byteColumn(endColumn, endLine, excerpt) }) };
  return {
    message: suggestion === undefined ? message : `${message}\n${suggestion}`,
    location: { path, range: isOld ? { start } : { start, end } },
    severity: severities[severity],
    code: { value: ruleId },
  };
}

/** The format counts the bytes of UTF-8, we count UTF-16 units; where the line is not shown as it is, they are taken for the same. */
function byteColumn(column: number, line: number, { firstLine, lines }: Excerpt): number {
  const text = lines[line - firstLine];
  if (text === undefined || text.length < column - 1 || text.includes("[masked]") || text.startsWith("…")) return column;
  return new TextEncoder().encode(text.slice(0, column - 1)).length + 1;
}

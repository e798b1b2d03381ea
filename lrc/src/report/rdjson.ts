import type { Finding } from "#review";
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
}: Finding): object {
  const isOld = side === "old";
  const start = {
    line: Math.max(1, isOld ? anchorLine : startLine),
    ...(isOld || startColumn === undefined ? {} : { column: startColumn }),
  };
  const end = { line: endLine, ...(endColumn === undefined ? {} : { column: endColumn }) };
  return {
    message: suggestion === undefined ? message : `${message}\n${suggestion}`,
    location: { path, range: isOld ? { start } : { start, end } },
    severity: severities[severity],
    code: { value: ruleId },
  };
}

export { jsonText } from "./json-text.ts";
export type { Paint, Report, ReportNavigator, ReportOptions } from "./report.ts";
export { type ReportFormat, reportFormats, reports } from "./reports.ts";

export type { Paint, Report, ReportOptions } from "./report.ts";
export { type ReportFormat, reportFormats, reports } from "./reports.ts";

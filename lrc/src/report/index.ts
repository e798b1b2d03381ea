export { type Paint, type Report, type ReportFormat, type ReportOptions, reportFormats } from "./report.ts";

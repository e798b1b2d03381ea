import { json } from "./json.ts";
import { pretty } from "./pretty.ts";
import type { Report } from "./report.ts";

/** Every format there is, by its name on the command line. */
export const reports = { pretty, json } satisfies Readonly<Record<string, Report>>;

export type ReportFormat = keyof typeof reports;

export const reportFormats = Object.keys(reports) as readonly ReportFormat[];

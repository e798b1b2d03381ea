import { github } from "./github.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import { ndjson } from "./ndjson.ts";
import { pretty } from "./pretty.ts";
import { rdjson } from "./rdjson.ts";
import type { Report } from "./report.ts";
import { sarif } from "./sarif.ts";

/** Every format there is, by its name on the command line. */
export const reports = { pretty, json, ndjson, sarif, rdjson, github, markdown, html } satisfies Readonly<Record<string, Report>>;

export type ReportFormat = keyof typeof reports;

export const reportFormats = Object.keys(reports) as readonly ReportFormat[];

import { jsonText } from "./json-text.ts";
import type { Report } from "./report.ts";

/** The review as it is, for programs. `version` changes when a member is taken away or means something else. */
export const json: Report = (review) => `${jsonText({ version: 1, ...review }, 2)}\n`;

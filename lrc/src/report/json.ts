import type { Report } from "./report.ts";

/** The review as it is, for programs. `version` changes when a member is taken away or means something else. */
export const json: Report = (review) => `${JSON.stringify({ version: 1, ...review }, undefined, 2)}\n`;

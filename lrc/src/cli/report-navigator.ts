import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReportNavigator } from "#report";
import type { Surroundings } from "./context.ts";

/** The browser's part of a report, beside the program; undefined where only the program itself is installed. */
export function readReportNavigator({ program }: Pick<Surroundings, "program">): ReportNavigator | undefined {
  const read = (name: string): string => readFileSync(join(program.script, "..", "..", "page", name), "utf8");
  try {
    return { script: read("report.js"), style: read("report.css") };
  } catch {
    return undefined;
  }
}

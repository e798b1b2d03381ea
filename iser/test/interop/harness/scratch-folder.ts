import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onceAllEnded } from "./child-process.ts";

/** A folder of this test file's own. It goes when the file is done. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "iser-interop-"));
  onceAllEnded(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

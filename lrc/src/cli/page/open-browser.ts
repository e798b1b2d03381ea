import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Surroundings } from "../context.ts";

/**
 * Opens an address in the user's browser. The command line of a program is seen by everybody on the machine, and the address holds the token: so the browser is
 * given a file that only its user can read, and that leads on. Returns the way to take the file away again.
 */
export async function openBrowser(url: string, env: Surroundings["env"]): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "lrc-page-"));
  const file = join(folder, "review.html");
  writeFileSync(file, `<!doctype html><meta charset="utf-8"><title>lrc</title><meta http-equiv="refresh" content="0;url=${url}">\n`, {
    mode: 0o600,
  });
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { default: open } = await import("open");
    const child = await open(pathToFileURL(file).href, env.BROWSER === undefined ? {} : { app: { name: env.BROWSER } });
    child.on("error", () => undefined);
  } catch {
    // Nothing opens here; the address was printed.
  }
  return remove;
}

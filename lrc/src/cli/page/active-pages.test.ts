import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "kit/clock";
import { afterAll, beforeAll, expect, it } from "vitest";
import { StateFolder } from "#history";
import { activePages, noteActivePage } from "./active-pages.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lrc-pages-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("a page is shown for as long as its program is there, and a minute after it was killed", () => {
  const state = new StateFolder(folder, "1.tmp");
  const living = new VirtualClock();
  const killed = new VirtualClock();
  const hour = 3600_000;
  const forget = noteActivePage(state, 1, { source: "staged changes", since: 0 }, { clock: living, wallTime: () => living.now() });
  noteActivePage(state, 2, { source: "main...HEAD", since: 0 }, { clock: killed, wallTime: () => killed.now() });
  expect(activePages(state, 30_000)).toHaveLength(2);
  living.advance(hour);
  expect(activePages(state, hour)).toEqual([{ source: "staged changes", since: 0 }]);
  forget();
  living.advance(hour);
  expect(activePages(state, 2 * hour)).toEqual([]);
  expect(living.waiting).toBe(0);
});

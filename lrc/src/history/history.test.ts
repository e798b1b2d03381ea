import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { History } from "./history.ts";
import { ingestJournal, journalFile } from "./journal.ts";
import { migrate } from "./migrations.ts";
import { StateFolder } from "./state-folder.ts";

class Scratch implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "lrc-history-"));

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As a process that loses the processor right after it has looked at what is there. */
class SlowStateFolder extends StateFolder {
  #meanwhile: (() => void) | undefined;

  lookThen(meanwhile: () => void): this {
    this.#meanwhile = meanwhile;
    return this;
  }

  override list(name: string): readonly string[] {
    const names = super.list(name);
    this.#meanwhile?.();
    this.#meanwhile = undefined;
    return names;
  }
}

function dismissed(fingerprint: string): string {
  return `${JSON.stringify({ kind: "dismissed", time: 0, fingerprint, reason: "x" })}\n`;
}

function dismissals(history: History): unknown {
  return history.query("SELECT fingerprint FROM dismissals ORDER BY 1").map(({ fingerprint }) => fingerprint);
}

const reviewed = `${JSON.stringify({
  kind: "review",
  time: 0,
  tree: "t",
  head: "h",
  answer: "commit",
  verdict: { action: "ran", iterations: 1, coveragePercent: 100 },
  review: { complete: true, files: [], coverage: { reviewedLines: 1, changedLines: 1 }, durationMs: 1, findings: [], suppressed: [] },
})}\n`;

function reviews(history: History): unknown {
  return history.query("SELECT count(*) AS n FROM reviews")[0]?.n;
}

describe("two processes that open the history at once", () => {
  it("make its tables once", async () => {
    using scratch = new Scratch();
    const file = join(scratch.folder, "history.db");
    const [one, other] = [await openDatabase(file), await openDatabase(file)];
    let looks = 0;
    const slow: Database = {
      ...one,
      all(sql, ...values) {
        const rows = one.all(sql, ...values);
        looks += 1;
        if (looks === 1) migrate(other);
        return rows;
      },
    };
    migrate(slow);
    expect(looks).toBeGreaterThan(1);
    expect(other.all("SELECT count(*) AS n FROM reviews")).toMatchObject([{ n: 0 }]);
    one.close();
    other.close();
  });

  it("take each journal in once, whoever has seen its name", async () => {
    using scratch = new Scratch();
    const state = new SlowStateFolder(scratch.folder, "s");
    state.append(journalFile, reviewed);
    using first = await History.open(new StateFolder(scratch.folder, "a"), "a");
    expect(reviews(first)).toBe(1);

    state.append(journalFile, reviewed);
    state.claim(journalFile, "journal-interrupted.claimed");
    const other = await openDatabase(join(scratch.folder, "lrc", "history.db"));
    state.lookThen(() => ingestJournal(new StateFolder(scratch.folder, "b"), other, "b"));
    using second = await History.open(state, "c");
    other.close();
    expect(reviews(second)).toBe(2);
    expect(state.list(".").filter((name) => name.startsWith("journal"))).toEqual([]);
  });
});

describe("a process that was interrupted", () => {
  it("after all of a journal was in, has it counted once", async () => {
    using scratch = new Scratch();
    const state = new StateFolder(scratch.folder, "s");
    state.append("journal-x.claimed", reviewed);
    // As it is when the processor is taken away between the end of the transaction and the removal of the file.
    const lasting = new (class extends StateFolder {
      override remove(): void {
        throw new Error("interrupted");
      }
    })(scratch.folder, "s");
    await expect(History.open(lasting, "a")).rejects.toThrow("interrupted");
    using history = await History.open(state, "b");
    expect(reviews(history)).toBe(1);
    expect(state.list(".").filter((name) => name.startsWith("journal"))).toEqual([]);
  });

  it("in the middle of a journal, has nothing of it lost", async () => {
    using scratch = new Scratch();
    const state = new StateFolder(scratch.folder, "s");
    state.append("journal-x.claimed", dismissed("aa"));
    state.append(journalFile, dismissed("bb"));
    using history = await History.open(state, "b");
    expect(dismissals(history)).toEqual(["aa", "bb"]);
  });
});

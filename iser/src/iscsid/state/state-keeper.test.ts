import { describe, expect, it } from "vitest";
import type { DaemonState } from "./daemon-state.ts";
import { StateKeeper } from "./state-keeper.ts";

/** A store whose writes end when the test says so. */
class SlowStore {
  readonly written: number[] = [];
  readonly #ends: ((error?: Error) => void)[] = [];

  write({ nextSessionId }: DaemonState): Promise<void> {
    this.written.push(nextSessionId);
    return new Promise((resolve, reject) => this.#ends.push((error) => (error === undefined ? resolve() : reject(error))));
  }

  async end(error?: Error): Promise<void> {
    this.#ends.shift()?.(error);
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

function keeping(): { store: SlowStore; keeper: StateKeeper; failures: string[]; saved: string[]; change: (name: string) => void } {
  const store = new SlowStore();
  const failures: string[] = [];
  const saved: string[] = [];
  let version = 0;
  const current = (): DaemonState => ({ nextSessionId: version, sessions: [], variables: [] });
  const keeper = new StateKeeper(store, current, ({ message }) => failures.push(message));
  const change = (name: string): void => {
    version += 1;
    keeper.changed(() => saved.push(name));
  };
  return { store, keeper, failures, saved, change };
}

describe("a state that is kept", () => {
  it("is confirmed when it is written, and what comes meanwhile is written together", async () => {
    const { store, saved, change } = keeping();
    change("a");
    change("b");
    expect(store.written).toEqual([]);
    await settled();
    expect(store.written).toEqual([2]);
    change("c");
    change("d");
    await settled();
    expect([store.written, saved]).toEqual([[2], []]);
    await store.end();
    expect([store.written, saved]).toEqual([
      [2, 4],
      ["a", "b"],
    ]);
    await store.end();
    expect([store.written, saved]).toEqual([
      [2, 4],
      ["a", "b", "c", "d"],
    ]);
  });

  it("holds nobody up when it cannot be written, tells of that once, and is tried again with the next change", async () => {
    const { store, failures, saved, change } = keeping();
    for (const name of ["a", "b", "c"]) {
      change(name);
      await settled();
      await store.end(name === "c" ? undefined : new Error("disk full"));
    }
    expect([store.written, saved, failures]).toEqual([[1, 2, 3], ["a", "b", "c"], ["disk full"]]);
    change("d");
    await settled();
    await store.end(new Error("disk full again"));
    expect(failures).toEqual(["disk full", "disk full again"]);
  });

  it("can be waited for without a change", async () => {
    const { store, keeper, saved, change } = keeping();
    keeper.settled(() => saved.push("nothing to wait for"));
    expect(saved.splice(0)).toEqual(["nothing to wait for"]);
    change("a");
    keeper.settled(() => {
      saved.push("a is there");
      keeper.settled(() => saved.push("and settled"));
    });
    await settled();
    keeper.settled(() => saved.push("a is still there"));
    expect(saved).toEqual([]);
    await store.end();
    expect([store.written, saved]).toEqual([[1], ["a", "a is there", "a is still there", "and settled"]]);
  });

  it("is written no more when it is closed, and what is being written comes to an end first", async () => {
    const { store, keeper, saved, change } = keeping();
    change("a");
    await settled();
    change("b");
    let closed = false;
    void keeper.close().then(() => {
      closed = true;
    });
    await settled();
    expect(closed).toBe(false);
    await store.end();
    expect([closed, store.written, saved]).toEqual([true, [1], ["a", "b"]]);
    change("c");
    await settled();
    expect([store.written, saved]).toEqual([[1], ["a", "b", "c"]]);
  });
});

import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import type { ByteStreamCore } from "#bytes";
import { RestoredExports } from "./restored-exports.ts";

/** A server that greets. */
class Greeter implements ByteStreamCore {
  readonly bulkReadBytes = 4096;
  wantsClose: "end" | "reset" | undefined = undefined;
  heard = "";
  isClosed = false;
  #output = [Buffer.from("hello")];

  opened(): void {}

  receive(chunk: Uint8Array): void {
    this.heard += Buffer.from(chunk).toString();
  }

  placement(): undefined {
    return undefined;
  }

  placed(): void {}

  takeOutput(): readonly Uint8Array[] {
    return this.#output.splice(0);
  }

  outputSent(): void {}

  deadline(): undefined {
    return undefined;
  }

  timeout(): void {}

  closed(): void {
    this.isClosed = true;
  }
}

it("lets clients wait until the exports are there, and then in", () => {
  const exports = new RestoredExports(new VirtualClock());
  const greeters: Greeter[] = [];
  const make = (): Greeter => {
    const greeter = new Greeter();
    greeters.push(greeter);
    return greeter;
  };
  let wakes = 0;
  const held = exports.accept(make);
  held?.opened(() => wakes++, 0);
  const impatient = exports.accept(make);
  impatient?.opened(() => {}, 0);
  impatient?.closed(undefined, 0);
  expect([greeters.length, held?.takeOutput(), held?.inputPaused, held?.deadline(), held?.wantsClose]).toEqual([
    0,
    [],
    true,
    undefined,
    undefined,
  ]);

  exports.open();
  expect([greeters.length, wakes, held?.inputPaused, held?.bulkReadBytes]).toEqual([1, 1, false, 4096]);
  expect(Buffer.concat(held?.takeOutput() ?? []).toString()).toBe("hello");
  held?.receive(Buffer.from("hi"), 0);
  held?.closed(undefined, 0);
  expect(greeters[0]).toMatchObject({ heard: "hi", isClosed: true });
  expect(exports.accept(make)).toBe(greeters[1]);
});

it("turns those away whom nobody will serve", () => {
  const exports = new RestoredExports(new VirtualClock());
  const held = exports.accept(() => undefined);
  held?.opened(() => {}, 0);
  exports.open();
  expect(held?.wantsClose).toBe("reset");
});

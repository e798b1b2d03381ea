import { VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { connectInProcess } from "./in-process.ts";
import { TestCore } from "./testing/test-core.ts";

function connect(split?: (available: number) => number) {
  const [a, b, clock] = [new TestCore(), new TestCore(), new VirtualClock()];
  return { a, b, clock, link: connectInProcess(a, b, clock, { split }) };
}

describe("two cores in one process", () => {
  it("hear each other, in pieces of any size, when run and by themselves", async () => {
    const { a, b, link } = connect(() => 2);
    a.send(Uint8Array.of(1, 2, 3, 4, 5));
    link.run();
    expect(b.received).toEqual([1, 2, 3, 4, 5]);
    expect(b.calls.filter((call) => call === "receive")).toHaveLength(3);
    expect(a.calls).toContain("sent");
    b.send(Uint8Array.of(6));
    await a.until(1);
    expect(a.received).toEqual([6]);
  });

  it("have what they sent to themselves again, and borrowed bytes only until they return", () => {
    const { a, b, link } = connect();
    let borrowed: Uint8Array | undefined;
    b.onBytes = (bytes) => (borrowed = bytes);
    const sent = Buffer.from([1, 2, 3]);
    a.send(sent);
    link.run();
    expect([...sent]).toEqual([1, 2, 3]);
    expect([...borrowed!]).toEqual([0xdb, 0xdb, 0xdb]);
  });

  it("place what belongs in memory of theirs", () => {
    const { a, b, link } = connect();
    const memory = new Uint8Array(4);
    b.place = memory.subarray(1, 3);
    a.send(Uint8Array.of(1, 2, 3));
    link.run();
    expect([...memory]).toEqual([0, 1, 2, 0]);
    expect(b.calls).toEqual(["opened", "placed", "receive"]);
  });

  it("are closed once when one ends, after its output", () => {
    const { a, b, link } = connect();
    a.send(Uint8Array.of(1));
    a.wantsClose = "end";
    link.run();
    expect(b.received).toEqual([1]);
    expect([a.calls.at(-1), b.calls.at(-1), link.closed]).toEqual(["closed", "closed", true]);
    link.cut();
    link.run();
    expect(b.calls.filter((call) => call === "closed")).toHaveLength(1);
  });

  it("are closed at once when one resets", () => {
    const { a, b, link } = connect();
    a.send(Uint8Array.of(1));
    a.wantsClose = "reset";
    link.run();
    expect([b.received, a.calls.at(-1), b.calls.at(-1)]).toEqual([[], "closed", "closed"]);
  });

  it("learn why when the line is cut", () => {
    const { a, b, link } = connect();
    const cause = new Error("cut");
    link.cut(cause);
    expect([a.cause, b.cause]).toEqual([cause, cause]);
  });

  it("wait for whoever wants no input, and are called at their deadlines", () => {
    const { a, b, clock, link } = connect();
    b.inputPaused = true;
    b.due = 20;
    a.send(Uint8Array.of(1));
    link.run();
    expect(b.received).toEqual([]);
    b.inputPaused = false;
    link.run();
    expect(b.received).toEqual([1]);
    clock.advance(20);
    expect(b.calls).toContain("timeout 20");
    link.cut();
    expect(clock.nextDue()).toBeUndefined();
  });
});

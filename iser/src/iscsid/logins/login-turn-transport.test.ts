import { describe, expect, it } from "vitest";
import type { ByteStreamCore } from "#bytes";
import type { LinkTransport } from "../link-transport.ts";
import { LoginTurnTransport } from "./login-turn-transport.ts";
import { LoginTurns } from "./login-turns.ts";

const portal = { host: "192.0.2.1", port: 3260 };
const stream = {} as ByteStreamCore;

/** Connects nothing, and says what it was asked for. */
class RecordedTransport implements LinkTransport {
  connects: boolean[] = [];
  readonly localAddress = "192.0.2.9:5000";

  createDatamover(): never {
    throw new Error("nobody asks");
  }

  connect(_stream: ByteStreamCore, _address: object, { signal }: { signal?: AbortSignal | undefined }): void {
    this.connects.push(signal?.aborted === true);
  }
}

describe("a connection that waits for its turn", () => {
  it("is made when the login before it has ended", () => {
    const turns = new LoginTurns({ atOnce: 1, atOncePerPortal: 1 });
    const below = [new RecordedTransport(), new RecordedTransport()];
    const [first, second] = below.map((transport) => new LoginTurnTransport(transport, turns));
    first?.connect(stream, portal, {});
    second?.connect(stream, portal, {});
    expect(below.map(({ connects }) => connects)).toEqual([[false], []]);
    first?.loginEnded();
    first?.loginEnded();
    expect(below.map(({ connects }) => connects)).toEqual([[false], [false]]);
    first?.connect(stream, portal, {});
    second?.connect(stream, portal, {}); // the attempt before is over
    expect(below.map(({ connects }) => connects)).toEqual([[false, false], [false]]);
    expect(second?.localAddress).toBe("192.0.2.9:5000");
  });

  it("is made out of turn when nobody wants it any more: its end has to come from somewhere", () => {
    const turns = new LoginTurns({ atOnce: 1, atOncePerPortal: 1 });
    const held = turns.take("192.0.2.1:3260", () => {});
    const below = new RecordedTransport();
    const transport = new LoginTurnTransport(below, turns);
    transport.connect(stream, portal, {});
    transport.loginEnded();
    held.end();
    expect([below.connects, turns.running, turns.waiting]).toEqual([[false], 0, 0]);
  });

  it("is told of at once when it is given up, and takes no turn", () => {
    const turns = new LoginTurns({ atOnce: 1, atOncePerPortal: 1 });
    const held = turns.take("192.0.2.1:3260", () => {});
    const below = new RecordedTransport();
    const abandon = new AbortController();
    new LoginTurnTransport(below, turns).connect(stream, portal, { signal: abandon.signal });
    expect(below.connects).toEqual([]);
    abandon.abort();
    expect(below.connects).toEqual([true]);
    held.end();
    expect([below.connects, turns.running]).toEqual([[true], 0]);
  });
});

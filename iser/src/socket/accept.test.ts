import type { Socket } from "node:net";
import { duplexPair } from "node:stream";
import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { acceptSocket } from "./accept.ts";
import { TestCore } from "./testing/test-core.ts";

it("a socket whose handle cannot be had is read by 'data' events", async () => {
  const [ours, theirs] = duplexPair();
  const core = new TestCore();
  const received: Buffer[] = [];
  theirs.on("data", (chunk: Buffer) => received.push(chunk));
  acceptSocket(core, ours as unknown as Socket, new VirtualClock(), "/path");
  core.onBytes = (bytes) => core.send(new Uint8Array(bytes), Uint8Array.of(0));
  theirs.write(Uint8Array.of(1, 2, 3));
  await core.until(3);
  core.wantsClose = "end";
  core.wake();
  theirs.end();
  await core.closing;
  expect(core.received).toEqual([1, 2, 3]);
  expect([...Buffer.concat(received)]).toEqual([1, 2, 3, 0]);
  expect(core.calls).toEqual(["opened", "receive", "took output", "sent", "closed"]);
});

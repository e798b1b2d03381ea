import { VirtualClock } from "kit/clock";
import { afterEach, expect, it } from "vitest";
import { BusyPoll } from "./busy-poll.ts";
import { connectSocket } from "./connect.ts";
import { listen, type SocketListener } from "./listen.ts";
import { defaultStreamTuning, type StreamTuning } from "./stream-tuning.ts";
import { TestCore } from "./testing/test-core.ts";
import { ThreadRest } from "./thread-rest.ts";

const listeners: SocketListener[] = [];

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function connected(tuning: StreamTuning, clock = new VirtualClock()): Promise<{ client: TestCore; server: TestCore }> {
  const server = new TestCore();
  const listener = await listen({ host: "127.0.0.1", port: 0 }, () => server, clock);
  listeners.push(listener);
  const client = new TestCore();
  connectSocket(client, listener.address, clock, { tuning });
  await Promise.all([client.opening, server.opening]);
  return { client, server };
}

const data = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) & 0xff);

it.each([
  ["one piece at a time, and little of it", { ...defaultStreamTuning, coalesce: false, sendSpaceBytes: 4096 }],
  ["no more than it may at one read", { ...defaultStreamTuning, receiveSpaceBytes: 512, placementBytes: 512 }],
])("a connection carries all bytes, %s", async (_what, tuning) => {
  const { client, server } = await connected(tuning);
  const chunks: number[] = [];
  client.onBytes = ({ length }) => chunks.push(length);
  client.place = new Uint8Array(100_000);
  for (let at = 0; at < data.length; at += 30_000) client.send(data.subarray(at, at + 10_000), data.subarray(at + 10_000, at + 30_000));
  server.send(data);
  await Promise.all([server.until(data.length), client.until(data.length)]);
  expect(Buffer.compare(Buffer.from(server.received), data)).toBe(0);
  expect(Buffer.compare(Buffer.from(client.received), data)).toBe(0);
  if (tuning.placementBytes === 512) expect(Math.max(...chunks)).toBe(512);
});

it("the thread rests where the core asks for it, behind the output that a read led to", async () => {
  const clock = new VirtualClock();
  const rest = new ThreadRest((ms) => client.calls.push(`rest ${ms}`));
  const { client, server } = await connected({ ...defaultStreamTuning, rest }, clock);
  client.restMs = 0.03;
  client.onBytes = () => void Promise.resolve().then(() => client.send(Uint8Array.of(2)));
  server.send(Uint8Array.of(1));
  await server.until(1);
  clock.advance(1);
  client.calls.length = 0;
  server.send(Uint8Array.of(1));
  await server.until(2);
  expect(client.calls.slice(0, 3)).toEqual(["receive", "took output", "rest 0.03"]);
});

it("the thread stays awake behind the output that a read led to, for what the core awaits", async () => {
  const clock = new VirtualClock();
  const poll = new BusyPoll(
    () => 1,
    clock,
    () => client.calls.push("stays awake"),
  );
  const { client, server } = await connected({ ...defaultStreamTuning, poll }, clock);
  client.awaited = 1;
  client.onBytes = () => client.send(Uint8Array.of(2));
  client.send(Uint8Array.of(2));
  await server.until(1);
  clock.advance(0.01);
  client.calls.length = 0;
  server.send(Uint8Array.of(1));
  await server.until(2);
  expect(client.calls.slice(0, 3)).toEqual(["receive", "took output", "stays awake"]);
});

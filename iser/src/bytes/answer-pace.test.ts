import { expect, it } from "vitest";
import { AnswerPace } from "./answer-pace.ts";

/** What a rest takes on the simulated machine, and what a read with all that follows it takes, in milliseconds. */
const restTakes = 0.1;
const handling = 0.013;

interface Peer {
  /** Time the peer needs for one answer after the other. */
  readonly serviceMs: number;
  /** Time on the way, both directions together. */
  readonly wayMs: number;
}

/** A client that keeps `depth` requests out, for `forMs`; requests leave when a read has been handled. Returns reads, rests and answers a millisecond. */
function run(
  depth: number,
  { serviceMs, wayMs }: Peer,
  forMs: number,
  pace = new AnswerPace(),
): { reads: number; rests: number; rate: number } {
  const due: number[] = [];
  let now = 0;
  let free = 0;
  const send = (count: number): void => {
    for (let i = 0; i < count; i++) {
      free = Math.max(free, now + wayMs / 2) + serviceMs;
      due.push(free + wayMs / 2);
    }
  };
  send(depth);
  let [reads, rests, answers] = [0, 0, 0];
  while (now < forMs) {
    now = Math.max(now, due[0]!);
    let count = 0;
    while (due.length > 0 && due[0]! <= now) {
      due.shift();
      count++;
    }
    pace.arrived(count, depth, now);
    reads++;
    answers += count;
    now += handling;
    send(count);
    if (pace.restMs === 0) continue;
    rests++;
    now += restTakes;
  }
  return { reads, rests, rate: answers / now };
}

it("a peer that answers one by one, with much in hand, is let work: fewer reads, and no fewer answers", () => {
  const peer = { serviceMs: 0.011, wayMs: 0.02 };
  const learnt = new AnswerPace();
  run(32, peer, 200, learnt);
  const { reads, rests, rate } = run(32, peer, 1000, learnt);
  expect(rests).toBeGreaterThan(0.5 * reads);
  expect(rate).toBeGreaterThan((0.97 * 1) / peer.serviceMs);
  expect(rate / (reads / 1000)).toBeGreaterThan(5);
});

it("on a long way rests cost throughput, and are given up", () => {
  // Fast enough, but what is under way is on the way, not in the peer's hands.
  const peer = { serviceMs: 0.002, wayMs: 0.3 };
  const { reads, rests } = run(64, peer, 1000);
  expect(rests).toBeGreaterThan(0);
  expect(rests).toBeLessThan(0.06 * reads);
});

it.each([
  ["few requests are out", 4, { serviceMs: 0.011, wayMs: 0.02 }],
  ["the peer is fast", 32, { serviceMs: 0.001, wayMs: 0.02 }],
  ["the peer is slow", 32, { serviceMs: 0.2, wayMs: 0.02 }],
])("there are no rests where %s", (_why, depth, peer) => {
  expect(run(depth, peer, 500).rests).toBe(0);
});

it("after a silence, the pace is learnt anew before anybody rests", () => {
  const pace = new AnswerPace();
  run(32, { serviceMs: 0.011, wayMs: 0.02 }, 300, pace);
  pace.arrived(1, 32, 10_000);
  expect(pace.restMs).toBe(0);
});

it("rests that a lucky moment let in end as soon as they cost", () => {
  const pace = new AnswerPace();
  let now = 0;
  /** Answers come every `interval`, for `ms`; the part of them after which there was a rest. */
  const feed = (ms: number, interval: number): number => {
    const end = now + ms;
    let [answers, rests] = [0, 0];
    for (; now < end; now += interval) {
      pace.arrived(1, 64, now);
      answers++;
      if (pace.restMs > 0) rests++;
    }
    return rests / answers;
  };
  feed(200, 0.02);
  expect(feed(100, 0.02)).toBeGreaterThan(0.8);
  feed(30, 0.03);
  expect(feed(200, 0.03)).toBe(0);
});

/** A target that lies: the right Terminate where iWARP has one, the connection closed, not a byte outside what was lent for it, and every task back, once. */
import { describe, expect, it } from "vitest";
import { encodeFpdu, readRequest, tagged, untagged } from "../../iwarp/testing/wire-peer.ts";
import { connectInitiator, goodResponse, type InitiatorWorld, iserMessage, type Stag, send, sent } from "../testing/iser-wire.ts";
import { GuardedBuffer, type SentTask, TestOperation, testCdb } from "../testing/test-ends.ts";

/** A read and a write are under way: the target may write to one memory, and read from the other. */
interface World extends InitiatorWorld {
  readonly reading: SentTask;
  readonly writing: SentTask;
  readonly lent: GuardedBuffer;
  /** Where to write what is read, and where to read what is written. */
  readonly sink: Stag;
  readonly source: Stag;
}

const length = 20_000;

function begin(crc = false): World {
  const world = connectInitiator(crc);
  const lent = new GuardedBuffer(length);
  const reading = world.initiator.send({ read: length, cdb: testCdb(TestOperation.read, 0, length) });
  const writing = world.initiator.send({ write: lent.bytes, cdb: testCdb(TestOperation.write, 0, length) });
  const [read, write] = world.peer.drain().map(sent);
  return { ...world, reading, writing, lent, sink: read!.read, source: write!.write };
}

const bytes = (count: number): Uint8Array => new Uint8Array(count).fill(0x5a);
const past = ({ stag, high, low }: Stag, count: number): Stag => ({ stag, high, low: low + count });
const rdmaWrite = (to: Stag, count: number): Buffer => tagged({ opcode: 0, ...to, payload: bytes(count) });
const rdmaRead = (from: Stag, count: number, msn = 1): Buffer => readRequest({ ...from, length: count, msn });
const respond = (task: SentTask, msn = 1, invalidate?: number): Buffer =>
  send(msn, iserMessage(goodResponse(task.initiatorTaskTag)), invalidate);

type Lie = readonly [what: string, code: string, say: (world: World) => Uint8Array | readonly Uint8Array[]];

const lies: readonly Lie[] = [
  ["writes to an STag that was never given out", "1/1/0", ({ sink }) => rdmaWrite({ ...sink, stag: 0x4711_0000 }, 4)],
  ["writes past the end of the memory", "1/1/1", ({ sink }) => rdmaWrite(past(sink, length - 3), 4)],
  ["writes more than the memory holds", "1/1/1", ({ sink }) => rdmaWrite(sink, length + 1)],
  ["writes before the memory", "1/1/1", ({ sink }) => rdmaWrite({ ...sink, high: sink.high - 1, low: 0xffff_fffe }, 4)],
  ["writes at the offset of another task", "1/1/1", ({ sink, source }) => rdmaWrite({ ...source, stag: sink.stag }, 4)],
  ["writes over the end of all offsets", "1/1/3", ({ sink }) => rdmaWrite({ stag: sink.stag, high: 0xffff_ffff, low: 0xffff_fffe }, 4)],
  ["writes to what is to be written to it", "0/1/2", ({ source }) => rdmaWrite(source, 4)],
  ["reads what is being read from it", "0/1/2", ({ sink }) => rdmaRead(sink, 4)],
  ["reads an STag that was never given out", "0/1/0", ({ source }) => rdmaRead({ ...source, stag: 0x4711_0000 }, 4)],
  ["reads past the end of the data", "0/1/1", ({ source }) => rdmaRead(past(source, length - 3), 4)],
  ["reads four gigabytes", "0/1/1", ({ source }) => rdmaRead(source, 0xffff_ffff)],
  ["reads over the end of all offsets", "0/1/4", ({ source }) => rdmaRead({ stag: source.stag, high: 0xffff_ffff, low: 0xffff_fffe }, 4)],
  ["reads with a gap in its numbers", "1/2/3", ({ source }) => [rdmaRead(source, 4), rdmaRead(source, 4, 3)]],
  ["answers a read that nobody asked for", "0/2/6", ({ sink }) => tagged({ opcode: 2, ...sink, payload: bytes(4) })],
  ["invalidates an STag that was never given out", "0/1/9", ({ reading }) => respond(reading, 1, 0x4711_0000)],
  ["invalidates twice", "0/1/9", ({ reading, writing, sink }) => [respond(reading, 1, sink.stag), respond(writing, 2, sink.stag)]],
  ["writes to what it has invalidated", "1/1/0", ({ reading, sink }) => [respond(reading, 1, sink.stag), rdmaWrite(sink, 4)]],
  ["writes behind its response", "1/1/0", ({ reading, sink }) => [respond(reading), rdmaWrite(sink, 4)]],
  ["reads behind its response", "0/1/0", ({ writing, source }) => [respond(writing), rdmaRead(source, 4)]],
  ["leaves out the number of a Send", "1/2/3", ({ reading }) => respond(reading, 2)],
  ["sends the same number again", "1/2/3", ({ reading, writing }) => [respond(reading), respond(writing)]],
  [
    "leaves a hole in a Send",
    "1/2/4",
    () => [untagged({ opcode: 3, last: false, payload: bytes(10) }), untagged({ opcode: 3, mo: 20, payload: bytes(1) })],
  ],
  ["sends more than any PDU has", "1/2/5", () => send(1, bytes(20_000))],
  ["sends an FPDU that holds no header", "2/0/3", () => tagged({ opcode: 0 }).subarray(0, 9)],
  ["sends an FPDU of nothing", "2/0/3", () => Buffer.alloc(0)],
  ["speaks another DDP", "1/2/6", () => untagged({ opcode: 3, ddpVersion: 3, payload: nop })],
  ["speaks another RDMAP", "0/2/5", () => untagged({ opcode: 3, rdmapVersion: 2, payload: nop })],
  ["says what nobody knows", "0/2/6", () => untagged({ opcode: 12 })],
];

/** A NOP-In that wants nothing. */
const nop = iserMessage(Uint8Array.from({ length: 48 }, (_, at) => (at === 0 ? 0x20 : at === 1 ? 0x80 : at >= 16 && at < 24 ? 0xff : 0)));

/** The end of it, however it came about. */
function expectEnd({ initiator, queuePair, peer, lent, sink, reading, writing }: World, close: "end" | "reset"): void {
  expect(initiator.faults.map(({ fault }) => fault)).toHaveLength(1);
  expect(queuePair.wantsClose).toBe(close);
  // Nobody listens any more, and nobody answers.
  peer.send(rdmaWrite(sink, 4));
  expect(peer.drainBytes()).toHaveLength(0);
  peer.close();
  expect([reading.returned, writing.returned, initiator.closed]).toEqual([1, 1, 1]);
  expect([initiator.violations, lent.untouched, reading.memory!.intact]).toEqual([[], true, true]);
}

describe("a target that", () => {
  it.each(lies)("%s is told %s, and the tasks come back", (_what, code, say) => {
    for (const [crc, split] of [
      [false, undefined],
      [true, undefined],
      [true, 13],
    ] as const) {
      const world = begin(crc);
      const said = say(world);
      const stream = Buffer.concat((said instanceof Uint8Array ? [said] : said).map((ulpdu) => encodeFpdu(ulpdu, crc)));
      world.peer.sendBytes(stream, split);
      expect(world.peer.terminateCode()).toBe(code);
      expect(world.reading.memory!.untouched).toBe(true);
      expectEnd(world, "end");
    }
  });

  it("sends a damaged FPDU is told of the checksum, and the task does not end well", () => {
    const right = encodeFpdu(rdmaWrite(begin(true).sink, 100), true);
    for (let at = 2; at < right.length; at += 5) {
      const world = begin(true);
      const damaged = Buffer.from(right);
      damaged[at]! ^= 0x40;
      world.peer.sendBytes(damaged);
      expect([at, world.peer.terminateCode()]).toEqual([at, "2/0/2"]);
      expect(world.reading.outcome).toBe("released");
      expectEnd(world, "end");
    }
  });

  it.each([
    ["another task's", ({ reading, source }: World) => respond(reading, 1, source.stag), "another task"],
    ["a message's that ends no task", ({ sink }: World) => send(1, nop, sink.stag), "that invalidates an STag"],
  ])("invalidates %s STag is dropped", (_what, say, reason) => {
    const world = begin();
    world.peer.send(say(world));
    expect(world.initiator.faults[0]!.message).toContain(reason);
    expectEnd(world, "reset");
  });

  it.each([
    [
      "Data-In",
      iserMessage(Uint8Array.from({ length: 48 }, (_, at) => (at === 0 ? 0x25 : at === 1 ? 0x80 : 0))),
      "over iSER, where RDMA moves data",
    ],
    [
      "R2T",
      iserMessage(Uint8Array.from({ length: 48 }, (_, at) => (at === 0 ? 0x31 : at === 1 ? 0x80 : 0))),
      "over iSER, where RDMA moves data",
    ],
    ["a response for nobody's task", iserMessage(goodResponse(0x0777_0055)), "which no task has"],
    ["half an iSER header", Buffer.alloc(27, 0x10), "too short for an iSER header"],
    ["half a PDU", iserMessage(goodResponse(0).subarray(0, 47)), "too short for an iSCSI header"],
    ["a Hello", iserMessage(goodResponse(0), { first: 0x20 }), "opcode 2"],
    ["a PDU that says it is longer", iserMessage(Uint8Array.from(goodResponse(0), (byte, at) => (at === 7 ? 5 : byte))), "whose PDU has"],
  ])("sends %s is dropped", (_what, message, reason) => {
    const world = begin();
    world.peer.send(send(1, message));
    expect(world.initiator.faults[0]!.message).toContain(reason);
    expectEnd(world, "reset");
  });

  const terminate = untagged({ opcode: 7, queue: 2, payload: Buffer.of(0x11, 0x01, 0, 0) });
  it.each([
    ["while tasks are under way", () => undefined],
    ["in the middle of a Send", ({ peer }: World) => peer.send(untagged({ opcode: 3, last: false, payload: bytes(9) }))],
    [
      "in the middle of an RDMA Write",
      ({ peer, sink }: World) => peer.send(tagged({ opcode: 0, ...sink, last: false, payload: bytes(9) })),
    ],
    ["behind a response", ({ peer, reading }: World) => peer.send(respond(reading))],
    ["while what it read is on its way", ({ peer, source }: World) => peer.send(rdmaRead(source, length))],
    ["while the initiator closes", ({ initiator }: World) => initiator.datamover.close("end")],
  ])("sends a Terminate %s is believed, and the tasks come back", (_when, before) => {
    const world = begin();
    before(world);
    world.peer.drainBytes();
    world.peer.send(terminate);
    expect(world.initiator.faults.map(({ message }) => message)).toEqual([expect.stringContaining("base or bounds violation (1/1/1)")]);
    expectEnd(world, "reset");
  });

  it.each([
    ["while tasks are under way", () => undefined],
    [
      "in the middle of an RDMA Write",
      ({ peer, sink }: World) => peer.send(tagged({ opcode: 0, ...sink, last: false, payload: bytes(9) })),
    ],
    [
      "while what it read is on its way",
      ({ peer, source }: World) => {
        peer.send(rdmaRead(source, length));
        peer.takeBytes();
      },
    ],
  ])("vanishes %s is no fault, and the tasks come back", (_when, before) => {
    const world = begin();
    before(world);
    world.peer.close();
    const { initiator, reading, writing } = world;
    expect([reading.outcome, writing.outcome, initiator.faults, initiator.closed]).toEqual(["released", "released", [], 1]);
    expect(initiator.violations).toEqual([]);
  });

  it("sends a Terminate before anything was said is believed", () => {
    const { initiator, queuePair, peer } = connectInitiator(false);
    peer.send(terminate);
    expect([initiator.faults.length, queuePair.wantsClose]).toEqual([1, "reset"]);
    // Whoever sends afterwards has the task back at once.
    expect(initiator.send({ read: 512 }).outcome).toBe("released");
    peer.close();
    expect([initiator.closed, initiator.violations]).toEqual([1, []]);
  });
});

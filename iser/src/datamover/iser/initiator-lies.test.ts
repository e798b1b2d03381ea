/** An initiator that lies: the right Terminate where iWARP has one, the connection closed, not a byte outside what a read of ours asked for, and every task over, once. */
import { describe, expect, it } from "vitest";
import { encodeFpdu, readRequest, tagged, untagged } from "../../iwarp/testing/wire-peer.ts";
import { command, connectTarget, iserMessage, type Stag, send, sent, type TargetWorld } from "../testing/iser-wire.ts";
import type { TestTarget } from "../testing/test-ends.ts";

const length = 20_000;
const theirs: Stag = { stag: 0x1234_5601, high: 7, low: 100 };

/** A write is under way: its data was asked for with an RDMA Read, into `sink`. */
interface World extends TargetWorld {
  readonly sink: Stag;
  readonly task: TestTarget["tasks"][number];
}

function begin(crc = false): World {
  const world = connectTarget(crc);
  world.peer.send(send(1, iserMessage(command({ tag: 1, write: length }), { write: theirs })));
  const request = world.peer
    .drain()
    .find((ulpdu) => (ulpdu[1]! & 15) === 1)!
    .subarray(18);
  expect([request.readUInt32BE(12), request.readUInt32BE(16), request.readUInt32BE(20), request.readUInt32BE(24)]).toEqual([
    length,
    theirs.stag,
    theirs.high,
    theirs.low,
  ]);
  const sink = { stag: request.readUInt32BE(0), high: request.readUInt32BE(4), low: request.readUInt32BE(8) };
  return { ...world, sink, task: world.target.tasks[0]! };
}

const bytes = (count: number): Uint8Array => new Uint8Array(count).fill(0x5a);
const past = ({ stag, high, low }: Stag, count: number): Stag => ({ stag, high, low: low + count });
const answer = (to: Stag, count: number, last = true): Buffer => tagged({ opcode: 2, ...to, last, payload: bytes(count) });
const ping = Uint8Array.from({ length: 48 }, (_, at) => (at === 1 ? 0x80 : at >= 20 && at < 24 ? 0xff : 0));

type Lie = readonly [what: string, code: string, say: (world: World) => Uint8Array | readonly Uint8Array[]];

/** Nothing of what these say lands in the memory of the write. */
const lies: readonly Lie[] = [
  ["writes to an STag that was never given out", "1/1/0", () => tagged({ opcode: 0, ...theirs, payload: bytes(4) })],
  ["writes where an answer of its own is due", "0/1/2", ({ sink }) => tagged({ opcode: 0, ...sink, payload: bytes(4) })],
  ["reads what was never lent", "0/1/0", () => readRequest({ ...theirs, length: 4 })],
  ["reads where an answer of its own is due", "0/1/2", ({ sink }) => readRequest({ ...sink, length: 4 })],
  ["answers for another STag", "1/1/0", ({ sink }) => answer({ ...sink, stag: sink.stag + 1 }, length)],
  ["answers behind where it was asked to", "1/1/1", ({ sink }) => answer(past(sink, 1), 100, false)],
  ["answers at an offset that is nobody's", "1/1/1", ({ sink }) => answer({ ...sink, high: sink.high + 1 }, 100, false)],
  ["answers with too much", "1/1/1", ({ sink }) => answer(sink, length + 1)],
  ["answers with too little", "0/2/255", ({ sink }) => answer(sink, length - 1)],
  ["invalidates memory of the target", "0/1/9", ({ sink }) => send(2, iserMessage(ping), sink.stag)],
  ["leaves out the number of a Send", "1/2/3", () => send(3, iserMessage(ping))],
  ["sends the same number again", "1/2/3", () => send(1, iserMessage(ping))],
  [
    "leaves a hole in a Send",
    "1/2/4",
    () => [2, 2].map((msn, index) => untagged({ opcode: 3, msn, mo: index * 20, last: false, payload: bytes(10) })),
  ],
  ["sends more than any PDU has", "1/2/5", () => send(2, bytes(20_000))],
  ["sends an FPDU that holds no header", "2/0/3", () => tagged({ opcode: 2 }).subarray(0, 13)],
  ["sends an FPDU of nothing", "2/0/3", () => Buffer.alloc(0)],
  ["speaks another DDP", "1/1/4", ({ sink }) => tagged({ opcode: 2, ...sink, ddpVersion: 0, payload: bytes(4) })],
  ["speaks another RDMAP", "0/2/5", () => untagged({ opcode: 3, msn: 2, rdmapVersion: 3, payload: ping })],
  ["says what nobody knows", "0/2/6", () => untagged({ opcode: 9, msn: 2 })],
];

/** The end of it, however it came about. */
function expectEnd({ target, queuePair, peer, sink, task }: World, close: "end" | "reset"): void {
  expect(target.faults).toHaveLength(1);
  expect(queuePair.wantsClose).toBe(close);
  const before = Buffer.from(task.dataOut!);
  peer.send(answer(sink, length));
  expect(peer.drainBytes()).toHaveLength(0);
  peer.close();
  expect([task.finished, task.failure?.reason, target.closed]).toEqual([1, "closed", 1]);
  expect([target.violations, before.equals(task.dataOut!), target.disk.every((byte) => byte === 0)]).toEqual([[], true, true]);
}

describe("an initiator that", () => {
  it.each(lies)("%s is told %s, and the task is over", (_what, code, say) => {
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
      expect(world.task.memory!.untouched).toBe(true);
      expectEnd(world, "end");
    }
  });

  it("answers a read twice is told that nobody asked, and what it wrote first is what counts", () => {
    const world = begin();
    world.peer.send(answer(world.sink, length));
    expect([world.task.finished, world.target.disk.subarray(0, length).every((byte) => byte === 0x5a)]).toEqual([1, true]);
    world.peer.drainBytes();
    world.peer.send(tagged({ opcode: 2, ...world.sink, payload: new Uint8Array(length).fill(0x11) }));
    expect([world.peer.terminateCode(), world.target.faults.length]).toEqual(["0/2/6", 1]);
    world.peer.close();
    expect([world.task.dataOut!.every((byte) => byte === 0x5a), world.target.violations, world.target.closed]).toEqual([true, [], 1]);
  });

  it("sends a damaged answer is told of the checksum, and the data is not taken for its own", () => {
    const right = encodeFpdu(answer(begin(true).sink, length), true);
    for (const at of [2, 3, 6, 12, 16, 5000, right.length - 5, right.length - 1]) {
      const world = begin(true);
      const damaged = Buffer.from(right);
      damaged[at]! ^= 0x40;
      world.peer.sendBytes(damaged);
      expect([at, world.peer.terminateCode()]).toEqual([at, "2/0/2"]);
      expectEnd(world, "end");
    }
  });

  it("sends more commands than there is room for is told so", () => {
    const world = begin();
    world.target.onReady = () => undefined;
    // Each receive is posted again when its command was read: only what is in one piece with it can be too much.
    for (let msn = 2; msn < 400; msn++) world.peer.send(send(msn, iserMessage(command({ tag: msn, read: 512 }), { read: theirs })));
    expect([world.target.faults, world.target.tasks.length]).toEqual([[], 399]);
    world.peer.close();
    expect([world.target.closed, world.target.violations]).toEqual([1, []]);
  });

  it.each([
    ["a write whose data is nowhere", iserMessage(command({ tag: 2, write: length })), "sequence"],
    [
      "a write of which a part came along, and the rest is nowhere",
      iserMessage(command({ tag: 2, write: length, immediate: bytes(512) })),
      "sequence",
    ],
  ])("sends %s has it fail, and goes on", (_what, message, reason) => {
    const world = begin();
    world.peer.send(send(2, message));
    expect([world.target.tasks[1]!.failure?.reason, world.target.tasks[1]!.finished, world.target.faults]).toEqual([reason, 1, []]);
    world.peer.send(answer(world.sink, length));
    expect(world.target.tasks[0]).toMatchObject({ finished: 1, failure: undefined });
  });

  it.each([
    ["a read that may be written nowhere", iserMessage(command({ tag: 2, read: 512 })), "without a Read STag"],
    [
      "more immediate data than was agreed",
      iserMessage(command({ tag: 2, write: 100, immediate: bytes(104) }), { write: theirs }),
      "104 bytes of immediate data where 100 are allowed",
    ],
    ["the tag of a task that is not over", iserMessage(command({ tag: 1, read: 512 }), { read: theirs }), "a task that is not over"],
    ["the tag that no task has", iserMessage(command({ tag: 0xffff_ffff, read: 512 }), { read: theirs }), "the reserved task tag"],
    ["Data-Out", iserMessage(Uint8Array.from({ length: 48 }, (_, at) => (at === 0 ? 5 : at === 1 ? 0x80 : 0))), "Data-Out over iSER"],
    ["an STag with a ping", iserMessage(ping, { write: theirs }), "an STag with a PDU that is no SCSI Command"],
    ["a Hello", iserMessage(ping, { first: 0x20 }), "opcode 2"],
    ["half an iSER header", Buffer.alloc(20, 0x10), "too short for an iSER header"],
    ["half a PDU", iserMessage(ping.subarray(0, 40)), "too short for an iSCSI header"],
  ])("sends %s is dropped", (_what, message, reason) => {
    const world = begin();
    world.peer.send(send(2, message));
    expect(world.target.faults[0]?.message).toContain(reason);
    expectEnd(world, "reset");
  });

  it.each([
    ["while its data is asked for", () => undefined],
    ["in the middle of its data", ({ peer, sink }: World) => peer.send(answer(sink, 100, false))],
  ])("vanishes %s is no fault, and the task is over", (_when, before) => {
    const world = begin();
    before(world);
    world.peer.close();
    const { target, task } = world;
    expect([task.finished, task.failure?.reason, target.faults, target.closed]).toEqual([1, "closed", [], 1]);
    expect(target.violations).toEqual([]);
  });

  const terminate = untagged({ opcode: 7, queue: 2, payload: Buffer.of(0x01, 0x02, 0, 0) });
  it.each([
    ["while its data is asked for", () => undefined],
    ["in the middle of its data", ({ peer, sink }: World) => peer.send(answer(sink, 100, false))],
    ["in the middle of a Send", ({ peer }: World) => peer.send(untagged({ opcode: 3, msn: 2, last: false, payload: bytes(9) }))],
    [
      "while read data is on its way",
      ({ peer }: World) => {
        peer.send(send(2, iserMessage(command({ tag: 9, read: length }), { read: theirs })));
        peer.takeBytes();
      },
    ],
    ["while the target closes", ({ target }: World) => target.datamover.close("end")],
  ])("sends a Terminate %s is believed, and the tasks are over", (_when, before) => {
    const world = begin();
    before(world);
    world.peer.send(terminate);
    expect(world.target.faults.map(({ message }) => message)).toEqual([expect.stringContaining("access rights violation (0/1/2)")]);
    expectEnd(world, "reset");
    expect(world.target.tasks.every(({ finished }) => finished === 1)).toBe(true);
  });
});

describe("a part of a write that came with its command", () => {
  it.each([1, 512, 4096, 8192])("of %i bytes is where it belongs, and the rest is read from where the initiator says", (immediate) => {
    const { target, peer } = connectTarget(true);
    const data = Uint8Array.from({ length }, (_, at) => at % 251);
    const pdu = command({ tag: 1, write: length, immediate: data.subarray(0, immediate) });
    peer.send(send(1, iserMessage(pdu, { write: past(theirs, immediate) })));
    const request = peer.drain()[0]!.subarray(18);
    expect([request.readUInt32BE(12), request.readUInt32BE(16), request.readUInt32BE(24)]).toEqual([
      length - immediate,
      theirs.stag,
      theirs.low + immediate,
    ]);
    const sink = { stag: request.readUInt32BE(0), high: request.readUInt32BE(4), low: request.readUInt32BE(8) };
    peer.send(tagged({ opcode: 2, ...sink, payload: data.subarray(immediate) }));
    expect([Buffer.compare(target.disk.subarray(0, length), data), target.tasks[0]!.finished, target.violations]).toEqual([0, 1, []]);
    const [response] = peer.drain();
    expect(sent(response!).tag).toBe(1);
  });
});

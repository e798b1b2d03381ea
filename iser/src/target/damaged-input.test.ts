import { SeededRandom } from "kit/clock";
import { describe, expect, it } from "vitest";
import { encodeText, opcodeOf, TargetOpcode } from "#iscsi";
import { HandInitiator } from "./testing/hand-initiator.ts";
import { nothingLeft, TestTarget } from "./testing/test-target.ts";

/**
 * Whatever a peer sends, the target does not throw, answers nothing but PDUs that targets send, keeps its memory bounded, harms nobody
 * else, and leaves nothing behind when the peer is gone.
 *
 * A failure prints the seed of its run: `ISER_SEED=<seed> npx vitest run --project iser src/target/damaged-input` replays that one alone.
 */

const replay = process.env.ISER_SEED;
const runs = replay === undefined ? 150 : 1;
const legal = new Set<number>(Object.values(TargetOpcode));

/** What a lively session says, as bytes of its own. */
function conversation(): Uint8Array[] {
  const initiator = new HandInitiator();
  initiator.login();
  initiator.testUnitReady();
  initiator.read(0, 8);
  initiator.write(0, 1, { data: new Uint8Array(512).fill(1) });
  initiator.write(8, 4);
  initiator.dataOut(4, new Uint8Array(2048), { final: true, transferTag: 0 });
  initiator.command({ cdb: [0x12, 0, 0, 0, 96], read: 96 });
  initiator.command({ cdb: [0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0], read: 256 });
  initiator.ping(new Uint8Array(33));
  initiator.text(encodeText([{ key: "SendTargets", value: "" }]));
  initiator.manage("abort-task", { referenced: 3, refCmdSn: 3 });
  initiator.manage("lun-reset", { immediate: false });
  initiator.read(0, 8, { immediate: true });
  initiator.logout();
  return [...initiator.takeOutput()];
}

/** One, two or many bytes are changed, cut out, or doubled, most of them where headers are. */
function damage(pdus: readonly Uint8Array[], random: SeededRandom): Uint8Array[] {
  const damaged = pdus.map((pdu) => pdu.slice());
  for (let count = random.below(4); count >= 0; count -= 1) {
    const index = random.below(damaged.length);
    const pdu = damaged[index]!;
    const at = random.below(random.below(4) === 0 ? Math.max(1, pdu.length) : Math.min(48, Math.max(1, pdu.length)));
    switch (random.below(6)) {
      case 0:
        damaged[index] = pdu.slice(0, at);
        break;
      case 1:
        damaged.splice(index, 0, pdu.slice());
        break;
      case 2:
        damaged.splice(index, 1);
        if (damaged.length === 0) return [];
        break;
      default:
        pdu[at] = random.below(256);
    }
  }
  return damaged;
}

function check(seed: number): void {
  const random = new SeededRandom(seed);
  const target = new TestTarget({ target: { dataBytes: 8 * 1024 * 1024 } });
  const witness = target.logIn({ isid: 77 });
  const { initiator, link } = target.connect({ split: (available) => 1 + random.below(available) });
  // Half of the damage comes after a login that is whole, or most runs would end there.
  const pdus = conversation();
  const whole = random.below(2) === 0 ? [] : pdus.splice(0, 1);
  target.disk.held = random.below(3) === 0;
  for (const pdu of [...whole, ...damage(pdus, random)]) {
    initiator.sendBytes(pdu);
    link.run();
    if (random.below(5) === 0) target.disk.letGo(1);
    expect(target.leftovers.memory).toBeLessThanOrEqual(8 * 1024 * 1024);
  }
  target.pass(random.below(3) * 20_000);
  witness.initiator.pong(1);
  target.disk.held = false;
  target.disk.letGo();
  target.run();
  for (const { bhs } of initiator.received) expect(legal).toContain(opcodeOf(bhs));

  witness.initiator.received.length = 0;
  if (!witness.initiator.isClosed) {
    const alive = witness.initiator.testUnitReady();
    target.run();
    expect(witness.initiator.tags(TargetOpcode.scsiResponse)).toEqual([alive]);
  }
  link.cut();
  witness.link.cut();
  expect(target.leftovers).toEqual(nothingLeft);
}

describe("damaged input", () => {
  it("of every kind is survived", () => {
    for (let run = 0; run < runs; run += 1) {
      const seed = replay === undefined ? run : Number(replay);
      try {
        check(seed);
      } catch (error) {
        throw new Error(`ISER_SEED=${seed} replays this`, { cause: error });
      }
    }
  });

  it("of pure noise is survived", () => {
    for (let seed = 0; seed < 100; seed += 1) {
      const random = new SeededRandom(1000 + seed);
      const target = new TestTarget();
      const { initiator, link } = seed % 2 === 0 ? target.connect() : target.logIn();
      for (let count = 0; count < 8; count += 1) initiator.sendBytes(random.bytes(1 + random.below(300)));
      link.run();
      for (const { bhs } of initiator.received) expect(legal, `seed ${1000 + seed}`).toContain(opcodeOf(bhs));
      link.cut();
      expect(target.leftovers, `seed ${1000 + seed}`).toEqual(nothingLeft);
    }
  });
});

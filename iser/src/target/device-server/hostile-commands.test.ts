import { SeededRandom } from "kit/clock";
import { expect, it } from "vitest";
import { MemoryDisk } from "#block";
import { ScsiStatus, TaskAttribute } from "#scsi";
import { commands } from "./commands/index.ts";
import { LogicalUnit } from "./logical-unit.ts";
import { ScriptedInitiator } from "./testing/scripted-initiator.ts";
import { scriptedUnit } from "./testing/scripted-unit.ts";

/*
 * Whatever bytes a CDB and a parameter list hold, a command ends exactly once, with a status that exists, gives back its memory, and never touches
 * memory that is not its own (the scripted transport checks lengths, the disk its range).
 */
const statuses: readonly number[] = Object.values(ScsiStatus);

function run(seed: number, rounds: number): void {
  const random = new SeededRandom(seed);
  const below = (limit: number) => Math.floor(random.fraction() * limit);
  const { target, initiator } = scriptedUnit({ removable: true, maxTransferBytes: 64 * 1024 }, new MemoryDisk({ size: 256 * 1024 }), {
    dataBytes: 1024 * 1024,
  });
  target.addUnit(1, new LogicalUnit(new MemoryDisk({ size: 64 * 4096, blockSize: 4096 }), { serial: "2", maxTransferBytes: 64 * 1024 }));
  const initiators = [initiator, new ScriptedInitiator(target, "iqn.2026-11.test:other", 9)];
  const attributes = Object.values(TaskAttribute);
  for (let round = 0; round < rounds; round++) {
    const cdb = random.bytes(16);
    const { usage, serviceAction } = commands[below(commands.length)]!;
    // Mostly bits that the command looks at, so that it is not refused at once; and small numbers more often than great ones.
    if (below(8) !== 0) {
      for (let byte = 0; byte < 16; byte++) cdb[byte]! &= below(16) === 0 ? 0xff : (usage[byte] ?? 0);
      cdb[0] = usage[0]!;
      if (serviceAction !== undefined) cdb[1] = (cdb[1]! & 0xe0) | serviceAction;
      for (let byte = 2; byte < usage.length; byte++) if (below(3) !== 0) cdb[byte] = 0;
    }
    const data = random.bytes(below(4) === 0 ? below(70_000) : below(2048));
    if (below(3) === 0) data.fill(0, 4);
    const sent = below(2) === 0 ? { data } : { expect: below(100_000) };
    const task = initiators[below(2)]!.start(cdb, { ...sent, lun: below(3), attribute: attributes[below(attributes.length)]! });
    expect(statuses).toContain(task.outcome?.status);
    expect(target.lentBytes).toBe(0);
  }
}

it.each([1, 2, 3])("random commands and parameter lists end with a status (seed %i)", (seed) => {
  try {
    run(seed, 2000);
  } catch (error) {
    throw new Error(`replay with run(${seed}, 2000)`, { cause: error });
  }
});

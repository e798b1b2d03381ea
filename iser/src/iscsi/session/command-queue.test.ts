import fc from "fast-check";
import { expect, it } from "vitest";
import { ScsiCommand } from "#scsi";
import { CommandQueue } from "./command-queue.ts";

it("keeps the order of a plain list through any mix of pushes, shifts, removals and returns", () => {
  const step = fc.oneof(
    fc.constant({ kind: "push" as const }),
    fc.constant({ kind: "shift" as const }),
    fc.record({ kind: fc.constant("remove" as const), at: fc.nat(200) }),
    fc.record({ kind: fc.constant("unshift" as const), count: fc.nat(3) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const queue = new CommandQueue();
      let model: ScsiCommand[] = [];
      for (const { kind, ...rest } of steps) {
        if (kind === "push") {
          const command = new ScsiCommand(() => undefined);
          queue.push(command);
          model.push(command);
        } else if (kind === "shift") {
          expect(queue.shift()).toBe(model.shift());
        } else if (kind === "remove") {
          const victim = model[(rest as { at: number }).at] ?? new ScsiCommand(() => undefined);
          expect(queue.remove(victim)).toBe(model.includes(victim));
          model = model.filter((command) => command !== victim);
        } else {
          const back = Array.from({ length: (rest as { count: number }).count }, () => new ScsiCommand(() => undefined));
          queue.unshift(back);
          model.unshift(...back);
        }
        expect(queue.length).toBe(model.length);
        expect(queue.first).toBe(model[0]);
      }
      expect(queue.drain()).toEqual(model);
    }),
  );
});

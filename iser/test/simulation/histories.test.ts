import { describe, expect, it } from "vitest";
import { simulate } from "../../src/simulator/index.ts";

const histories = 40;

describe.each(["tcp", "iser"] as const)("simulated histories over %s", (transport) => {
  it(`${histories} of them go as they may`, async () => {
    for (let seed = 1; seed <= histories; seed++) {
      const { violations } = await simulate({ seed, transport });
      expect(violations, `npm run simulate -- --seed ${seed} --transport ${transport} --trace`).toEqual([]);
    }
  });

  it("are the same from the same seed", async () => {
    const traces: string[][] = [[], []];
    for (const lines of traces) await simulate({ seed: 7, transport, trace: (line) => lines.push(line) });
    expect(traces[0]?.length).toBeGreaterThan(100);
    expect(traces[0]).toEqual(traces[1]);
  });
});

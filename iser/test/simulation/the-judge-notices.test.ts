import { expect, it } from "vitest";
import { type Mutant, simulate } from "../../src/simulator/index.ts";
import * as mutants from "./mutants.ts";

/** Runs histories until one is found wrong; what was. */
async function firstViolation(mutant: Mutant): Promise<string> {
  for (let seed = 1; seed <= 150; seed++) {
    const { violations } = await simulate({ seed, transport: "tcp", mutant });
    if (violations[0] !== undefined) return violations[0];
  }
  return "nothing is wrong";
}

it.each([
  ["a target that does not flush", mutants.flushesNothing, /gave block .* as write|succeeded, and writes before it are lost/],
  ["a disk that loses writes", mutants.losesWrites, /gave block .* as write/],
  ["an initiator that ignores resets", mutants.ignoresResets, /succeeded, and writes before it are lost|gave block .* as write/],
  ["an initiator that repeats what was acknowledged", mutants.repeatsAcknowledgedWrites, /gave block .* as write/],
  ["an initiator that acknowledges before it is told", mutants.acknowledgesTooEarly, /cannot have been executed|gave block .* as write/],
  ["an initiator that tells one flush of a loss, and not the others", mutants.tellsOnlyOne, /succeeded, and writes before it are lost/],
  ["memory that is touched after it was given back", mutants.touchesReturnedMemory, /after it had been given back/],
  ["a request that ends twice", mutants.endsTwice, /ended twice/],
  ["a request that does not end", mutants.forgets, /stuck: the clients' requests did not come to an end/],
])("%s", async (_name, mutant, words) => {
  expect(await firstViolation(mutant)).toMatch(words);
});

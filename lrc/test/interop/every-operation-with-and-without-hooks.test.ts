import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BuiltProgram } from "../harness/built-program.ts";
import { operations, outcome, withOwnHooks } from "../harness/operations.ts";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";

let program: BuiltProgram;
beforeAll(() => {
  program = new BuiltProgram();
});
afterAll(() => {
  program[Symbol.dispose]();
});

const ways = [
  ["one repository", ["hooks", "install"]],
  ["all repositories", ["hooks", "install", "--global"]],
] as const;

describe.each(ways)("with the hooks of %s, every operation ends as it does without them", (_, install) => {
  it.each(Object.entries(operations))("%s", (_, operation) => {
    using plain = new ReviewedRepository(program.script);
    using reviewed = new ReviewedRepository(program.script);
    for (const scratch of [plain, reviewed]) withOwnHooks(scratch);
    const installed = reviewed.lrc(...install);
    expect(installed.status, installed.stderr).toBe(0);
    expect(outcome(reviewed, operation)).toEqual(outcome(plain, operation));
  });
});

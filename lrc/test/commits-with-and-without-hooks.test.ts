import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations, outcome, withHistory, withOwnHooks } from "./harness/operations.ts";
import { PreparedRepository } from "./harness/prepared-repository.ts";
import type { ReviewedRepository } from "./harness/reviewed-repository.ts";

/** One of each kind; test/interop has them all. */
const some = ["commit in an editor that leaves the message empty", "commit verbatim with a # line", "merge with a conflict, solved"];

describe("an operation ends as it does without hooks of ours", () => {
  let plain: PreparedRepository;
  let reviewed: PreparedRepository;
  beforeAll(() => {
    const prepare = (scratch: ReviewedRepository): void => {
      withHistory(scratch);
      withOwnHooks(scratch);
    };
    plain = new PreparedRepository(prepare);
    reviewed = new PreparedRepository((scratch) => {
      prepare(scratch);
      scratch.lrc("hooks", "install");
    });
  });
  afterAll(() => {
    plain[Symbol.dispose]();
    reviewed[Symbol.dispose]();
  });

  it.each(Object.entries(operations).filter(([name]) => some.includes(name)))("%s", (_, operation) => {
    expect(reviewed.begin().lrc("doctor").stdout).toMatch(/^The next commit will be reviewed/);
    expect(outcome(reviewed.begin(), operation)).toEqual(outcome(plain.begin(), operation));
  });
});

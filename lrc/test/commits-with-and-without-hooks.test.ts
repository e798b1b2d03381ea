import { describe, expect, it } from "vitest";
import { operations, outcome, withHistory, withOwnHooks } from "./harness/operations.ts";
import { ReviewedRepository } from "./harness/reviewed-repository.ts";

/** One of each kind; test/interop has them all. */
const some = ["commit in an editor that leaves the message empty", "commit verbatim with a # line", "merge with a conflict, solved"];

describe("an operation ends as it does without hooks of ours", () => {
  it.each(Object.entries(operations).filter(([name]) => some.includes(name)))("%s", (_, operation) => {
    using plain = new ReviewedRepository();
    using reviewed = new ReviewedRepository();
    for (const scratch of [plain, reviewed]) {
      withHistory(scratch);
      withOwnHooks(scratch);
    }
    const installed = reviewed.lrc("hooks", "install");
    expect(installed.status, installed.stderr).toBe(0);
    expect(outcome(reviewed, operation)).toEqual(outcome(plain, operation));
  });
});

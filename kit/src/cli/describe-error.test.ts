import assert from "node:assert";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { describeError, formatError, sentenceOf, systemErrorCode } from "./describe-error.ts";
import { UsageError, UserError } from "./user-error.ts";

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("describeError", () => {
  it("gives the user's errors as a sentence and the next step", () => {
    expect(describeError(new UserError("no such disk", { nextStep: "list them with ls" }))).toEqual({
      lines: ["no such disk", "list them with ls"],
      exitCode: 1,
    });
    expect(describeError(new UsageError("-p needs a value")).exitCode).toBe(2);
  });

  it("puts what the operating system refused into words", () => {
    const error = thrownBy(() => readFileSync("/nonexistent/file"));
    expect(describeError(error)).toEqual({ lines: ["cannot open /nonexistent/file: no such file or directory"], exitCode: 1 });
    expect(systemErrorCode(error)).toBe("ENOENT");
  });

  it("names the address of a refused connection", async () => {
    const error = await new Promise<Error>((resolve) => connect({ host: "127.0.0.1", port: 1 }).on("error", resolve));
    expect(sentenceOf(error)).toBe("cannot connect to 127.0.0.1:1: connection refused");
    expect(sentenceOf(new AggregateError([error, error]))).toBe("cannot connect to 127.0.0.1:1: connection refused");
  });

  it("lets errors of our libraries speak for themselves", () => {
    class LoginError extends Error {}
    expect(describeError(new LoginError("target refused login")).lines).toEqual(["target refused login"]);
  });

  it("quotes nothing that steers a terminal", () => {
    expect(formatError("demo", new UserError("no \u001b[31mred\r", { nextStep: "a\tb \u202e" })).text).toBe(
      "demo: no \\u{001b}[31mred\\u{000d}\n  a\tb \\u{202e}\n",
    );
  });

  it("says so when it was interrupted", () => {
    const error = thrownBy(() => AbortSignal.abort().throwIfAborted());
    for (const one of [error, new Error("the read was canceled", { cause: error })]) {
      expect(describeError(one)).toEqual({ lines: ["interrupted"], exitCode: 1 });
    }
  });

  it("owns up to our own mistakes, with a stack", () => {
    for (const error of [thrownBy(() => assert(false)), thrownBy(() => (undefined as unknown as { x: number }).x), "a string"]) {
      const { lines, exitCode } = describeError(error);
      expect(lines[0]).toContain("please report it");
      expect(exitCode).toBe(1);
    }
  });
});

import { describe, expect, it } from "vitest";
import { ConfigCascade } from "./cascade.ts";
import { parseConfig } from "./lrc-config.ts";

describe("a configuration", () => {
  it("is heard from the root down, the nearer one winning key by key", () => {
    const cascade = new ConfigCascade(
      new Map([
        [
          ".lrc/config.toml",
          '[review]\nshow = "error"\n[commit]\nblock = "never"\nbudget_seconds = 5\n[rules]\n"a/x" = "off"\n"a/y" = "info"\n',
        ],
        ["web/.lrc/config.toml", '[review]\nconfidence = "low"\n[rules]\n"a/x" = "critical"\n'],
      ]),
    );
    expect(cascade.diagnostics).toEqual([]);
    expect(cascade.commit).toEqual({ block: "never", onError: "pass", budgetSeconds: 5 });
    expect(cascade.for("src/a.ts")).toMatchObject({ show: "error", confidence: "medium", from: [".lrc/config.toml"] });
    expect(cascade.for("web/src/a.ts")).toMatchObject({
      show: "error",
      confidence: "low",
      from: [".lrc/config.toml", "web/.lrc/config.toml"],
    });
    expect([...cascade.for("web/src/a.ts").rules]).toEqual([
      ["a/x", "critical"],
      ["a/y", "info"],
    ]);
    expect(cascade.for("website/a.ts").from).toEqual([".lrc/config.toml"]);
  });

  it("may spell the settings of a commit in other ways", () => {
    for (const text of ['onError = "block"', '[commit]\nonError = "block"', 'on_error = "block"', '[commit]\non_error = "block"'])
      expect(parseConfig(`${text}\n`, ".lrc/config.toml")).toMatchObject({ config: { onError: "block" }, diagnostics: [] });
  });

  it("says what it does not understand, and is followed in the rest", () => {
    const { config, diagnostics } = parseConfig(
      '[review]\nshow = "loud"\nconfidense = "high"\nconfidence = "high"\n[commit]\nbudget_seconds = -1\n[modle]\n',
      ".lrc/config.toml",
    );
    expect(config).toMatchObject({ show: undefined, confidence: "high", budgetSeconds: undefined });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "there is no [modle]; is model meant?",
      "there is no review.confidense; is confidence meant?",
      'review.show is "loud" and should be one of critical, error, warning, info',
      "commit.budget_seconds is -1 and should be a number of seconds up to 600",
    ]);
  });

  it("that is no TOML is named with its line, and the defaults hold", () => {
    const { config, diagnostics } = parseConfig("[review]\nshow = \n", ".lrc/config.toml");
    expect(config.show).toBeUndefined();
    expect(diagnostics).toMatchObject([{ file: ".lrc/config.toml", line: 2 }]);
  });

  it("of any size keeps nobody waiting", () => {
    const lines = (count: number): string => Array.from({ length: count }, (_, index) => `k${index} = 1\n`).join("");
    const wrong = parseConfig(lines(20_000), ".lrc/config.toml");
    expect(wrong.diagnostics).toHaveLength(41);
    expect(wrong.diagnostics.at(-1)?.message).toBe("and more like that");
    const cascade = new ConfigCascade(new Map([[".lrc/config.toml", `[review]\nshow = "info"\n${lines(200_000)}`]]));
    expect(cascade.diagnostics).toHaveLength(1);
    expect(cascade.diagnostics[0]?.message).toMatch(/^has \d+ characters and is not read/);
    expect(cascade.for("a.ts").show).toBe("warning");
  });

  it("does not repeat what stands where a key should", () => {
    const { diagnostics } = parseConfig('[model]\nkey = ["sk-very-secret"]\n', ".lrc/config.toml");
    expect(diagnostics.map(({ message }) => message)).toEqual(["model.key should be a text in quotes"]);
  });

  it("below the root says nothing about the commit", () => {
    const cascade = new ConfigCascade(new Map([["web/.lrc/config.toml", '[commit]\nblock = "info"\n']]));
    expect(cascade.commit.block).toBe("critical");
    expect(cascade.diagnostics).toHaveLength(1);
  });
});

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { allHooks, globalHook, isOfThisVersion, localHook, reviewHooks } from "./hook-script.ts";

const program = { node: "/opt/no'de/bin/node", script: "/opt/a folder/lrc.mjs" };

describe.each([
  ...reviewHooks.map((name) => [`local ${name}`, localHook(name, program)] as const),
  ...allHooks.map((name) => [`global ${name}`, globalHook(name, program, undefined)] as const),
  ...allHooks.map((name) => [`global ${name} before another's`, globalHook(name, program, "/etc/it's/hooks")] as const),
])("the hook %s", (_, text) => {
  it("is at most 30 lines that sh understands", () => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
    const { status, stderr } = spawnSync("sh", ["-n"], { input: text, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  it("is known for what this version writes, and any other line is not", () => {
    const name = allHooks.find((hook) => text.split("\n")[1]?.includes(` ${hook}: `))!;
    expect(isOfThisVersion(name, text)).toBe(true);
    expect(isOfThisVersion(name, text.replace(/\n([^\n]*)\n$/, "\n: older\n$1\n"))).toBe(false);
  });
});

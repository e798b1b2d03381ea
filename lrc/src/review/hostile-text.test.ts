import { expect, it } from "vitest";
import { anchorOf } from "./findings/anchor.ts";
import { maskLikelySecrets } from "./masking.ts";
import { joinedTextsIn } from "./redaction/joined-texts.ts";
import { findSuppressions } from "./suppression.ts";

/** Texts that were made to hang an expression: with one that tries all ways to divide a run, each of these would take from seconds to hours. */
it.each<readonly [string, () => unknown]>([
  ["a quote of nothing but spaces", () => anchorOf([], "a.js", `${" ".repeat(100_000)}x`, 1)],
  ["a quote of numbers and spaces", () => anchorOf([], "a.js", "1 ".repeat(50_000), 1)],
  ["texts that stand nearly beside each other", () => joinedTextsIn(`"a"${" ".repeat(150)}x`.repeat(5_000))],
  ["quotes that do not end", () => joinedTextsIn('"\\'.repeat(10_000))],
  ["names that begin again", () => maskLikelySecrets("pass".repeat(50_000))],
  ["a name, and spaces in place of a value", () => maskLikelySecrets(`password${" ".repeat(200_000)}`)],
  ["an address that is none", () => maskLikelySecrets("//".repeat(20_000))],
  ["a comment that nearly ends", () => findSuppressions(`// lrc-ignore a/b: ${" ".repeat(1_900)}x\n`.repeat(500))],
])("%s is read at once", (_, read) => {
  const start = process.cpuUsage(); // not what others on the machine take
  read();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1_000).toBeLessThan(2_000);
});

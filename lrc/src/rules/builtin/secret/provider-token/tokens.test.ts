import { expect, test } from "vitest";
import { tokensIn } from "./tokens.ts";

/** Letters and digits as a generator would make them, the same each time; `alphabet` is what they are of. */
function random(length: number, alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"): string {
  let state = 7;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet[state % alphabet.length];
  }).join("");
}
const hex = "0123456789abcdef";

test.each([
  ["Aiven", `AVNS_${random(19)}`],
  ["Axiom", "xaat-9221e451-451f-4cd6-a23d-2b2d3adea9cf"],
  ["Bitbucket Data Center", `BBDC-${random(44)}`],
  ["Checkly", `cu_${random(32, hex)}`],
  ["ClickUp", `pk_4312345_${random(32, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789")}`],
  ["Close", `api_${random(22)}.${random(22)}`],
  ["Deno Deploy", `ddp_${random(36)}`],
  ["E2B", `e2b_${random(40, hex)}`],
  ["ElevenLabs", `sk_${random(48, hex)}`],
  ["Firecrawl", `fc-${random(32, hex)}`],
  ["Ghost", `${random(24, hex)}:${random(64, hex)}`],
  ["GitLab", `glptt-${random(40)}`],
  ["Mandrill", `md-${random(22)}`],
  ["Mollie", `live_${random(30)}`],
  ["Polar", `polar_oat_${random(43)}`],
  ["Replicate", `r8_${random(37)}`],
  ["Resend", `re_${random(8)}_${random(24)}`],
  ["Supabase (secret key)", `sb_secret_${random(31)}`],
  ["ThingsBoard", `api/v1/${random(20)}`],
  ["Together AI", `tgp_v1_${random(43)}`],
  ["Trello", `ATTA${random(72)}`],
  ["TrueNAS", `8-${random(64)}`],
  ["WooCommerce", `ck_${random(40, hex)}`],
])("a token of %s", (service, token) => {
  const line = service === "ThingsBoard" ? `post("${token}/telemetry")` : `key = "${token}"`;
  expect(tokensIn(line)).toEqual([{ index: line.indexOf(token), service, token }]);
});

test("a length that no token has is none", () => {
  for (const text of [`glptt-${random(39)}`, `glptt-${random(41)}`, `AVNS_${random(18)}`, `1-${random(64, hex)}`, "xoxb-team-token"])
    expect(tokensIn(text), text).toEqual([]);
});

test("a row of the keyboard is said to be one", () => {
  expect(tokensIn(`dop_v1_${"1234567890abcdef".repeat(4)}`)).toMatchObject([{ service: "DigitalOcean", isRow: true }]);
  expect(tokensIn(`dop_v1_${"x".repeat(64)}`)).toEqual([]);
});

test("a line of a hundred thousand characters takes no longer than its length", () => {
  for (const piece of ["api/v1/", "1-aA0", "IST.eyJ", "oaa.v1.", "a:b.c", "AQE-"]) {
    const before = process.cpuUsage();
    tokensIn(piece.repeat(100_000 / piece.length));
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000, piece).toBeLessThan(3_000);
  }
});

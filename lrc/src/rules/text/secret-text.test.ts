import { expect, test } from "vitest";
import { isLeftover, isMadeUp, isOddWord, isPhrase, isPlaceholder, isRandom, isRowOfKeys, passwordStrength } from "./secret-text.ts";

test("texts that somebody made up are told from those of a generator", () => {
  for (const text of ["swordfish1234", "the-right-secret-1", "Tr0ub4dor&3", "P@ssw0rd!2020", "SuperS3cretKey99", "abc123def", "Abcd1234"])
    expect(isMadeUp(text), text).toBe(true);
  for (const text of ["kV9t2mQz", "k3vT9zQm", "bf1c0d9a71", "wJalrXUtnFEMI", "dGhpcyBpcyBh", "q8Zr2LxV0nTj5KpWc7Hd9Ym", "zaq12wsx"])
    expect(isMadeUp(text), text).toBe(false);
});

test("a key of several parts is random, a public key and names with dots are not", () => {
  expect(isRandom("oHILWmk3qakMYbqAikD9R0nJ.Vhu0LY.FK1U_2L2Of8Bm5ESbD6Cy4VKu2K")).toBe(true);
  expect(isRandom("v1.0-13vvv5141b975834504fc75b-a670d21e1e012816c3c8d9745e2693adc2d2ec7c402f607dbf7f2bd5de3bdb49")).toBe(true);
  for (const text of ["v1.10.2-20261123121212-rc1", "config.Session2.CookieName", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O"])
    expect(isRandom(text), text).toBe(false);
});

test("rows of neighbours are counted in any order and any kind", () => {
  for (const text of [
    "12345678901234567890123456789012",
    "abcdefghijklmnopqrstuvwx",
    "ZYXWVUTSRQPONMLKJIHGFEDCBA",
    "9876543210abcdef9876543210abcdef",
  ])
    expect(isRowOfKeys(text), text).toBe(true);
  for (const text of ["012345abcxyz", "pass12345!Qz", "2026112312345", "a1b2c3d4e5f6g7h8i9j0"]) expect(isRowOfKeys(text), text).toBe(false);
  const long = "abcdefghi".repeat(20_000);
  const before = process.cpuUsage();
  expect(isRowOfKeys(long)).toBe(true);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(3_000);
});

test("words in Base64 stand for what they say", () => {
  expect(["cGFzc3dvcmQ=", "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCi0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0="].map(isPlaceholder)).toEqual([
    true,
    true,
  ]);
  expect(isPlaceholder("aHVudGVyMjIh")).toBe(false);
});

test("what everybody tries, and what says that it should not be there", () => {
  expect(["123456", "qwerty", "letmein", "admin"].map(passwordStrength)).toEqual(Array(4).fill("word"));
  expect(["do_not_use_this_in_production", "insecure-dev-secret", "django-insecure-key1"].map(isLeftover)).toEqual([true, true, true]);
  expect(["in_production", "secure-session-key", "change-me-in-production", "your-insecure-key"].map(isLeftover)).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(["correct horse battery staple", "enter your password here", "Value With Capitals here"].map(isPhrase)).toEqual([
    true,
    false,
    false,
  ]);
  expect(["hardcodEd", "dbPassword", "currentUser", "configValue", "swordfish"].map(isOddWord)).toEqual([true, false, false, false, false]);
});

import { expect, test } from "vitest";
import { isMadeUp, isRandom } from "./secret-text.ts";

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

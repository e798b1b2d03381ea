import { expect, test } from "vitest";
import { isMadeUp } from "./secret-text.ts";

test("texts that somebody made up are told from those of a generator", () => {
  for (const text of ["swordfish1234", "the-right-secret-1", "Tr0ub4dor&3", "P@ssw0rd!2020", "SuperS3cretKey99", "abc123def", "Abcd1234"])
    expect(isMadeUp(text), text).toBe(true);
  for (const text of ["kV9t2mQz", "k3vT9zQm", "bf1c0d9a71", "wJalrXUtnFEMI", "dGhpcyBpcyBh", "q8Zr2LxV0nTj5KpWc7Hd9Ym", "zaq12wsx"])
    expect(isMadeUp(text), text).toBe(false);
});

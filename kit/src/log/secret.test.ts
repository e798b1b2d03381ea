import { format, inspect } from "node:util";
import { expect, it } from "vitest";
import { Secret } from "./secret.ts";

it("gives its value out only when asked to", () => {
  const secret = new Secret("swordfish");
  expect(secret.reveal()).toBe("swordfish");
  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    inspect({ deep: [secret] }, { depth: 9 }),
    format("%s %o %O %j", secret, secret, secret, secret),
    Object.values(secret).join(),
    JSON.stringify({ ...secret }),
  ];
  for (const text of printed) expect(text).not.toContain("swordfish");
  expect(`${secret}`).toBe("[secret]");
});

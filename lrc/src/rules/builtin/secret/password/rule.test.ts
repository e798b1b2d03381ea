// lrc-ignore-file secret/password: passwords that nothing opens, to ask the rule about.
import { expect, test } from "vitest";
import { engineOf } from "../../../engine.ts";
import { changedFile } from "../../../testing/rule-case.ts";
import { passwordHash } from "../password-hash/rule.ts";
import { passwordInUrl } from "../password-in-url/rule.ts";
import { privateKey } from "../private-key/rule.ts";
import { providerToken } from "../provider-token/rule.ts";
import { randomText } from "../random-text/rule.ts";
import { password } from "./rule.ts";

/** The severity of what is said about a line, or none. */
async function severityOf(path: string, line: string): Promise<string | undefined> {
  const engine = engineOf({ rules: [password, passwordInUrl, passwordHash, privateKey, providerToken, randomText] });
  const { reports } = await engine.check([changedFile(path, undefined, `${line}\n`)], [], new AbortController().signal);
  return reports.map(({ severity }) => severity ?? "as the rule says")[0];
}

test.each(["swordfish1234", "the-right-secret-1", "Tr0ub4dor&3", "s3cr3tP@ss"])("%s opens nothing in a test", async (value) => {
  const line = `const password = "${value}";`;
  expect(await severityOf("src/login.ts", line)).toBe("as the rule says");
  expect(await severityOf("src/login.test.ts", line)).toBe("info");
  expect(await severityOf("docs/login.md", line)).toBe("info");
});

test.each(["kV9t2mQz", "Kx!9p2vR"])("%s was made by a generator, and is told in a test", async (value) => {
  expect(await severityOf("src/login.test.ts", `const password = "${value}";`)).toBe("as the rule says");
});

test("the same holds for passwords in addresses", async () => {
  expect(await severityOf("src/open.ts", 'open("redis://shop:swordfish1234@cache.shop.internal")')).toBe("as the rule says");
  expect(await severityOf("src/open.test.ts", 'open("redis://shop:swordfish1234@cache.shop.internal")')).toBe("info");
  expect(await severityOf("src/open.test.ts", 'open("redis://shop:kV9t2mQz@cache.shop.internal")')).toBe("warning");
});

test("so it does for hashes, keys, web tokens and what was written in Base64", async () => {
  const hash = "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
  expect(await severityOf("src/users.yml", `hash: ${hash}`)).toBe("as the rule says");
  expect(await severityOf("docs/users.md", `hash: ${hash}`)).toBe("info");
  const key = ["-----BEGIN PRIVATE", "KEY-----\nMIIEpAIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"].join(" ");
  expect(await severityOf("src/server.key", key)).toBe("as the rule says");
  expect(await severityOf("docs/server.md", key)).toBe("warning");
  expect(await severityOf("test/fixtures/server.key", key)).toBe("info");
  const token = [
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJzdWIiOiJzaG9wIiwiaWF0IjoxNTE2MjM5MDIyfQ",
    "k3vT9zQm2LxV0nTj5KpWc7Hd9Ymq8Zr",
  ].join(".");
  expect(await severityOf("src/api.ts", `call("${token}")`)).toBe("as the rule says");
  expect(await severityOf("src/api.test.ts", `call("${token}")`)).toBe("info");
  expect(await severityOf("src/api.test.ts", 'const password = "c2VjdXJlLXBhc3N3b3JkLTEyMw==";')).toBe("info");
});

test("what a line shows as an example opens nothing either", async () => {
  expect(await severityOf("src/routes.ts", 'body({ example: { password: "S3cure!Passw0rd" } })')).toBe("info");
  expect(await severityOf("openapi.json", '"password": "S3cure!Passw0rd"')).toBe("info");
  expect(await severityOf("src/routes.ts", 'body({ password: "S3cure!Passw0rd" })')).toBe("as the rule says");
});

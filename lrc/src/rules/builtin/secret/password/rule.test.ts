// lrc-ignore-file secret/password: passwords that nothing opens, to ask the rule about.
import { expect, test } from "vitest";
import { engineOf } from "../../../engine.ts";
import { changedFile } from "../../../testing/rule-case.ts";
import { passwordInUrl } from "../password-in-url/rule.ts";
import { password } from "./rule.ts";

/** The severity of what is said about a line, or none. */
async function severityOf(path: string, line: string): Promise<string | undefined> {
  const engine = engineOf({ rules: [password, passwordInUrl] });
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

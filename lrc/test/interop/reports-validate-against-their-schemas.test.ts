import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ReviewedRepository } from "../harness/reviewed-repository.ts";

const folder = mkdtempSync(join(tmpdir(), "lrc-schema-"));
beforeAll(() => {
  // The schema of SARIF 2.1.0 as its authors publish it.
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "@microsoft/jest-sarif@1.0.0-beta.0"], {
    cwd: folder,
    stdio: "ignore",
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("SARIF is valid, with everything that can be in it", () => {
  const file = join(folder, "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const { $schema: _draft, id: _id, ...schema } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  // One of its patterns is none under the rules of Unicode.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(schema);
  using scratch = new ReviewedRepository();
  const print = (): { readonly runs: readonly [{ readonly results: readonly object[] }] } => {
    const { stdout } = scratch.lrc("review", "--format", "sarif");
    const sarif = JSON.parse(stdout) as { readonly runs: readonly [{ readonly results: readonly object[] }] };
    expect(validate(sarif), JSON.stringify(validate.errors)).toBe(true);
    return sarif;
  };
  scratch.write("safe.py", "def f(token):\n    if not allowed(token):\n        raise ValueError('no')\n    return go(token)\n");
  scratch.commit("first");
  expect(print().runs[0].results).toEqual([]);
  scratch.write("safe.py", "def f(token):\n    return go(token)\n");
  scratch.write("a b/ü%#?:.py", "import sys\neval(sys.argv[1])\n");
  scratch.write("b.py", "import sys\neval(sys.argv[1])  # lrc-ignore injection/code: an exercise\n");
  scratch.write(".lrc/checks/broken.yml", "id: x\nlanguage: nonsense\nrule: { pattern: x }\n");
  scratch.git("add", "--all");
  expect(print().runs[0].results).toEqual(expect.arrayContaining([expect.objectContaining({ suppressions: [expect.anything()] })]));
  scratch.commit("checks that cannot be understood");
  scratch.write("c.py", "import sys\nexec(sys.argv[1])\n");
  scratch.git("add", "--all");
  // The other checks have run: what one of them lacks is said, and takes nothing from the rest.
  expect(print().runs[0]).toMatchObject({
    invocations: [
      { executionSuccessful: true, toolExecutionNotifications: [{ message: { text: expect.stringContaining("broken.yml") } }] },
    ],
  });
});

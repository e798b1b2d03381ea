import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { nativeCrc, programs, root } from "../programs.mjs";

/** Of the repository, and of each package. */
const readmes = ["README.md", "iser/README.md", "lrc/README.md"];
const folder = join(root, ".cache", "readme");

const secret = "a secret of the test";

test.each([
  ["README.md", 0, "1048576 bytes in blocks of 512\nthe same\n", []],
  ["iser/README.md", 0, "done\n", []],
  ["iser/README.md", 1, "iqn.2026-11.example:disk has 1048576 bytes\n", ["--chap", `me:${secret}`, "--discovery-chap", `me:${secret}`]],
])("the library example of %s (%i) does what it says, on a target as the README starts one", async (page, at, said, flags) => {
  const example = blocks(page, "ts")[at] ?? "";
  mkdirSync(folder, { recursive: true });
  const source = join(folder, "example.ts");
  const program = join(folder, "example.mjs");
  writeFileSync(source, example);
  await build({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["source"],
    external: nativeCrc,
    logLevel: "error",
  });

  const target = spawn(
    join(root, "node_modules/.bin/iser"),
    ["target", "--listen", "127.0.0.1:0", "--target", "iqn.2026-11.example:disk", "--lun", "mem:1M", ...flags],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  try {
    const [ready] = await once(target.stdout.setEncoding("utf8"), "data");
    const url = /iscsi:\S+/.exec(ready)?.[0] ?? "";
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
      encoding: "utf8",
      env: { ...process.env, DISK_URL: url, PORTAL_URL: url, DISK_SECRET: secret },
      timeout: 20_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: said, stderr: "" });
  } finally {
    target.kill("SIGTERM");
    await once(target, "close");
  }
});

test("the library examples agree with the library's types", () => {
  mkdirSync(folder, { recursive: true });
  const examples = ["README.md", "iser/README.md"].flatMap((page) => blocks(page, "ts"));
  for (const [at, example] of examples.entries()) writeFileSync(join(folder, `typed-${at}.ts`), example);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: { composite: false, declaration: false, noEmit: true, typeRoots: [join(root, "node_modules/@types")] },
      files: examples.map((_, at) => `typed-${at}.ts`),
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test.each(readmes)("every command that %s shows exists", (page) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const lines = blocks(page, "sh").flatMap((block) => block.split("\n"));
  for (const line of lines) {
    const [, script] = /^npm (?:run )?([\w:]+)/.exec(line) ?? [];
    if (script !== undefined && script !== "install") expect(Object.keys(scripts)).toContain(script);
    const [, command] = /^iser (\w+)/.exec(line) ?? [];
    if (command !== undefined) {
      const { status, stdout } = spawnSync(join(root, "node_modules/.bin/iser"), [command, "--help"], { encoding: "utf8" });
      expect({ command, status }).toEqual({ command, status: 0 });
      for (const [, flag] of line.matchAll(/ (--[\w-]+)/g)) expect(stdout).toContain(flag);
    }
    const [, review] = /^lrc ([a-z]+(?: (?:un)?install)?)/.exec(line) ?? [];
    if (review !== undefined) {
      const { status, stderr } = spawnSync(join(root, "node_modules/.bin/lrc"), [...review.split(" "), "--help"], { encoding: "utf8" });
      expect({ review, status, stderr }).toEqual({ review, status: 0, stderr: "" });
    }
    const [program = ""] = line.split(" ");
    if (program.startsWith("isc")) expect(programs.map(({ name }) => name)).toContain(program);
  }
});

test.each([...readmes, "ARCHITECTURE.md", "docs/decisions/README.md"])("every link in %s leads somewhere", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
    expect(existsSync(join(root, page, "..", target)), target).toBe(true);
  }
  for (const [, file = ""] of text.matchAll(/`((?:iser|kit|tools|docs)\/[\w./-]+\.\w+)`/g)) {
    if (!file.includes("/dist/")) expect(existsSync(join(root, file)), file).toBe(true);
  }
});

/** @param {string} page @param {string} language @returns {string[]} the fenced blocks of the page in that language */
function blocks(page, language) {
  return [...readFileSync(join(root, page), "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(
    ([, text]) => text ?? "",
  );
}

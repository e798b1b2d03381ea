import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { nativeCrc, programs, root } from "../programs.mjs";

const readme = readFileSync(join(root, "README.md"), "utf8");
const folder = join(root, ".cache", "readme");

test("the library example does what it says, on a target as the README starts one", async () => {
  const [example = ""] = blocks("ts");
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
    ["target", "--listen", "127.0.0.1:0", "--target", "iqn.2026-11.example:disk", "--lun", "mem:1M"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  try {
    const [said] = await once(target.stdout.setEncoding("utf8"), "data");
    const url = /iscsi:\S+/.exec(said)?.[0] ?? "";
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
      encoding: "utf8",
      env: { ...process.env, DISK_URL: url },
      timeout: 20_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "1048576 bytes in blocks of 512\nthe same\n", stderr: "" });
  } finally {
    target.kill("SIGTERM");
    await once(target, "close");
  }
});

test("the library example agrees with the library's types", () => {
  const [example = ""] = blocks("ts");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "typed.ts"), example);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../tsconfig.base.json",
      compilerOptions: { composite: false, declaration: false, noEmit: true, typeRoots: [join(root, "node_modules/@types")] },
      files: ["typed.ts"],
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], {
    encoding: "utf8",
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});

test("every command that the README shows exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const lines = blocks("sh").flatMap((block) => block.split("\n"));
  for (const line of lines) {
    const [, script] = /^npm (?:run )?([\w:]+)/.exec(line) ?? [];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    const [, command] = /^iser (\w+)/.exec(line) ?? [];
    if (command !== undefined) {
      const { status, stdout } = spawnSync(join(root, "node_modules/.bin/iser"), [command, "--help"], { encoding: "utf8" });
      expect({ command, status }).toEqual({ command, status: 0 });
      for (const [, flag] of line.matchAll(/ (--[\w-]+)/g)) expect(stdout).toContain(flag);
    }
    const [program = ""] = line.split(" ");
    if (program.startsWith("isc")) expect(programs.map(({ name }) => name)).toContain(program);
  }
});

test.each(["README.md", "ARCHITECTURE.md", "docs/decisions/README.md"])("every link in %s leads somewhere", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
    expect(existsSync(join(root, page, "..", target)), target).toBe(true);
  }
  for (const [, file = ""] of text.matchAll(/`((?:iser|kit|tools|docs)\/[\w./-]+\.\w+)`/g)) {
    if (!file.includes("/dist/")) expect(existsSync(join(root, file)), file).toBe(true);
  }
});

/** @param {string} language @returns {string[]} the fenced blocks of the README in that language */
function blocks(language) {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text ?? "");
}

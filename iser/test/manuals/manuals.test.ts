import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { iscsiConfManual, iscsictlManual } from "../../src/iscsictl/index.ts";
import { iscsidManual, settingRows } from "../../src/iscsid/index.ts";
import { type ManualPage, manPage, markdownPage, shells } from "../../src/manual/index.ts";
import { commandTable, iserCompletion } from "../../src/tools/index.ts";
import { runIscsictl, startIscsid } from "../programs/running-program.ts";
import { iserManual } from "./iser-manual.ts";

/*
 * Manual pages (iser/man/) and chapters (docs/) are printed from the descriptions of the programs, and kept. After a change to one of these:
 * npx vitest run --project iser --update=true iser/test/manuals
 */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const pages: readonly (readonly [string, () => Promise<ManualPage>])[] = [
  ["iscsictl.8", async () => iscsictlManual],
  ["iscsid.8", async () => iscsidManual],
  ["iscsi.conf.5", async () => iscsiConfManual],
  ["iser.8", iserManual],
];

describe.each(pages)("the manual page %s", (file, load) => {
  it("is what the program says of itself, and so is its chapter in docs", async () => {
    const page = await load();
    await expect(manPage(page)).toMatchFileSnapshot(`${root}/iser/man/${file}`);
    await expect(markdownPage(page)).toMatchFileSnapshot(`${root}/docs/${page.name}.md`);
  });

  it("names no option, key or variable twice", async () => {
    const { options, sections } = await load();
    const lists = [options.flatMap(({ flags }) => flags), ...sections.map(({ items = [] }) => items.map(({ term }) => term))];
    for (const terms of lists) expect(new Set(terms).size).toBe(terms.length);
  });
});

it("iscsid(8) has every variable", () => {
  const terms = iscsidManual.sections.find(({ title }) => title === "Variables")?.items?.map(({ term }) => term) ?? [];
  const readable = ["kern.icl.offloads", "kern.icl.iser_offloads", "kern.iser.debug"];
  expect([...terms].sort()).toEqual([...settingRows.map(({ name }) => name), ...readable].sort());
});

describe.each([
  ["iscsictl", iscsictlManual, (argv: readonly string[]) => runIscsictl(...argv)],
  ["iscsid", iscsidManual, (argv: readonly string[]) => startIscsid(argv).ended],
] as const)("%s", (name, { options }, run) => {
  it("has every option that its manual names", async () => {
    for (const { flags, value } of options) {
      for (const flag of flags) {
        const { exitCode, stderr } = await run([flag, ...(value === undefined ? [] : ["x"]), "--unknown"]);
        expect([flag, exitCode, stderr.split("\n", 1)[0]]).toEqual([flag, 1, `${name}: unknown option --unknown`]);
      }
    }
  });

  it("has no other letters", async () => {
    const named = options.flatMap(({ flags }) => flags);
    for (const letter of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
      if (named.includes(`-${letter}`)) continue;
      expect((await run([`-${letter}`])).stderr).toContain(`unknown option -${letter}`);
    }
  });
});

describe.each(shells)("in %s", (shell) => {
  it("iscsictl completes its options", async () => {
    const { exitCode, stdout } = await runIscsictl("--completion", shell);
    expect(exitCode).toBe(0);
    for (const name of ["socket", "libxo", "check"]) expect(stdout).toContain(name);
    await expect(stdout).toMatchFileSnapshot(`cases/iscsictl.${shell}`);
  });

  it("iscsid completes its options", async () => {
    const { exitCode, stdout } = await startIscsid(["--completion", shell]).ended;
    expect(exitCode).toBe(0);
    for (const name of ["run-dir", "log-format", "metrics"]) expect(stdout).toContain(name);
    await expect(stdout).toMatchFileSnapshot(`cases/iscsid.${shell}`);
  });

  it("iser completes its commands, and the flags of each", async () => {
    const stdout = await iserCompletion(shell);
    for (const name of [...Object.keys(commandTable), "read-only", "iodepth", "randwrite"]) expect(stdout).toContain(name);
    await expect(stdout).toMatchFileSnapshot(`cases/iser.${shell}`);
  });
});

it("bash takes what it is given, and completes with it", async () => {
  const complete = (script: string, ...words: string[]): string[] => {
    const name = words[0] ?? "";
    const ask = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _${name} ${name} "$1" "$2"; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", `${script}\n${ask}`, "bash", words.at(-1) ?? "", words.at(-2) ?? ""], {
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout.split("\n").filter((line) => line !== "");
  };
  const iser = await iserCompletion("bash");
  const iscsid = (await startIscsid(["--completion", "bash"]).ended).stdout;
  expect(complete(iser, "iser", "a")).toEqual(Object.keys(commandTable).filter((command) => command.startsWith("a")));
  expect(complete(iser, "iser", "perf", "--iod")).toEqual(["--iodepth"]);
  expect(complete(iser, "iser", "perf", "--rw", "randw")).toEqual(["randwrite"]);
  expect(complete(iser, "iser", "ls", "--rw")).toEqual([]);
  expect(complete(iscsid, "iscsid", "--log-format", "j")).toEqual(["json"]);
});

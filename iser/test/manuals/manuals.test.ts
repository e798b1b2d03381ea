import { fileURLToPath } from "node:url";
import { runMain, TestWorld } from "kit/cli";
import { VirtualClock } from "kit/clock";
import { describe, expect, it } from "vitest";
import { iscsiConfManual, iscsictl, iscsictlManual } from "../../src/iscsictl/index.ts";
import { iscsidManual, settingRows } from "../../src/iscsid/index.ts";
import { type ManualPage, manPage, markdownPage, shells } from "../../src/manual/index.ts";
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

it.each(shells)("iscsictl completes its options in %s", async (shell) => {
  const world = new TestWorld(["--completion", shell]);
  expect(await runMain("iscsictl", () => iscsictl(world, new VirtualClock()), world)).toBe(0);
  for (const name of ["socket", "libxo", "check"]) expect(world.stdout.text).toContain(name);
  await expect(world.stdout.text).toMatchFileSnapshot(`cases/iscsictl.${shell}`);
});

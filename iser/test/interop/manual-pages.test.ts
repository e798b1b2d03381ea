import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const man = join(root, "iser/man");

describe("our manual pages", () => {
  it.each(readdirSync(man))("%s is one without a complaint for mandoc, and has its name in the headline", (file) => {
    // mandoc ends with another code than 0 when it has anything to say.
    expect(execFileSync("mandoc", ["-Tlint", "-Wwarning", join(man, file)], { encoding: "utf8" })).toBe("");
    const [name = "", section] = file.split(/\.(?=\d$)/);
    const printed = execFileSync("mandoc", ["-Tascii", join(man, file)], { encoding: "utf8" });
    expect(printed.split("\n", 1)[0]).toContain(`${name.toUpperCase()}(${section})`);
  });
});

describe("bash, with the completion of iscsictl", () => {
  /** What bash offers behind these words. */
  function offered(...words: readonly string[]): string[] {
    const script = join(root, "iser/test/manuals/cases/iscsictl.bash");
    const [current, previous] = [words.at(-1) ?? "", words.at(-2) ?? ""];
    const line = `source "$1"; COMP_WORDS=(iscsictl "\${@:4}"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _iscsictl iscsictl "$2" "$3"; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync("bash", ["-c", line, "bash", script, current, previous, ...words], { encoding: "utf8" });
    return output.split("\n").filter(Boolean);
  }

  it("offers options, and the values that there are", () => {
    expect(offered("--s")).toEqual(["--show-secrets", "--sysctl", "--socket"]);
    expect(offered("-L", "--libxo", "x")).toEqual(["xml", "xml,pretty"]);
    expect(offered("-A", "-e", "")).toEqual(["on", "off"]);
    expect(offered("--completion", "z")).toEqual(["zsh"]);
    expect(offered("--check", "-c", `${man}/iscsi.c`)).toEqual([`${man}/iscsi.conf.5`]);
    expect(offered("-A", "-t", "")).toEqual([]);
  });
});

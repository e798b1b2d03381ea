/** lrc(1): the commands are described where they are made, and the page takes over what their `--help` prints. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./programs.mjs";

/**
 * @param {string} program the built program
 * @returns {Promise<string>} the page in the macros of man(7)
 */
export async function lrcManual(program) {
  const { manPage } = await import(pathToFileURL(join(root, "iser", "dist", "manual", "index.js")).href);
  const help = (/** @type {string[]} */ ...command) => execFileSync(program, [...command, "--help"], { encoding: "utf8" });
  const commands = commandsIn(help());
  return manPage({
    name: "lrc",
    section: 1,
    date: "2026-11-22",
    summary: "reviews what you are about to commit",
    synopsis: ["[review] [options]", "command [options] [arguments]", "command --help", "--help | --version"],
    description: [
      "Looks at a change before it becomes a commit and says what is wrong with it: with rules that need no network, and with models where there are some. Hooks of Git have it done at every commit. `lrc` and `git-lrc` are the same program, so `git lrc review` works too.",
    ],
    options: [],
    sections: [
      { title: "Commands", items: commands.map(({ name, brief }) => ({ term: name, text: `${brief}.` })) },
      ...commands.flatMap(({ name }) => {
        const text = help(name);
        const below = commandsIn(text).map((one) => [name, one.name]);
        return [[name], ...below].map((command) => ({ title: `lrc ${command.join(" ")}`, verbatim: help(...command).trimEnd() }));
      }),
    ],
    environment: [
      { term: "LRC", text: "0: this command of Git is not reviewed" },
      { term: "SKIP", text: "names of hooks with commas between them; with `lrc` among them, commits are not reviewed" },
      { term: "NO_COLOR", text: "nothing is coloured" },
    ],
    files: [
      { term: ".lrc/", text: "how changes to a repository are reviewed: configuration, its own checks, what is not looked at" },
      { term: "$XDG_CONFIG_HOME/lrc/", text: "models and how they are reached" },
    ],
    exitStatus: [
      { term: "0", text: "nothing was found at or above the level of --fail-on" },
      { term: "1", text: "something was" },
      { term: "2", text: "the command line or the configuration is wrong" },
      { term: "3", text: "not everything could be reviewed" },
      { term: "130", text: "interrupted" },
    ],
    examples: [
      { text: "Have every commit of this repository reviewed:", commands: ["lrc hooks install"] },
      { text: "Review what this branch adds:", commands: ["lrc review --base main"] },
    ],
    seeAlso: ["git(1)", "githooks(5)"],
  });
}

/**
 * @param {string} help what a program or a group of commands prints of itself
 * @returns {{ name: string, brief: string }[]}
 */
function commandsIn(help) {
  const list = /\nCOMMANDS\n((?: {2}\S.*\n)+)/.exec(help)?.[1] ?? "";
  return list.split("\n").flatMap((line) => {
    const [, name, brief] = /^ {2}(\S+)\s+(.*)$/.exec(line) ?? [];
    return name === undefined || brief === undefined ? [] : [{ name, brief }];
  });
}

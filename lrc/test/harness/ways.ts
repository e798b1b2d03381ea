import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { notedHooks, withOwnHooks } from "./operations.ts";
import type { ReviewedRepository } from "./reviewed-repository.ts";

/** How a repository comes to have hooks, without ours and with them. */
export interface Way {
  readonly before: (scratch: ReviewedRepository) => void;
  readonly install: (scratch: ReviewedRepository) => void;
}

function lrc(scratch: ReviewedRepository, ...args: readonly string[]): void {
  const { status, stderr } = scratch.lrc(...args);
  if (status !== 0) throw new Error(`lrc ${args.join(" ")}: ${stderr}`);
}

function run(scratch: ReviewedRepository, program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = scratch.run(program, ...args);
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout}${stderr}`);
}

/** Other tools call ours by its name. */
function putOnPath(scratch: ReviewedRepository): void {
  const folder = join(scratch.home, "bin");
  mkdirSync(folder);
  symlinkSync(scratch.script, join(folder, "lrc"));
  scratch.env = { ...scratch.env, PATH: `${folder}:${scratch.env.PATH}` };
}

export const builtInWays: Readonly<Record<string, Way>> = {
  none: {
    before: withOwnHooks,
    install(scratch) {
      lrc(scratch, "hooks", "install");
      lrc(scratch, "hooks", "uninstall");
    },
  },
  local: { before: withOwnHooks, install: (scratch) => lrc(scratch, "hooks", "install") },
  global: { before: withOwnHooks, install: (scratch) => lrc(scratch, "hooks", "install", "--global") },
};

/** What our manual says to write into other tools' files; `tools` are the folders with their programs. */
export function waysOfOthers(tools: readonly string[]): Readonly<Record<string, Way>> {
  const withTools = (scratch: ReviewedRepository): void => {
    scratch.env = { ...scratch.env, PATH: [...tools, scratch.env.PATH].join(":") };
  };
  return {
    husky: {
      before(scratch) {
        withTools(scratch);
        run(scratch, "husky");
        scratch.write(".git/info/exclude", ".husky/\n");
        for (const name of notedHooks) scratch.write(`.husky/${name}`, `git config --add test.ran "${name} $#"\n`);
      },
      install(scratch) {
        putOnPath(scratch);
        const lines = /^ {2}(\.husky\/\S+) +(.+)$/gm;
        for (const [, file = "", line = ""] of scratch.lrc("hooks", "install").stdout.matchAll(lines))
          scratch.write(file, `${scratch.read(file)}${line}\n`);
      },
    },
    lefthook: {
      before(scratch) {
        withTools(scratch);
        scratch.env = { ...scratch.env, LEFTHOOK_CONFIG: join(scratch.home, "lefthook.yml"), LEFTHOOK_QUIET: "summary" };
        scratch.write("../lefthook.yml", lefthookNotes(""));
        run(scratch, "lefthook", "install");
      },
      install(scratch) {
        putOnPath(scratch);
        scratch.write("../lefthook.yml", lefthookNotes(fromManual("lefthook.yml")));
      },
    },
    "pre-commit": {
      before(scratch) {
        scratch.write("../hooks.yaml", preCommitNotes(""));
        const types = ["pre-commit", "commit-msg", "post-commit", "post-merge"];
        run(scratch, "pre-commit", "install", "--config", join(scratch.home, "hooks.yaml"), ...types.flatMap((type) => ["-t", type]));
      },
      install(scratch) {
        putOnPath(scratch);
        const file = fileURLToPath(new URL("../../../.pre-commit-hooks.yaml", import.meta.url));
        scratch.write("../hooks.yaml", preCommitNotes(readFileSync(file, "utf8")));
      },
    },
  };
}

/** The block of our manual that begins with the name of the file it is for. */
function fromManual(file: string): string {
  const manual = readFileSync(fileURLToPath(new URL("../../../docs/lrc-hooks.md", import.meta.url)), "utf8");
  const [, block = ""] = manual.split(`# ${file}\n`);
  return block.split("```")[0] ?? "";
}

/** Commands that note, and for the same hooks those of the manual. */
function lefthookNotes(manual: string): string {
  const hooks = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-checkout", "post-merge"];
  return hooks
    .map((name) => {
      const ours = new RegExp(`^${name}:\\n {2}commands:\\n(.*\\n)`, "m").exec(manual)?.[1] ?? "";
      return `${name}:\n  commands:\n    a: { run: "git config --add test.ran ${name}" }\n${ours}`;
    })
    .join("");
}

/** Hooks that note, and those that we publish. Older releases call the stage by its older name. */
function preCommitNotes(published: string): string {
  const stages = ["commit", "commit-msg", "post-commit", "post-merge"];
  const hook = (stage: string): string =>
    `- { id: ${stage}, name: ${stage}, language: system, entry: git config --add test.ran ${stage}, pass_filenames: false, always_run: true, stages: [${stage}] }`;
  const ours = published.replaceAll("stages: [pre-commit]", "stages: [commit]").replace(/^(#| *minimum_pre_commit_version:).*\n/gm, "");
  const lines = [...stages.map(hook), ...ours.trimEnd().split("\n")].filter(Boolean);
  return `repos:\n- repo: local\n  hooks:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

import { spawnSync } from "node:child_process";
import { type ReviewedRepository, withoutOurLine } from "./reviewed-repository.ts";

/** Two branches that do not agree about a line, a third that touches another file: what operations begin with. */
export function withHistory(scratch: ReviewedRepository): void {
  scratch.write("a.txt", "one\ntwo\nthree\n");
  scratch.write("b.txt", "one\n");
  scratch.commit("base");
  scratch.git("checkout", "-q", "-b", "other");
  scratch.write("a.txt", "one\nTWO\nthree\n");
  scratch.commit("other: two");
  scratch.git("checkout", "-q", "-b", "side", "main");
  scratch.write("b.txt", "one\ntwo\n");
  scratch.commit("side: b");
  scratch.git("checkout", "-q", "main");
  scratch.write("a.txt", "one\n2\nthree\n");
  scratch.commit("main: two");
}

/** What somebody does: what has to be there first, and the Git commands that are compared. */
export interface Operation {
  readonly prepare?: (scratch: ReviewedRepository) => void;
  readonly commands: readonly (readonly string[])[];
  /** What is typed, or piped in. */
  readonly input?: string;
}

const stage = (scratch: ReviewedRepository): void => {
  scratch.write("new.txt", "new\n");
  scratch.git("add", "new.txt");
};

const solve = (scratch: ReviewedRepository): void => {
  scratch.write("a.txt", "one\nboth\nthree\n");
  scratch.git("add", "a.txt");
};

const edit = (scratch: ReviewedRepository): void => scratch.write("a.txt", "changed\n");

export const operations: Readonly<Record<string, Operation>> = {
  "commit -m": { prepare: stage, commands: [["commit", "-m", "subject"]] },
  "commit -m of nothing": { prepare: stage, commands: [["commit", "-m", ""]] },
  "commit with a body, signed off": { prepare: stage, commands: [["commit", "-s", "-m", "subject", "-m", "body\n\n---\nmore"]] },
  "commit in an editor": { prepare: stage, commands: [["-c", "core.editor=sed -i 1s/^/subject/", "commit", "-v"]] },
  "commit in an editor that leaves the message empty": { prepare: stage, commands: [["-c", "core.editor=true", "commit", "-v", "-s"]] },
  "commit in an editor that leaves the template as it is": {
    prepare(scratch) {
      scratch.write("../template", "[what]: why\n\n# how\n");
      scratch.git("config", "commit.template", "../template");
      stage(scratch);
    },
    commands: [["-c", "core.editor=true", "commit"]],
  },
  "commit -F of a message that only looks like trailers": {
    prepare(scratch) {
      scratch.write("../message", "subject\n\nhttp://a/b: see\n");
      stage(scratch);
    },
    commands: [["commit", "-F", "../message"]],
  },
  "commit of a message in Latin-1": {
    prepare(scratch) {
      scratch.write("../message", Buffer.from("caf\xe9\n\nd\xe9j\xe0 vu\n", "latin1"));
      scratch.git("config", "i18n.commitEncoding", "ISO-8859-1");
      stage(scratch);
    },
    commands: [["commit", "-F", "../message"]],
  },
  "commit --cleanup=strip with nothing but comments": { prepare: stage, commands: [["commit", "--cleanup=strip", "-m", "#123 is all"]] },
  "commit with commit.cleanup=strip and nothing but comments": {
    prepare: stage,
    commands: [["-c", "commit.cleanup=strip", "commit", "-m", "#123 is all"]],
  },
  "commit verbatim with a # line": { prepare: stage, commands: [["commit", "--cleanup=verbatim", "-m", "subject\n\n#123 stays"]] },
  "commit -a": { prepare: edit, commands: [["commit", "-a", "-m", "subject"]] },
  "commit FILE beside another that is staged": {
    prepare(scratch) {
      stage(scratch);
      edit(scratch);
    },
    commands: [["commit", "-m", "subject", "a.txt"]],
  },
  "commit -i FILE beside another that is staged": {
    prepare(scratch) {
      stage(scratch);
      edit(scratch);
    },
    commands: [["commit", "-m", "subject", "-i", "a.txt"]],
  },
  "commit -p of one of two hunks": { prepare: edit, commands: [["commit", "-m", "subject", "-p"]], input: "y\n" },
  "commit -F -": { prepare: stage, commands: [["commit", "-F", "-"]], input: "subject\n\nbody\n" },
  "commit with cleanup=scissors and verbose": {
    prepare: stage,
    commands: [["-c", "commit.verbose=2", "-c", "core.editor=sed -i 1s/^/subject/", "commit", "--cleanup=scissors"]],
  },
  "commit -t FILE in an editor": {
    prepare(scratch) {
      scratch.write("../template", "[what]: why\n\nRefs: #1\n# how\n");
      stage(scratch);
    },
    commands: [["-c", "core.editor=sed -i 1s/what/fix/", "commit", "-t", "../template"]],
  },
  "commit -t FILE that is left as it is": {
    prepare(scratch) {
      scratch.write("../template", "[what]: why\n\n# how\n");
      stage(scratch);
    },
    commands: [["-c", "core.editor=true", "commit", "-t", "../template"]],
  },
  "commit with a template that is filled in": {
    prepare(scratch) {
      scratch.write("../template", "[what]: why\n\n# how\n");
      scratch.git("config", "commit.template", "../template");
      stage(scratch);
    },
    commands: [["-c", "core.editor=sed -i 1s/what/fix/", "commit"]],
  },
  "commit --cleanup=whitespace with CRLF": {
    prepare: stage,
    commands: [["commit", "--cleanup=whitespace", "-m", "subject\r\n\r\nbody\r\n"]],
  },
  "commit with another comment character": {
    prepare: stage,
    commands: [["-c", "core.commentChar=;", "-c", "core.editor=sed -i 1s/^/subject/", "commit"]],
  },
  "commit with trailers there already": {
    prepare: stage,
    commands: [["commit", "-m", "subject", "-m", "body", "--trailer", "Fixes: #1", "--trailer", "Co-authored-by: B <b@example.org>"]],
  },
  "commit -n": { prepare: stage, commands: [["commit", "-n", "-m", "subject"]] },
  "commit with nothing staged": { commands: [["commit", "-m", "subject"]] },
  "commit --dry-run": { prepare: stage, commands: [["commit", "--dry-run"]] },
  "commit --allow-empty": { commands: [["commit", "--allow-empty", "-m", "subject"]] },
  "commit --amend --no-edit": { prepare: stage, commands: [["commit", "--amend", "--no-edit"]] },
  "commit --amend of the message only": { commands: [["commit", "--amend", "-m", "reworded"]] },
  "commit -C": { prepare: stage, commands: [["commit", "-C", "HEAD~1"]] },
  "commit -c X": { prepare: stage, commands: [["-c", "core.editor=true", "commit", "-c", "side"]] },
  "commit --squash": { prepare: stage, commands: [["-c", "core.editor=true", "commit", "--squash", "HEAD"]] },
  "commit --fixup=amend": { prepare: stage, commands: [["-c", "core.editor=sed -i 1s/$/!/", "commit", "--fixup=amend:HEAD"]] },
  "commit --fixup, then autosquash": {
    prepare: stage,
    commands: [
      ["commit", "--fixup", "HEAD"],
      ["-c", "sequence.editor=true", "rebase", "-q", "-i", "--autosquash", "HEAD~2"],
    ],
  },
  "merge without conflicts": { commands: [["merge", "--no-edit", "side"]] },
  "merge fast-forward": {
    prepare: (scratch) => void scratch.git("checkout", "-q", "-b", "behind", "HEAD~1"),
    commands: [["merge", "main"]],
  },
  "merge with a conflict, solved": {
    prepare(scratch) {
      scratch.tryGit("merge", "other");
      solve(scratch);
    },
    commands: [["commit", "--no-edit"]],
  },
  "merge --squash, then commit": {
    prepare: (scratch) => void scratch.git("merge", "--squash", "side"),
    commands: [["commit", "--no-edit"]],
  },
  "cherry-pick": { commands: [["cherry-pick", "side"]] },
  "cherry-pick with a conflict, continued": {
    prepare(scratch) {
      scratch.tryGit("cherry-pick", "other");
      solve(scratch);
    },
    commands: [["cherry-pick", "--continue"]],
  },
  "cherry-pick -n, then commit": {
    commands: [
      ["cherry-pick", "-n", "side"],
      ["commit", "-m", "subject"],
    ],
  },
  revert: { commands: [["revert", "--no-edit", "HEAD"]] },
  "revert with a conflict, continued": {
    prepare(scratch) {
      edit(scratch);
      scratch.commit("after");
      scratch.tryGit("revert", "--no-edit", "HEAD~1");
      solve(scratch);
    },
    commands: [["revert", "--continue"]],
  },
  "rebase of clean picks": { commands: [["rebase", "-q", "side"]] },
  "rebase, rewording": { commands: [["-c", "sequence.editor=sed -i s/^pick/reword/", "rebase", "-q", "-i", "HEAD~1"]] },
  "rebase --exec with a commit": { commands: [["rebase", "-q", "--exec", "git commit -q --allow-empty -m inner", "HEAD~1"]] },
  "rebase --apply": { commands: [["rebase", "-q", "--apply", "side"]] },
  "rebase, squashing and fixing up": {
    prepare(scratch) {
      for (const name of ["x", "y", "z"]) {
        scratch.write(`${name}.txt`, `${name}\n`);
        scratch.commit(name);
      }
    },
    commands: [["-c", "sequence.editor=sed -i -e 2s/^pick/squash/ -e 3s/^pick/fixup/", "rebase", "-q", "-i", "HEAD~3"]],
  },
  "rebase, editing and amending": {
    commands: [
      ["-c", "sequence.editor=sed -i s/^pick/edit/", "rebase", "-q", "-i", "HEAD~1"],
      ["commit", "--amend", "-m", "edited"],
      ["rebase", "--continue"],
    ],
  },
  "rebase with a conflict, continued": {
    prepare(scratch) {
      scratch.tryGit("rebase", "-q", "other");
      solve(scratch);
    },
    commands: [["rebase", "--continue"]],
  },
  am: {
    prepare(scratch) {
      scratch.write("../patch", scratch.git("format-patch", "--stdout", "-1", "side"));
    },
    commands: [["am", "-q", "../patch"]],
  },
  "commit-tree": { commands: [["commit-tree", "-m", "subject", "HEAD^{tree}"]] },
  bisect: {
    commands: [
      ["bisect", "start", "HEAD", "HEAD~1"],
      ["bisect", "reset"],
    ],
  },
  "push, and what the hook is told": {
    prepare: (scratch) => void scratch.git("init", "-q", "--bare", "../bare.git"),
    commands: [["push", "-q", "../bare.git", "main", "side:other"]],
  },
  "stash and back": {
    prepare: edit,
    commands: [
      ["stash", "-q"],
      ["stash", "pop", "-q"],
    ],
  },
  "worktree add, and a commit in it": {
    commands: [
      ["worktree", "add", "-q", "../linked"],
      ["-C", "../linked", "commit", "--allow-empty", "-m", "linked"],
    ],
  },
};

/** What must be the same after an operation. `run` starts Git as somebody at a terminal would, or as a program would. */
export function outcome(scratch: ReviewedRepository, { prepare, commands, input = "" }: Operation, run: RunGit = withoutTerminal): unknown {
  prepare?.(scratch);
  const statuses = commands.map((args) => run(scratch, args, input));
  const log = scratch.git("log", "--all", "--topo-order", "--format=%T%x00%B%x00%P%x01").split("\u0001");
  return {
    statuses,
    commits: log.map((entry) => {
      const [tree, message = "", parents = ""] = entry.split("\0");
      return { tree, message: withoutOurLine(message), parents: parents.split(" ").length };
    }),
    status: scratch.git("status", "--porcelain=v2", "--branch").replaceAll(/^# branch.oid .*/gm, ""),
    index: scratch.git("ls-files", "--stage"),
    stash: scratch.git("stash", "list"),
    // Ids differ where messages do.
    hooksThatRan: scratch.tryGit("config", "--get-all", "test.ran").stdout.replaceAll(/\b[0-9a-f]{14,40}\b/g, "id"),
  };
}

/** Starts Git and says how it ended. */
export type RunGit = (scratch: ReviewedRepository, args: readonly string[], input: string) => number | null;

export const withoutTerminal: RunGit = (scratch, args, input) => {
  const { status } = spawnSync("git", args, { cwd: scratch.root, env: environment(scratch, args), input });
  return status;
};

/** An editor that is configured counts for less than one in the environment. */
function environment({ env }: ReviewedRepository, args: readonly string[]): Record<string, string> {
  const { GIT_EDITOR = "true", ...rest } = env;
  return args.some((arg) => arg.startsWith("core.editor=")) ? rest : { ...rest, GIT_EDITOR };
}

/** Everything is connected to a terminal, as it is for a person. */
export const atTerminal: RunGit = (scratch, args, input) => {
  const command = ["git", ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const env = { ...environment(scratch, args), TERM: "xterm", SHELL: "/bin/sh" };
  // What is piped in is no terminal for a person either.
  const piped = args.includes("-") ? `printf '%s' '${input}' | ${command}` : command;
  const { status } = spawnSync("/usr/bin/script", ["--quiet", "--return", "--command", piped, "/dev/null"], {
    cwd: scratch.root,
    env,
    input: args.includes("-") ? "" : input,
  });
  return status;
};

/** Hooks that a repository can have: those that take part in what is compared. */
export const notedHooks = [
  "pre-commit",
  "prepare-commit-msg",
  "commit-msg",
  "post-commit",
  "post-checkout",
  "post-merge",
  "pre-merge-commit",
  "post-rewrite",
  "pre-push",
  "pre-rebase",
  "applypatch-msg",
] as const;

/** A hook that was there before: it notes its name and its arguments, and what it was told. */
export function withOwnHooks(scratch: ReviewedRepository): void {
  for (const name of notedHooks) {
    const told = ["pre-push", "post-rewrite"].includes(name) ? '$(cat | tr "\\n" " ")' : "";
    const text = `#!/bin/sh\ngit config --add test.ran "${name} $(basename "\${1-}" | cut -c1-14) $# ${told}"\n`;
    scratch.write(`.git/hooks/${name}`, text, { executable: true });
  }
}

import type { ReviewedRepository } from "./reviewed-repository.ts";

/** Two branches that do not agree about a line, a third that touches another file, and the hooks of the repository noting that they ran. */
function history(scratch: ReviewedRepository): void {
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

export type Step = (scratch: ReviewedRepository) => readonly (readonly string[])[];

const stage = (scratch: ReviewedRepository): void => {
  scratch.write("new.txt", "new\n");
  scratch.git("add", "new.txt");
};

/** What people do, each as the Git commands of the last step; what comes before only prepares it. */
export const operations: Readonly<Record<string, Step>> = {
  "commit -m": (scratch) => (stage(scratch), [["commit", "-m", "subject"]]),
  "commit with a body, signed off": (scratch) => (stage(scratch), [["commit", "-s", "-m", "subject", "-m", "body\n\n---\nmore"]]),
  "commit in an editor": (scratch) => (stage(scratch), [["-c", "core.editor=sed -i 1s/^/subject/", "commit", "-v"]]),
  "commit in an editor that leaves the message empty": (scratch) => (stage(scratch), [["-c", "core.editor=true", "commit", "-v", "-s"]]),
  "commit in an editor that leaves the template as it is": (scratch) => (
    scratch.write("../template", "[what]: why\n\n# how\n"),
    scratch.git("config", "commit.template", "../template"),
    stage(scratch),
    [["-c", "core.editor=true", "commit"]]
  ),
  "commit -m of nothing": (scratch) => (stage(scratch), [["commit", "-m", ""]]),
  "commit -F -": (scratch) => (
    scratch.write("../message", "subject\n\nhttp://a/b: see\n"), stage(scratch), [["commit", "-F", "../message"]]
  ),
  "commit verbatim with a # line": (scratch) => (stage(scratch), [["commit", "--cleanup=verbatim", "-m", "subject\n\n#123 stays"]]),
  "commit -a": (scratch) => (scratch.write("a.txt", "changed\n"), [["commit", "-a", "-m", "subject"]]),
  "commit FILE beside another that is staged": (scratch) => (
    stage(scratch), scratch.write("a.txt", "changed\n"), [["commit", "-m", "subject", "a.txt"]]
  ),
  "commit -n": (scratch) => (stage(scratch), [["commit", "-n", "-m", "subject"]]),
  "commit with nothing staged": () => [["commit", "-m", "subject"]],
  "commit --dry-run": (scratch) => (stage(scratch), [["commit", "--dry-run"]]),
  "commit --allow-empty": () => [["commit", "--allow-empty", "-m", "subject"]],
  "commit --amend --no-edit": (scratch) => (stage(scratch), [["commit", "--amend", "--no-edit"]]),
  "commit --amend of the message only": () => [["commit", "--amend", "-m", "reworded"]],
  "commit -C": (scratch) => (stage(scratch), [["commit", "-C", "HEAD~1"]]),
  "commit --fixup, then autosquash": (scratch) => (
    stage(scratch),
    [
      ["commit", "--fixup", "HEAD"],
      ["-c", "sequence.editor=true", "rebase", "-q", "-i", "--autosquash", "HEAD~2"],
    ]
  ),
  "merge without conflicts": () => [["merge", "--no-edit", "side"]],
  "merge fast-forward": (scratch) => (scratch.git("checkout", "-q", "-b", "behind", "HEAD~1"), [["merge", "main"]]),
  "merge with a conflict, solved": (scratch) => (
    scratch.tryGit("merge", "other"), scratch.write("a.txt", "one\nboth\nthree\n"), scratch.git("add", "a.txt"), [["commit", "--no-edit"]]
  ),
  "merge --squash, then commit": (scratch) => (scratch.git("merge", "--squash", "side"), [["commit", "--no-edit"]]),
  "cherry-pick": () => [["cherry-pick", "side"]],
  "cherry-pick with a conflict, continued": (scratch) => (
    scratch.tryGit("cherry-pick", "other"),
    scratch.write("a.txt", "one\nboth\nthree\n"),
    scratch.git("add", "a.txt"),
    [["cherry-pick", "--continue"]]
  ),
  "cherry-pick -n, then commit": () => [
    ["cherry-pick", "-n", "side"],
    ["commit", "-m", "subject"],
  ],
  revert: () => [["revert", "--no-edit", "HEAD"]],
  "rebase of clean picks": () => [["rebase", "-q", "side"]],
  "rebase, rewording": () => [["-c", "sequence.editor=sed -i s/^pick/reword/", "rebase", "-q", "-i", "HEAD~1"]],
  "rebase --exec with a commit": () => [["rebase", "-q", "--exec", "git commit -q --allow-empty -m inner", "HEAD~1"]],
  "rebase --apply": () => [["rebase", "-q", "--apply", "side"]],
  "stash and back": (scratch) => (
    scratch.write("a.txt", "changed\n"),
    [
      ["stash", "-q"],
      ["stash", "pop", "-q"],
    ]
  ),
  "worktree add, and a commit in it": () => [
    ["worktree", "add", "-q", "../linked"],
    ["-C", "../linked", "commit", "--allow-empty", "-m", "linked"],
  ],
};

/** Everything that must be the same. */
export function outcome(scratch: ReviewedRepository, step: Step): unknown {
  history(scratch);
  const commands = step(scratch);
  const statuses = commands.map((args) => scratch.tryGit(...args).status);
  const commits = scratch.git("rev-list", "--all", "--topo-order").trim().split("\n");
  return {
    statuses,
    trees: commits.map((commit) => scratch.git("rev-parse", `${commit}^{tree}`)),
    messages: commits.map((commit) => scratch.messageWithoutOurLine(commit)),
    status: scratch.git("status", "--porcelain=v2", "--branch").replaceAll(/^# branch.oid .*/gm, ""),
    index: scratch.git("ls-files", "--stage"),
    stash: scratch.git("stash", "list"),
    // Ids differ where messages do.
    hooksThatRan: scratch.tryGit("config", "--get-all", "test.ran").stdout.replaceAll(/ [0-9a-f]{14} /g, " id "),
  };
}

/** A hook that was there before: it notes its name and its arguments. */
export function withOwnHooks(scratch: ReviewedRepository): void {
  for (const name of [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "pre-merge-commit",
    "post-rewrite",
  ]) {
    const text = `#!/bin/sh\ngit config --add test.ran "${name} $(basename "\${1-}" | cut -c1-14) $#"\n`;
    scratch.write(`.git/hooks/${name}`, text, { executable: true });
  }
}

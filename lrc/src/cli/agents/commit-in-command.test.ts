import { describe, expect, it } from "vitest";
import { gitStepsIn } from "./commit-in-command.ts";

const commit = (parts: object = {}) => ({ kind: "commit", directory: "/work", all: false, paths: [], ...parts });
const add = (...args: string[]) => ({ kind: "add", directory: "/work", arguments: args });

describe("what a command line stages and commits", () => {
  it.each<[string, readonly object[]]>([
    ["git commit -m x", [commit()]],
    ["git commit -am 'fix: it'", [commit({ all: true })]],
    ["git commit --all --message 'a file.js'", [commit({ all: true })]],
    ["git commit -mall", [commit()]],
    ["git commit -ma file.js", [commit({ paths: ["file.js"] })]],
    ["git commit -m x -- a.js 'b c.js'", [commit({ paths: ["a.js", "b c.js"] })]],
    ["git commit --amend --no-edit -S", [commit()]],
    ["git add . && git commit -m x", [add("."), commit()]],
    ["git add -A; git --no-pager commit", [add("-A"), commit()]],
    ["git add 'a b' \"c d\" e\\ f\ngit commit", [add("a b", "c d", "e f"), commit()]],
    ["cd sub && git commit -m x", [commit({ directory: "/work/sub" })]],
    ["cd /else; git -C deep commit", [commit({ directory: "/else/deep" })]],
    ["git -C sub -c user.name='A B' --git-dir x commit", [commit({ directory: "/work/sub" })]],
    ["GIT_AUTHOR_DATE=now LRC=0 git commit -n -m x", [commit()]],
    ["env A=1 timeout 30 /usr/bin/git commit", [commit()]],
    ["if true; then git commit; fi", [commit()]],
    ["(cd sub && git commit)", [commit({ directory: "/work/sub" })]],
    ["bash -lc 'git add . && git commit -m x'", [add("."), commit()]],
    ["git commit -F - <<'EOF'\nit's; git commit -a\nEOF\ngit add later", [commit(), add("later")]],
    ['git commit -m "$(cat <<\'EOF\'\nit\'s (all) "fine"\n\nEOF\n)" && echo done', [commit()]],
    ["git commit -m x >/dev/null 2>&1 | tee log", [commit()]],
    ["git commit -m 'git add .' # git commit -a", [commit()]],
    ['git add "$FILE" && git commit -m x', [commit()]],
    ["echo 'git commit'", []],
    ['grep -r "git commit" . ; git log --grep commit', []],
    ["git commit-graph write && git commit --dry-run", []],
    ["git show HEAD; git commit --help", []],
    ["", []],
    ["'unfinished git commit", []],
    ['git commit -m "unfinished $(cat <<EOF\nit', [commit()]],
  ])("%j", (line, steps) => {
    expect(gitStepsIn(line, "/work")).toEqual(steps);
  });

  it("comes to an end, whatever is written", () => {
    const parts = [
      "git",
      " commit",
      " -m",
      "'",
      '"',
      "$(",
      ")",
      "`",
      "<<EOF",
      "\n",
      "EOF",
      "\\",
      "&&",
      "|",
      ">",
      "&>",
      "2>&1",
      "{",
      "}",
      "#",
      "$",
      "${",
      "cd x;",
      " -a",
    ];
    let seed = 7;
    for (let round = 0; round < 3000; round += 1) {
      let line = "";
      for (let count = 0; count < 12; count += 1) {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        line += parts[seed % parts.length];
      }
      expect(Array.isArray(gitStepsIn(line, "/work")), line).toBe(true);
    }
  });
});

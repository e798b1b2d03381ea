import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ReviewedRepository } from "./harness/reviewed-repository.ts";

/** A repository with a file staged. */
function begin(): ReviewedRepository {
  const scratch = new ReviewedRepository();
  mkdirSync(join(scratch.root, ".git/hooks"), { recursive: true });
  scratch.write("a.js", "export const a = 1;\n");
  scratch.git("add", "a.js");
  return scratch;
}

const hook = (scratch: ReviewedRepository): string => join(scratch.root, ".git/hooks/pre-commit");

describe("what is at the place of a hook", () => {
  it.each(["/nowhere/hook", "pre-commit"])("a link to %s, which leads nowhere, is put back as it was", (target) => {
    using scratch = begin();
    scratch.link(".git/hooks/pre-commit", target);
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.tryGit("commit", "-m", "first").status).toBe(0);
    expect(scratch.verdict()).toMatch(/^ran/);
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(readlinkSync(hook(scratch))).toBe(target);
    expect(readdirSync(join(scratch.root, ".git/hooks"))).toEqual(["pre-commit"]);
  });

  it.each([
    ["a folder", (path: string) => mkdirSync(path)],
    ["a pipe", (path: string) => void spawnSync("/usr/bin/mkfifo", [path])],
  ])("%s, which is no file, is named, and nothing is written", (_, make) => {
    using scratch = begin();
    make(hook(scratch));
    const { status, stdout } = scratch.lrc("hooks", "install");
    expect({ status, stdout }).toEqual({ status: 1, stdout: `${hook(scratch)} is no file: put it away first\n` });
    expect(readdirSync(join(scratch.root, ".git/hooks"))).toEqual(["pre-commit"]);
    expect(scratch.lrc("doctor").stdout).toContain("is no file: put it away");
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(lstatSync(hook(scratch)).isFile()).toBe(false);
  });

  it("a hook that another version wrote is named by the doctor, and renewed by installing again", () => {
    using scratch = begin();
    const remark = "note: the hooks are not as this version writes them: lrc hooks install\n";
    scratch.lrc("hooks", "install");
    const now = scratch.read(".git/hooks/pre-commit");
    expect(scratch.lrc("doctor").stdout).not.toContain(remark);
    writeFileSync(hook(scratch), now.replace("trap '' PIPE\n", ""));
    expect(scratch.lrc("doctor")).toMatchObject({ status: 0, stdout: expect.stringContaining(remark) as string });
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.read(".git/hooks/pre-commit")).toBe(now);
    expect(scratch.lrc("doctor").stdout).not.toContain(remark);
  });

  it("the line of a plain message is written by Git alone, which takes no time", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    const path = join(scratch.root, ".git/hooks/commit-msg");
    writeFileSync(path, readFileSync(path, "utf8").replace(/script='.*'/, "script='/nowhere'"));
    expect(scratch.tryGit("commit", "-m", "first", "-m", "More of it.")).toMatchObject({
      status: 0,
      stderr: "lrc: nothing found (1 file, coverage 100%)\n",
    });
    expect(scratch.verdict()).toMatch(/^ran/);
  });

  it("a hook of ours that cannot be executed any more is mended by installing again", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    chmodSync(hook(scratch), 0o644);
    expect(scratch.lrc("doctor").status).toBe(1);
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.lrc("doctor").status).toBe(0);
  });

  it("a file in place of the folder is named", () => {
    using scratch = begin();
    rmSync(join(scratch.root, ".git/hooks"), { recursive: true });
    writeFileSync(join(scratch.root, ".git/hooks"), "");
    const { status, stderr } = scratch.lrc("hooks", "install");
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("which is no folder") as string });
  });
});

describe("a hook that was there before", () => {
  it.each(['basename "$0"', `echo "\${0##*/}"`])("and does what it is called for (%s) keeps its name, and is put back", (ask) => {
    using scratch = begin();
    const text = `#!/bin/sh\n[ "$(${ask})" = pre-commit ]\n`;
    scratch.write(".git/hooks/pre-commit", text, { executable: true });
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.lrc("hooks", "status").stdout).toContain("runs what was there before");
    expect(scratch.tryGit("commit", "-m", "first").status).toBe(0);
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(readdirSync(join(scratch.root, ".git/hooks"))).toEqual(["pre-commit"]);
    expect(scratch.read(".git/hooks/pre-commit")).toBe(text);
  });
});

it.each([".git/hooks", "../hooks of mine"])("the folder %s, made for our hooks, goes with them", (folder) => {
  using scratch = begin();
  scratch.remove(".git/hooks");
  if (folder !== ".git/hooks") scratch.git("config", "core.hooksPath", folder);
  const before = readdirSync(scratch.home, { recursive: true }).sort();
  expect(scratch.lrc("hooks", "install").status).toBe(0);
  expect(existsSync(join(scratch.root, folder, "pre-commit"))).toBe(true);
  expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
  const after = readdirSync(scratch.home, { recursive: true }).sort();
  expect(after.filter((path) => !path.toString().startsWith(".local"))).toEqual(before);
});

describe("whether the next commit is reviewed", () => {
  it("is not said where the program is gone and no other is found", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    writeFileSync(hook(scratch), scratch.read(".git/hooks/pre-commit").replace(/script='.*'/, "script='/nowhere'"));
    expect(scratch.tryGit("commit", "-m", "first").stderr).toContain("the program is gone");
    expect(scratch.lrc("doctor")).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("nor in node_modules/.bin or on the PATH") as string,
    });
    scratch.write("node_modules/.bin/lrc", "#!/bin/sh\n", { executable: true });
    expect(scratch.lrc("doctor")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("another one is found by its name") as string,
    });
  });

  it("is said without a home", () => {
    using scratch = begin();
    const { HOME: _, GIT_CONFIG_GLOBAL: _global, ...env } = scratch.env;
    scratch.env = env;
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.lrc("doctor")).toMatchObject({ status: 0, stderr: "" });
  });

  it("is said where core.hooksPath is empty, and a review is made all the same", () => {
    using scratch = begin();
    scratch.git("config", "core.hooksPath", "");
    expect(scratch.lrc("doctor")).toMatchObject({ status: 1, stdout: expect.stringContaining("core.hooksPath is empty") as string });
    expect(scratch.lrc("hooks", "install")).toMatchObject({ status: 1, stderr: expect.stringContaining("git config --unset") as string });
    expect(scratch.lrc("review", "--staged").status).toBe(0);
  });

  it("is not left to a word that means nothing without saying so", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    scratch.git("config", "lrc.trailer", "maybe");
    expect(scratch.lrc("doctor").stdout).toContain('lrc.trailer is "maybe", which means nothing');
  });
});

describe("a repository in a folder called", () => {
  it.each(["a\nb", "'quoted' $(touch pwned)", "\u001b[31mred"])("%j is reviewed, and no escape gets out", (name) => {
    using scratch = begin();
    const root = join(scratch.home, name);
    renameSync(scratch.root, root);
    const inside = { cwd: root, env: scratch.env, encoding: "utf8" } as const;
    const lrc = (...args: readonly string[]) => spawnSync(process.execPath, [scratch.script, ...args], inside);
    const said = [lrc("hooks", "install"), lrc("doctor"), lrc("hooks", "status")];
    expect(said.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(said.map(({ stdout, stderr }) => stdout + stderr).join("")).not.toContain("\u001b");
    expect(spawnSync("git", ["commit", "-m", "first"], inside).stderr).toMatch(/^lrc: nothing found/);
    expect(lrc("verify", "HEAD").stdout).toContain("attested");
    expect(lrc("hooks", "uninstall").status).toBe(0);
    expect(readdirSync(join(root, ".git/hooks"))).toEqual([]);
    expect(readdirSync(root)).toEqual([".git", "a.js"]);
  });
});

describe("the line under a message", () => {
  const inPlaceOf = (scratch: ReviewedRepository, message: string, ...args: readonly string[]): string => {
    scratch.write("../message", message);
    scratch.git("commit", "-q", ...args, "-F", "../message");
    return scratch.git("cat-file", "commit", "HEAD").split("\n\n").slice(1).join("\n\n");
  };

  it("is a paragraph of its own where the last line does not end", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    const line = "Lrc-Review: ran (iter:1, coverage:100%)\n";
    expect(inPlaceOf(scratch, "subject", "--cleanup=verbatim")).toBe(`subject\n\n${line}`);
    expect(inPlaceOf(scratch, "subject\n\nRefs: #1", "--amend", "--cleanup=verbatim")).toBe(`subject\n\nRefs: #1\n${line}`);
  });

  it("does not make a message of comments that Git strips", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    expect(scratch.tryGit("commit", "--cleanup=strip", "-m", "#1").status).toBe(1);
    expect(scratch.tryGit("-c", "commit.cleanup=strip", "commit", "-m", "#1").status).toBe(1);
    expect(scratch.tryGit("commit", "-m", "#1").status).toBe(0);
    expect(scratch.verdict()).toMatch(/^ran/);
  });

  it.each(["subject\n\nbody\n\nCo-authored-by: Ada <ada@example.org>\n", "subject\n\nhttp://a/b: see\n", "subject\n"])(
    "of %j leaves other trailers what they are where another tool's hook asks for it",
    (message) => {
      using scratch = begin();
      const own = (name: string, text: string): void => {
        scratch.write(`.git/hooks/${name}`, `#!/bin/sh\n${text}\n`, { executable: true });
      };
      const lrc = `'${process.execPath}' '${scratch.script}'`;
      own("pre-commit", `${lrc} hook pre-commit || [ $? -ne 10 ]`);
      own("commit-msg", `${lrc} hook commit-msg "$1" || true`);
      const written = inPlaceOf(scratch, message);
      expect(written.replace(/\n?Lrc-Review: .*\n/, "")).toBe(message.endsWith("org>\n") ? message.slice(0, -1) : message);
      expect(scratch.verdict()).toMatch(/^ran/);
      expect(scratch.lrc("doctor").stdout).not.toContain("the commit-msg hook is not ours");
      if (message.includes("Co-authored-by")) expect(scratch.git("log", "-1", "--format=%(trailers:key=Co-authored-by)")).toContain("Ada");
    },
  );
});

describe("a message for which Git was told something of its own", () => {
  const line = "Lrc-Review: ran (iter:1, coverage:100%)\n";
  const edited = (scratch: ReviewedRepository, script: string, ...args: readonly string[]): string => {
    scratch.env = { ...scratch.env, GIT_EDITOR: `sed -i ${script}` };
    scratch.git("commit", "-q", ...args);
    return scratch.git("cat-file", "commit", "HEAD").split("\n\n").slice(1).join("\n\n");
  };

  it.each([
    ["other separators", ["trailer.separators", "=:"], "subject\n\nbody\n\nFixes=#1\nRefs= 2\n"],
    ["a command for another trailer", ["trailer.sign.command", "touch ran; echo x"], "subject\n\nRefs: 1\n"],
    ["another name for ours", ["trailer.lrc-review.key", "Other: "], "subject\n\nRefs: 1\n"],
  ])("(%s) gets the line with its trailers, and nothing else", (_, setting, message) => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    scratch.git("config", ...setting);
    scratch.write("../message", message);
    scratch.git("commit", "-q", "-F", "../message");
    expect(scratch.git("cat-file", "commit", "HEAD")).toContain(`\n\n${message}${line}`);
    scratch.git("commit", "-q", "--amend", "--no-edit");
    expect(scratch.git("cat-file", "commit", "HEAD")).toContain(`\n\n${message}${line}`);
    expect(scratch.git("status", "--porcelain")).toBe("");
  });

  it.each(["scissors", "whitespace", "verbatim"])("(commit.cleanup=%s) has it below lines that are no comments", (cleanup) => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    scratch.git("config", "commit.cleanup", cleanup);
    const [help, flags] = cleanup === "scissors" ? ["", ["-v"]] : ["-e '/^#/d'", []];
    expect(edited(scratch, `${help} -e '1s/^/subject\\n\\n#123 is the reason\\n/'`, ...flags)).toMatch(
      /^subject\n\n#123 is the reason\n+Lrc-Review: .*\n+$/,
    );
    expect(scratch.verdict()).toMatch(/^ran/);
  });

  it("(core.commentChar=auto) stays empty when everything but Git's own words is taken out of it", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    scratch.git("config", "core.commentChar", "auto");
    scratch.git("commit", "-q", "--cleanup=verbatim", "-m", "# heading");
    scratch.write("b.js", "export const b = 1;\n");
    scratch.git("add", "b.js");
    scratch.env = { ...scratch.env, GIT_EDITOR: "sed -i '/^#/d;/^Lrc/d'" };
    expect(scratch.tryGit("commit", "--amend")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("empty commit message") as string,
    });
    expect(edited(scratch, "'s/^# heading/# other/'", "--amend")).toMatch(/^# other\n\nLrc-Review: ran .*\n$/);
  });
});

describe("hooks for all repositories", () => {
  it.each([
    ["a folder below the home", () => "[core]\n\thooksPath = ~/mine\n"],
    [
      "a file that the configuration includes",
      (scratch: ReviewedRepository) => {
        scratch.write("../included", "[core]\n\thooksPath = ~/mine\n");
        return "[include]\n\tpath = ~/included\n";
      },
    ],
  ])("hand on to those that were in %s", (_, configured) => {
    using scratch = begin();
    const file = scratch.env.GIT_CONFIG_GLOBAL!;
    writeFileSync(file, configured(scratch));
    const before = readFileSync(file, "utf8");
    scratch.write("../mine/pre-commit", "#!/bin/sh\ntouch ../ran\n", { executable: true });
    expect(scratch.lrc("hooks", "install", "--global").status).toBe(0);
    expect(scratch.lrc("hooks", "install", "--global").stdout).toBe("There is nothing to do.\n");
    scratch.git("commit", "-q", "-m", "first");
    expect(existsSync(join(scratch.home, "ran"))).toBe(true);
    expect(scratch.verdict()).toMatch(/^ran/);
    expect(scratch.lrc("hooks", "uninstall", "--global").status).toBe(0);
    expect(readFileSync(file, "utf8")).toBe(before);
  });
});

describe("a database that cannot be read", () => {
  it("stands in nobody's way who asks for commits, and is told to who asks for what was noted", () => {
    using scratch = begin();
    scratch.lrc("hooks", "install");
    scratch.git("commit", "-q", "-m", "first");
    scratch.write(".git/lrc/history.db", "no database ".repeat(100));
    expect(scratch.lrc("query", "stats")).toMatchObject({ status: 0, stdout: expect.stringContaining("ran") as string });
    expect(scratch.lrc("verify", "HEAD")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("attested") as string,
      stderr: expect.stringContaining("what was noted on this machine cannot be read") as string,
    });
    expect(scratch.lrc("query", "decisions")).toMatchObject({ status: 3, stderr: expect.stringContaining("history.db") as string });
  });
});

import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { privateKey, ReviewedRepository } from "./harness/reviewed-repository.ts";

interface Reviewed {
  readonly findings: readonly {
    readonly ruleId: string;
    readonly path: string;
    readonly fingerprint: string;
    readonly startLine: number;
  }[];
  readonly suppressed: readonly { readonly by: string; readonly reason?: string }[];
  readonly skipped: readonly { readonly path: string; readonly reason: string; readonly addedLines: number }[];
  readonly notices: readonly string[];
  readonly coverage: { readonly reviewedLines: number; readonly changedLines: number };
  readonly complete: boolean;
}

function review(scratch: ReviewedRepository, ...args: readonly string[]): Reviewed & { readonly status: number | null } {
  const { status, stdout, stderr } = scratch.lrc("review", "--format", "json", ...args);
  expect(stdout, stderr).not.toBe("");
  return { ...(JSON.parse(stdout) as Reviewed), status };
}

const fault = "import sys\neval(sys.argv[1])\n";
const check = "id: no-print\nlanguage: python\nmessage: Say it with logging.\nseverity: error\nrule:\n  pattern: print($$$)\n";

describe("checks of a repository's own", () => {
  it("of which one is broken run without it, and that is said once", () => {
    using scratch = new ReviewedRepository();
    scratch.write(".lrc/checks/good.yml", check);
    scratch.write(".lrc/checks/broken.yml", "id: broken\nlanguage: klingon\nmessage: x\nrule:\n  pattern: x\n");
    scratch.commit("checks");
    for (const name of ["a.py", "b.py"]) scratch.write(name, `print(1)\n`);
    scratch.git("add", "--all");
    const reviewed = review(scratch);
    expect(reviewed.findings.map(({ ruleId, path }) => [ruleId, path])).toEqual([
      ["check/no-print", "a.py"],
      ["check/no-print", "b.py"],
    ]);
    expect(reviewed.notices.filter((notice) => notice.includes("broken.yml"))).toHaveLength(1);
    expect(reviewed).toMatchObject({ complete: true, coverage: { reviewedLines: 2, changedLines: 2 }, status: 2 });
    expect(scratch.lrc("config", "check").status).toBe(2);
    scratch.lrc("hooks", "install");
    const { status, stderr } = scratch.tryGit("commit", "-m", "reviewed");
    expect(status).toBe(0);
    expect(stderr.match(/broken\.yml/g)).toHaveLength(1);
    expect(scratch.verdict()).toBe("ran (iter:1, coverage:100%)");
  });
});

it("a rule is known by its name, and not because a check has it somewhere in its text", () => {
  using scratch = new ReviewedRepository();
  scratch.write(".lrc/checks/good.yml", `${check}---\nid: team/old\nlanguage: python\nseverity: off\nrule: { pattern: old() }\n`);
  scratch.write(".lrc/config.toml", '[rules]\n"check/team/old" = "error"\n"check/print" = "off"\n');
  const { status, stdout } = scratch.lrc("config", "check");
  expect({ status, stdout }).toEqual({ status: 2, stdout: '.lrc/config.toml: there is no rule "check/print"; is check/no-print meant?\n' });
});

it("a dismissal keeps no secret that its reason quotes, and says so when there is none to take back", () => {
  using scratch = new ReviewedRepository();
  const fingerprint = "0".repeat(32);
  const secret = ["ghp_", "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z5A"].join("");
  expect(scratch.lrc("findings", "dismiss", fingerprint, "--undo").stdout).toBe("It was not dismissed.\n");
  expect(scratch.lrc("findings", "dismiss", fingerprint, "--reason", `${secret} was revoked`).status).toBe(0);
  expect(scratch.lrc("findings", "list").stdout).toContain("ghp_[masked] was revoked");
  for (const name of readdirSync(join(scratch.root, ".git/lrc"))) expect(scratch.read(`.git/lrc/${name}`)).not.toContain(secret);
});

it("what is not there to be reviewed is said as it is: nothing committed yet, nothing to stage, no file", () => {
  using scratch = new ReviewedRepository();
  scratch.git("init", "--quiet", "../empty");
  expect(scratch.lrcIn("../empty", "review", "--base", "main")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("nothing is committed here yet") as string,
  });
  scratch.git("init", "--quiet", "--bare", "../bare.git");
  expect(scratch.lrcIn("../bare.git", "review")).toMatchObject({ status: 2, stderr: expect.stringContaining("bare") as string });
  expect(scratch.lrc("review", "--diff-file", "gone").stderr).toBe("lrc: gone cannot be read: no such file or directory\n");
});

it("a file in conflict is named as not reviewed, and read where the working tree is", () => {
  using scratch = new ReviewedRepository();
  scratch.write("a.py", "a = 1\n");
  scratch.commit("one");
  scratch.git("checkout", "-q", "-b", "other");
  scratch.write("a.py", "a = 2\n");
  scratch.commit("two");
  scratch.git("checkout", "-q", "main");
  scratch.write("a.py", "a = 3\n");
  scratch.commit("three");
  expect(scratch.tryGit("merge", "other").status).toBe(1);
  expect(review(scratch)).toMatchObject({ findings: [], notices: ["not reviewed, because the conflict of a merge is not resolved: a.py"] });
  expect(review(scratch, "--working")).toMatchObject({ findings: [{ ruleId: "any/conflict-marker", path: "a.py" }], notices: [] });
});

it("what a partial clone lacks is not fetched, and it is said how it is", () => {
  using scratch = new ReviewedRepository();
  for (const text of ["a = 1\n", "a = 2\n"]) {
    scratch.write("a.py", text);
    scratch.commit(text.trim());
  }
  scratch.git("config", "uploadpack.allowFilter", "true");
  scratch.git("clone", "-q", "--filter=blob:none", "--no-checkout", `file://${scratch.root}`, "../part");
  const { status, stderr } = scratch.lrcIn("../part", "review", "--commit", "HEAD");
  expect(status).toBe(3);
  expect(stderr).toContain("left out of this partial clone");
});

describe("a diff from a file", () => {
  it("is reviewed as the repository around it says: settings, ignored files, checks, and what is dismissed", () => {
    using scratch = new ReviewedRepository();
    scratch.write(".lrc/checks/good.yml", check);
    scratch.write(".lrc/ignore", "ignored/\n");
    scratch.write("quiet/.lrc/config.toml", '[rules]\n"injection/code" = "off"\n');
    scratch.commit("configuration");
    for (const path of ["ignored/a.py", "quiet/a.py", "plain/a.py"]) scratch.write(path, `${fault}print(1)\n`);
    scratch.git("add", "--all");
    const diff = scratch.git("diff", "--cached");
    scratch.write("../change.diff", diff);
    const reviewed = review(scratch, "--diff-file", "../change.diff");
    expect(reviewed.findings.map(({ ruleId, path }) => `${path} ${ruleId}`).toSorted()).toEqual([
      "plain/a.py check/no-print",
      "plain/a.py injection/code",
      "quiet/a.py check/no-print",
    ]);
    expect(reviewed.skipped).toMatchObject([{ path: "ignored/a.py", reason: "ignored" }]);
    const { fingerprint } = reviewed.findings.find(({ ruleId }) => ruleId === "injection/code")!;
    expect(scratch.lrc("findings", "dismiss", fingerprint, "--reason", "only for tests").status).toBe(0);
    expect(review(scratch, "--diff-file", "../change.diff").findings).toHaveLength(2);
    expect(scratch.lrcIn("..", "review", "--diff-file", "change.diff", "--format", "json").stdout).not.toContain("check/");
  });
});

describe("lrc findings dismiss", () => {
  it("takes a finding out of every review of this repository, with its reason, until that is taken back", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", fault);
    scratch.git("add", "a.py");
    const { fingerprint } = review(scratch).findings[0]!;
    expect(scratch.lrc("findings", "dismiss", "nonsense", "--reason", "x").status).toBe(2);
    expect(scratch.lrc("findings", "dismiss", fingerprint, "--reason", "the list is fixed").status).toBe(0);
    expect(review(scratch)).toMatchObject({ findings: [], suppressed: [{ by: "dismissed", reason: "the list is fixed" }], status: 0 });
    expect(scratch.lrc("findings", "list").stdout).toContain("the list is fixed");
    // Lines that move keep their name.
    scratch.write("a.py", `# moved\n\n${fault}`);
    scratch.git("add", "a.py");
    expect(review(scratch).findings).toEqual([]);
    expect(scratch.lrc("findings", "dismiss", fingerprint, "--undo").status).toBe(0);
    expect(review(scratch).findings).toHaveLength(1);
  });
});

describe("git config lrc.notes true", () => {
  it("attaches what was attested to the commit, as a note of its own", () => {
    using scratch = new ReviewedRepository();
    scratch.lrc("hooks", "install");
    scratch.git("config", "lrc.notes", "true");
    scratch.write("a.js", "export const a = 1;\n");
    scratch.git("add", "a.js");
    scratch.git("commit", "--quiet", "-m", "first");
    const note = JSON.parse(scratch.git("notes", "--ref=lrc", "show", "HEAD")) as Record<string, unknown>;
    expect(note).toMatchObject({ tree: scratch.git("rev-parse", "HEAD^{tree}").trim(), verdict: { action: "ran", coveragePercent: 100 } });
    expect(scratch.tryGit("notes", "show", "HEAD").status).toBe(1);
    scratch.git("config", "lrc.notes", "false");
    scratch.write("a.js", "export const a = 2;\n");
    scratch.git("commit", "--quiet", "--all", "-m", "second");
    expect(scratch.tryGit("notes", "--ref=lrc", "show", "HEAD").status).toBe(1);
  });
});

describe("a budget", () => {
  it("that is over before a change is read ends the review, says so, and lets the commit go on", () => {
    using scratch = new ReviewedRepository();
    scratch.write(".lrc/config.toml", "[commit]\nbudget_seconds = 0.4\n");
    scratch.commit("configuration");
    scratch.lrc("hooks", "install");
    // Nested as deep as rules look, in as many lines as are read.
    const slow = Array.from(
      { length: 19_000 },
      (_, n) => `if (a${n}) { try { f(g(h(${n}, "${"x".repeat(20)}" + a))); } catch (e) { log(e); } }`,
    );
    for (let file = 0; file < 4; file += 1) scratch.write(`slow${file}.js`, `${slow.slice(0, 11_000).join("\n")}\n`);
    scratch.git("add", "--all");
    const { status, stderr } = scratch.tryGit("commit", "-m", "slow");
    expect(status).toBe(0);
    expect(stderr).toMatch(/^lrc: review incomplete \(out of time\)|^lrc: the review hangs and is given up/);
    expect(scratch.verdict()).toMatch(/^(skipped \(review out of time\)|)$/);
    scratch.write("slow0.js", `${slow.slice(0, 11_500).join("\n")}\n`);
    scratch.git("add", "--all");
    scratch.git("config", "lrc.onError", "block");
    const { status: stopped, stderr: said } = scratch.tryGit("commit", "-m", "slow again");
    expect(stopped, said).toBe(1);
  });
});

describe("a change of more files than are listed", () => {
  it("is listed up to five thousand, the rest is counted, and none of it is called reviewed", () => {
    using scratch = new ReviewedRepository();
    scratch.write("one.js", "export const a = 1;\n");
    scratch.commit("first");
    const blob = scratch.git("hash-object", "-w", "one.js").trim();
    // How long the list may be is said in bytes: names this long make it short.
    const folder = "a-name-that-is-long".repeat(8);
    const names = Array.from({ length: 6_000 }, (_, n) => `100644 ${blob}\t${folder}/${n}.min.js\n`);
    const options = { cwd: scratch.root, env: scratch.env, input: names.join("") } as const;
    expect(spawnSync("git", ["update-index", "--add", "--index-info"], options).status).toBe(0);
    const { complete, coverage, skipped } = review(scratch);
    expect({ complete, coverage }).toEqual({ complete: true, coverage: { reviewedLines: 0, changedLines: 6_000 } });
    expect(skipped.at(-1)).toMatchObject({ path: "(1000 more files)", reason: "too-large", addedLines: 1_000 });
    expect(scratch.lrc("review", "--preview").stdout).toMatch(/^\(1000 more files\).*left out: too-large/m);
  });
});

describe("a repository that cannot be written to", () => {
  it("is reviewed like any other", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", "a = 1\n");
    scratch.commit("first");
    scratch.write("a.py", fault);
    scratch.commit("second");
    scratch.write("b.py", fault);
    scratch.git("add", "b.py");
    const before = snapshot(scratch.root);
    using _ = closedToWriters(scratch.home);
    for (const args of [["--staged"], ["--commit", "HEAD"], ["--working"], ["--base", "HEAD~1"]]) {
      const [program = "", ...words] = [...boundByModes, process.execPath, scratch.script, "review", "--format", "json", ...args];
      const { status, stdout, stderr } = spawnSync(program, words, { cwd: scratch.root, env: scratch.env, encoding: "utf8" });
      expect({ args, status, stderr }).toMatchObject({ status: 1 });
      expect((JSON.parse(stdout) as Reviewed).complete).toBe(true);
    }
    expect(snapshot(scratch.root)).toEqual(before);
  });
});

/** What goes before a command so that modes of files hold for it: root may write everywhere, unless it gives its capabilities away (capabilities(7)). */
const boundByModes = process.getuid?.() === 0 ? ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] : [];

/** Nobody writes there, until it is disposed of. */
function closedToWriters(folder: string): Disposable {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() || entry.isDirectory());
  const modes = [folder, ...files.map((entry) => join(entry.parentPath, entry.name))].map((path) => ({ path, mode: statSync(path).mode }));
  for (const { path, mode } of modes) chmodSync(path, mode & 0o7555);
  return {
    [Symbol.dispose]() {
      for (const { path, mode } of modes) chmodSync(path, mode);
    },
  };
}

/** All files with their bytes. */
function snapshot(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, "latin1")];
    }),
  );
}

describe("hooks for all repositories", () => {
  it.each(["", '[core]\n\thooksPath = "~/my hooks" ; mine\n[user]\n  name=x\n', "[alias]\n\tx = y"])(
    "are installed and taken away, and the user's configuration is what it was: %j",
    (text) => {
      using scratch = new ReviewedRepository();
      const file = scratch.env.GIT_CONFIG_GLOBAL!;
      writeFileSync(file, text);
      const before = snapshot(scratch.home);
      expect(scratch.lrc("hooks", "install", "--global", "--dry-run").status).toBe(0);
      expect(snapshot(scratch.home)).toEqual(before);
      expect(scratch.lrc("hooks", "install", "--global").status).toBe(0);
      expect(scratch.git("config", "core.hooksPath").trim()).not.toBe("~/my hooks");
      scratch.write("key.pem", privateKey);
      scratch.git("add", "key.pem");
      expect(scratch.tryGit("-c", "user.name=x", "-c", "user.email=y", "commit", "-m", "stopped").status).toBe(1);
      scratch.git("rm", "--quiet", "--cached", "key.pem");
      expect(scratch.lrc("hooks", "uninstall", "--global").status).toBe(0);
      expect(readFileSync(file, "utf8")).toBe(text);
    },
  );

  it("stay when those of one repository are put beside them and taken away again", () => {
    using scratch = new ReviewedRepository();
    const committed = (): string => {
      scratch.git("commit", "-q", "--allow-empty", "-m", "x");
      return scratch.verdict();
    };
    scratch.write(".git/hooks/pre-push", "#!/bin/sh\ntouch pushed\n", { executable: true });
    scratch.git("init", "-q", "--bare", "../bare.git");
    expect(scratch.lrc("hooks", "install", "--global").status).toBe(0);
    const before = snapshot(join(scratch.home, ".local/share/lrc/hooks"));
    expect(scratch.lrc("hooks", "install").stdout).toContain(".git/hooks/pre-commit");
    expect(committed()).toBe("skipped (no changes)");
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(snapshot(join(scratch.home, ".local/share/lrc/hooks"))).toEqual(before);
    expect(committed()).toBe("skipped (no changes)");
    scratch.lrc("hooks", "install");
    scratch.lrc("hooks", "uninstall", "--global");
    expect(committed()).toBe("skipped (no changes)");
    scratch.git("push", "-q", "../bare.git", "main");
    expect(scratch.read("pushed")).toBe("");
  });

  it("are switched off for all, and on again for one", () => {
    using scratch = new ReviewedRepository();
    scratch.lrc("hooks", "install", "--global");
    expect(scratch.lrc("hooks", "disable", "--global").status).toBe(0);
    expect(scratch.lrc("doctor").stdout).toContain("lrc.enabled is false");
    expect(scratch.lrc("hooks", "enable").stdout).toBe("Commits of this repository are reviewed.\n");
    expect(scratch.lrc("doctor").status).toBe(0);
    expect(scratch.lrc("hooks", "enable", "--global").status).toBe(0);
    expect(scratch.tryGit("config", "--global", "lrc.enabled").status).toBe(1);
  });
});

describe("a core.hooksPath that is no folder", () => {
  it("is named, and nothing is written", () => {
    using scratch = new ReviewedRepository();
    scratch.git("config", "core.hooksPath", "/dev/null");
    expect(scratch.lrc("hooks", "install")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining("no folder") as string,
    });
    expect(scratch.lrc("doctor").stdout).toContain("Git looks for hooks in /dev/null, which is no folder");
  });
});

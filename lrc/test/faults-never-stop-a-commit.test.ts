import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Libsql from "libsql";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PreparedRepository } from "./harness/prepared-repository.ts";
import { privateKey, ReviewedRepository } from "./harness/reviewed-repository.ts";

/** A repository whose commits are reviewed, with a first commit, and something staged that is worth looking at. */
let reviewed: PreparedRepository;
beforeAll(() => {
  reviewed = new PreparedRepository((scratch) => {
    scratch.write("a.js", "export const a = 1;\n");
    scratch.commit("first");
    scratch.lrc("hooks", "install");
    scratch.write("a.js", "export const a = 2;\n");
    scratch.git("add", "a.js");
  });
});
afterAll(() => reviewed[Symbol.dispose]());

const hook = (scratch: ReviewedRepository): string => join(scratch.root, ".git/hooks/pre-commit");

/** What goes wrong, and the one line that is said about it. */
const faults: readonly (readonly [string, (scratch: ReviewedRepository) => void, RegExp])[] = [
  ["the program was deleted", (scratch) => rewrite(scratch, scratch.script, "/nowhere/lrc.mjs"), /^lrc: not reviewed: the program is gone/],
  ["Node is gone too", (scratch) => rewrite(scratch, process.execPath, "/nowhere/node"), /^lrc: not reviewed: the program is gone/],
  ["the program is broken", (scratch) => replaceProgram(scratch, "throw new Error('x')"), /lrc: not reviewed: the program failed/],
  [
    "the program is killed",
    (scratch) => replaceProgram(scratch, "process.kill(process.pid, 'SIGKILL')"),
    /^lrc: not reviewed: the program failed[^\n]*\n$/,
  ],
  ["there is no home", (scratch) => withEnv(scratch, { HOME: "/dev/null/home" }), /^lrc: nothing found/],
  ["temporary files cannot be made", (scratch) => withEnv(scratch, { TMPDIR: "/nonexistent" }), /^lrc: nothing found/],
  ["the clock stands before 1970", (scratch) => withCode(scratch, "Date.now = () => -5;"), /^lrc: nothing found/],
  ["Node does not start", (scratch) => withEnv(scratch, { NODE_OPTIONS: "--no-such" }), /lrc: not reviewed: the program failed/],
  [
    "the disk is full",
    (scratch) => {
      scratch.write(".git/lrc/session.json", "{}");
      scratch.link(".git/lrc/journal.ndjson", "/dev/full");
    },
    /^lrc: nothing found/,
  ],
  [
    "our folder is a file",
    (scratch) => {
      scratch.remove(".git/lrc");
      writeFileSync(join(scratch.root, ".git/lrc"), "");
    },
    /^lrc: nothing found/,
  ],
  ["what we knew is nonsense", (scratch) => scratch.write(".git/lrc/session.json", "{"), /^lrc: nothing found/],
  ["no file may grow", (scratch) => rewrite(scratch, `node='${process.execPath}'`, `node='${limited(scratch)}'`), /^lrc: nothing found/],
  [
    "nothing can be written into our folder",
    (scratch) => {
      scratch.remove(".git/lrc");
      mkdirSync(join(scratch.root, ".git/lrc"), { mode: 0o500 });
    },
    /^lrc: nothing found/,
  ],
  ["the journal is a pipe that nobody reads", (scratch) => replace(scratch, "journal.ndjson", makePipe), /^lrc: nothing found/],
  [
    "everything that we know is pipes",
    (scratch) => {
      for (const name of ["index-tree", "session.json", "model-secret", "model-answers.json", "page-answers", "page-pushes"])
        replace(scratch, name, makePipe);
    },
    /^lrc: nothing found/,
  ],
  ["the journal is a folder", (scratch) => replace(scratch, "journal.ndjson", (file) => mkdirSync(file)), /^lrc: nothing found/],
  [
    "what we note about repositories is a pipe",
    (scratch) => {
      const folder = join(scratch.home, ".local/state/lrc/repositories");
      for (const name of readdirSync(folder)) {
        rmSync(join(folder, name));
        makePipe(join(folder, name));
      }
    },
    /^lrc: nothing found/,
  ],
  ["the home is where nothing can be made", (scratch) => withEnv(scratch, { HOME: "/proc/nowhere" }), /^lrc: nothing found/],
  ["the database is locked", (scratch) => lock(scratch), /^lrc: nothing found/],
  ["the database is no database", (scratch) => scratch.write(".git/lrc/history.db", "x".repeat(5000)), /^lrc: nothing found/],
];

/** Node as somebody has it who may write no bytes at all into files. */
function limited(scratch: ReviewedRepository): string {
  scratch.write("../limited", `#!/bin/sh\nulimit -f 0\nexec '${process.execPath}' "$@"\n`, { executable: true });
  return join(scratch.home, "limited");
}

/** Something else in place of one of our files. */
function replace(scratch: ReviewedRepository, name: string, make: (file: string) => void): void {
  const file = join(scratch.root, ".git/lrc", name);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  make(file);
}

function makePipe(file: string): void {
  execFileSync("/usr/bin/mkfifo", [file]);
}

/** As somebody does who asks a long question. */
function lock(scratch: ReviewedRepository): void {
  scratch.lrc("query", "stats");
  const database = new Libsql(join(scratch.root, ".git/lrc/history.db"));
  afterEachDatabase.push(database);
  database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE mine (a)");
}
const afterEachDatabase: Libsql.Database[] = [];
afterEach(() => {
  for (const database of afterEachDatabase.splice(0)) database.close();
});

function rewrite(scratch: ReviewedRepository, from: string, to: string): void {
  const text = scratch.read(".git/hooks/pre-commit").replaceAll(from, to);
  writeFileSync(hook(scratch), text);
}

function withEnv(scratch: ReviewedRepository, env: Record<string, string>): void {
  scratch.env = { ...scratch.env, ...env };
}

/** Runs some code in every Node that is started, before its program. */
function withCode(scratch: ReviewedRepository, code: string): void {
  scratch.write("../first.mjs", code);
  withEnv(scratch, { NODE_OPTIONS: `--import=${scratch.home}/first.mjs` });
}

function replaceProgram(scratch: ReviewedRepository, code: string): void {
  scratch.write("../broken.mjs", code);
  rewrite(scratch, scratch.script, join(scratch.home, "broken.mjs"));
}

describe("a commit goes on when", () => {
  it.each(faults)("%s", (_, damage, says) => {
    const scratch = reviewed.begin();
    damage(scratch);
    const { status, stderr } = scratch.tryGit("commit", "-m", "second");
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(says.source.endsWith("$") ? says : new RegExp(says.source, "m")) as string,
    });
    expect(stderr).not.toContain("lrc: lrc:");
    expect(scratch.git("status", "--porcelain")).toBe("");
  });
});

describe("a commit is stopped when onError is block and", () => {
  const stopping: readonly (readonly [string, (scratch: ReviewedRepository) => void])[] = [
    ["the program is killed", (scratch) => replaceProgram(scratch, "process.kill(process.pid, 'SIGKILL')")],
    ["Node does not start", (scratch) => withEnv(scratch, { NODE_OPTIONS: "--no-such" })],
  ];
  const sayings: readonly (readonly [string, (scratch: ReviewedRepository) => void])[] = [
    ["Git's configuration says so", (scratch) => void scratch.git("config", "lrc.onError", "block")],
    [".lrc/config.toml says so", (scratch) => configured(scratch, "[commit]\n  on_error = 'block'  # we mean it\n")],
    [".lrc/config.toml says so in its other way", (scratch) => configured(scratch, 'commit.onError="block"\n')],
  ];
  it.each(stopping.flatMap(([fault, damage]) => sayings.map(([who, say]) => [fault, who, damage, say] as const)))(
    "%s: %s",
    (_, __, damage, say) => {
      const scratch = reviewed.begin();
      say(scratch);
      damage(scratch);
      const { status, stderr } = scratch.tryGit("commit", "-m", "second");
      expect(status).toBe(1);
      expect(stderr).toMatch(/^lrc: not reviewed: the program failed; the commit is stopped, because onError is "block"/m);
    },
  );

  it("goes on all the same where it is said of something else", () => {
    const scratch = reviewed.begin();
    configured(scratch, '# on_error = "block"\n[commit]\non_error = "pass"\nblock = "never"\n');
    replaceProgram(scratch, "process.kill(process.pid, 'SIGKILL')");
    expect(scratch.tryGit("commit", "-m", "second").status).toBe(0);
  });

  function configured(scratch: ReviewedRepository, text: string): void {
    scratch.write(".lrc/config.toml", text);
    scratch.git("add", ".lrc");
    scratch.git("commit", "-q", "--no-verify", "-m", "configuration", "--", ".lrc");
  }
});

/** Kills the program as soon as it asks for the patch, by which time it has begun to note things. */
const killedInTheMiddle = `
  import { isMainThread } from "node:worker_threads";
  import processes from "node:child_process";
  import { syncBuiltinESMExports } from "node:module";
  const { spawn } = processes;
  processes.spawn = (...args) => {
    if (isMainThread && args[1].includes("--patch")) process.kill(process.pid, "SIGKILL");
    return spawn(...args);
  };
  syncBuiltinESMExports();
`;

describe("a review that is killed in its middle", () => {
  it("leaves its commit without a line, and the next one is reviewed as if nothing had been", () => {
    const scratch = reviewed.begin();
    const { env } = scratch;
    withCode(scratch, killedInTheMiddle);
    const { status, stderr } = scratch.tryGit("commit", "-m", "second");
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: "lrc: not reviewed: the program failed; the commit goes on (lrc doctor says more)\n",
    });
    expect(scratch.verdict()).toBe("");
    scratch.env = env;
    scratch.write("a.js", "export const a = 3;\n");
    expect(scratch.tryGit("commit", "-a", "-m", "third").status).toBe(0);
    expect(scratch.verdict()).toBe("ran (iter:1, coverage:100%)");
    expect(scratch.lrc("verify", "HEAD~2..HEAD", "--json").stdout).toMatch(/"attested"[\s\S]*"unreviewed"/);
  });
});

describe("somebody who does not read what is said", () => {
  it.each<readonly [string, (scratch: ReviewedRepository) => void]>([
    ["about findings", () => undefined],
    ["about a program that is gone", (scratch) => rewrite(scratch, scratch.script, "/nowhere/lrc.mjs")],
  ])("%s has their commit made all the same", async (_, fault) => {
    const scratch = reviewed.begin();
    fault(scratch);
    for (const name of ["b.py", "c.py"]) scratch.write(name, "import sys\neval(sys.argv[1])\n".repeat(20));
    scratch.git("add", ".");
    const commit = spawn("git", ["commit", "-m", "second"], { cwd: scratch.root, env: scratch.env, stdio: ["ignore", "ignore", "pipe"] });
    commit.stderr.destroy();
    expect(await new Promise((resolve) => commit.on("close", resolve))).toBe(0);
    expect(scratch.message()).toMatch(/^second\n/);
  });
});

interface Switch {
  readonly name: string;
  readonly env?: Record<string, string>;
  readonly command?: readonly string[];
  readonly flags?: readonly string[];
}

const switches: readonly Switch[] = [
  { name: "LRC=0", env: { LRC: "0" } },
  { name: "SKIP=lrc", env: { SKIP: "black,lrc" } },
  { name: "lrc hooks disable", command: ["hooks", "disable"] },
  { name: "--no-verify", flags: ["--no-verify"] },
];

describe("a review is switched off by", () => {
  it.each(switches)("$name", ({ env = {}, command, flags = [] }) => {
    const scratch = reviewed.begin();
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    expect(scratch.tryGit("commit", "-m", "stopped").status).toBe(1);
    scratch.env = { ...scratch.env, ...env };
    if (command !== undefined) expect(scratch.lrc(...command).status).toBe(0);
    const { status, stderr } = scratch.tryGit("commit", ...flags, "-m", "second");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(scratch.message()).toBe("second\n\n");
  });
});

describe("a commit that must not be made", () => {
  it("is stopped, with everything as it was, and passes when somebody vouches for exactly it", () => {
    const scratch = reviewed.begin();
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    const before = scratch.git("ls-files", "--stage");
    const stopped = scratch.tryGit("commit", "-m", "second");
    expect(stopped.status).toBe(1);
    expect(stopped.stderr).toMatch(/^lrc: commit stopped: 1 of \d+ findings?/);
    expect(stopped.stderr).not.toContain("MIIEow");
    expect(scratch.git("ls-files", "--stage")).toBe(before);
    expect(scratch.lrc("review", "--vouch").status).toBe(0);
    expect(scratch.tryGit("commit", "-m", "second").status).toBe(0);
    expect(scratch.verdict()).toBe("vouched (iter:1, coverage:100%)");
    scratch.write("other.pem", privateKey);
    scratch.git("add", "other.pem");
    expect(scratch.tryGit("commit", "-m", "third").status).toBe(1);
  });

  it("counts its iterations until it is clean", () => {
    const scratch = reviewed.begin();
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    expect(scratch.tryGit("commit", "-m", "second").status).toBe(1);
    scratch.git("rm", "-q", "--cached", "key.pem");
    expect(scratch.tryGit("commit", "-m", "second").status).toBe(0);
    expect(scratch.verdict()).toBe("ran (iter:2, coverage:100%)");
    const { stdout } = scratch.lrc("verify", "HEAD~1..HEAD", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ standing: "attested" }]);
  });
});

describe("a commit that is made anew", () => {
  it("keeps what was attested when only its message is another; an empty one after it has no part in that", () => {
    using scratch = new ReviewedRepository();
    scratch.lrc("hooks", "install");
    scratch.write("a.js", "export const a = 1;\n");
    scratch.git("add", "a.js");
    scratch.git("commit", "-q", "-m", "one");
    scratch.git("commit", "-q", "--amend", "-m", "another");
    expect(scratch.message()).toMatch(/^another\n\nLrc-Review: ran \(iter:1, coverage:100%\)\n/);
    scratch.git("commit", "-q", "--allow-empty", "-m", "nothing");
    expect(scratch.message()).toMatch(/^nothing\n\nLrc-Review: skipped \(no changes\)\n/);
    expect(scratch.lrc("verify", "HEAD~1").stdout).toContain("attested");
  });
});

describe("hooks that were there before", () => {
  it("run first, and are put back byte for byte", () => {
    using scratch = new ReviewedRepository();
    const own = Buffer.from("#!/bin/sh\n# caf\xe9\necho own >&2\n", "latin1");
    scratch.write(".git/hooks/pre-commit", own, { executable: true });
    chmodSync(hook(scratch), 0o750);
    expect(scratch.lrc("hooks", "install").status).toBe(0);
    expect(scratch.lrc("hooks", "install").stdout).toBe("There is nothing to do.\n");
    scratch.write("a.js", "export const a = 1;\n");
    scratch.git("add", "a.js");
    expect(scratch.tryGit("commit", "-m", "first").stderr).toMatch(/^own\nlrc: nothing found/);
    expect(scratch.lrc("hooks", "uninstall").status).toBe(0);
    expect(scratch.git("hash-object", hook(scratch))).toBe(gitBlobId(scratch, own));
    rmSync(hook(scratch));
    expect(scratch.tryGit("hash-object", ".git/hooks/commit-msg").status).toBe(128);
  });

  it("stop a commit as they did before", () => {
    using scratch = new ReviewedRepository();
    scratch.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 7\n", { executable: true });
    scratch.lrc("hooks", "install");
    scratch.write("a.js", "export const a = 1;\n");
    scratch.git("add", "a.js");
    expect(scratch.tryGit("commit", "-m", "first")).toMatchObject({ status: 1, stderr: "" });
  });

  it("of husky are left to it, and it is said what to write into them", () => {
    using scratch = new ReviewedRepository();
    scratch.write(".husky/_/pre-commit", '#!/bin/sh\nsh -e .husky/pre-commit "$@"\n', { executable: true });
    scratch.git("config", "core.hooksPath", ".husky/_");
    const { status, stdout } = scratch.lrc("hooks", "install");
    expect(status).toBe(1);
    expect(stdout).toContain("  .husky/pre-commit    lrc hook pre-commit");
    expect(scratch.read(".husky/_/pre-commit")).not.toContain("lrc");
    expect(scratch.lrc("doctor").status).toBe(1);
  });
});

function gitBlobId(scratch: ReviewedRepository, bytes: Buffer): string {
  scratch.write("../bytes", bytes);
  return scratch.git("hash-object", "../bytes");
}

import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { privateKey, ReviewedRepository } from "./harness/reviewed-repository.ts";

interface Reviewed {
  readonly findings: readonly { readonly ruleId: string; readonly path: string; readonly fingerprint: string }[];
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly notices: readonly string[];
}

function review(scratch: ReviewedRepository, ...args: readonly string[]): Reviewed & { readonly status: number | null } {
  const { status, stdout, stderr } = scratch.lrc("review", "--format", "json", ...args);
  expect(stdout, stderr).not.toBe("");
  return { ...(JSON.parse(stdout) as Reviewed), status };
}

const fault = "import sys\neval(sys.argv[1])\n";

interface Preview {
  readonly files: readonly { readonly path: string; readonly leftOut?: { readonly reason: string } }[];
}

describe("lrc review", () => {
  it("says by its exit code what came of it", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", "a = 1\n");
    const first = scratch.commit("first");
    expect(scratch.lrc("review").status).toBe(0);
    scratch.write("a.py", fault);
    expect(scratch.lrc("review").status).toBe(0);
    expect(review(scratch, "--working").status).toBe(1);
    scratch.git("add", "a.py");
    expect(review(scratch, "--staged").findings.map(({ path }) => path)).toEqual(["a.py"]);
    scratch.commit("second");
    for (const args of [
      ["--commit", "HEAD"],
      ["--range", `${first}..HEAD`],
      ["--base", first],
    ])
      expect(review(scratch, ...args).status).toBe(1);
    expect(review(scratch, "--commit", "HEAD", "--fail-on", "never").status).toBe(0);
    expect(scratch.lrc("review", "--commit", "HEAD", "--staged").status).toBe(2);
    expect(scratch.lrc("review", "--commit", "nothing").status).toBe(2);
    expect(scratch.lrc("review", "--diff-file", "a.py").status).toBe(3);
    const input = scratch.git("diff", first, "HEAD");
    expect(scratch.lrcWith({ input }, "review", "--diff-file", "-").status).toBe(1);
    for (const [other, advice] of [
      [scratch.git("diff", "--color=always", first, "HEAD"), "it is coloured: make it with git diff --no-color"],
      ["1,2c1\n< a\n< b\n---\n> c\n", "make it with diff -u"],
    ] as const)
      expect(scratch.lrcWith({ input: other }, "review", "--diff-file", "-")).toMatchObject({
        status: 3,
        stderr: `lrc: there is no diff in it; ${advice}\n`,
      });
  });

  it("reads no diff of a merge, and asks Git for no path of a diff that leads out of the repository", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("first");
    const combined = "diff --cc a.py\n--- a/a.py\n+++ b/a.py\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++eval(c)\n";
    const away = "--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n";
    expect(scratch.lrcWith({ input: combined }, "review", "--diff-file", "-")).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("a combined diff cannot be read") as string,
    });
    expect(scratch.lrcWith({ input: away }, "review", "--diff-file", "-").status).toBe(0);
  });

  it("writes and reads nothing through a link in place of .lrc/ or of a file in it", () => {
    using scratch = new ReviewedRepository();
    scratch.write("../outside/config.toml", "[secret\n");
    scratch.link(".lrc", "../outside");
    scratch.commit("first");
    expect(scratch.lrc("config", "init").status).toBe(1);
    expect(scratch.lrc("findings", "baseline").status).toBe(1);
    expect(readdirSync(join(scratch.home, "outside"))).toEqual(["config.toml"]);
    scratch.remove(".lrc");
    scratch.write(".lrc/ignore", "");
    scratch.link(".lrc/config.toml", "../../outside/config.toml");
    expect(scratch.lrc("config", "check")).toMatchObject({ status: 0, stdout: expect.not.stringContaining("TOML") as string });
  });

  it("ends when nobody can take what it prints, and says why", () => {
    using scratch = new ReviewedRepository();
    const { status, stderr } = scratch.run("sh", "-c", `'${process.execPath}' '${scratch.script}' review >/dev/full`);
    expect({ status, stderr }).toEqual({ status: 3, stderr: "lrc: cannot write: no space left on device\n" });
  });

  it("ends with what it has found when nobody reads what it prints", async () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", `import sys\n${"eval(sys.argv[1])\n".repeat(200)}`);
    scratch.git("add", "a.py");
    for (const format of ["pretty", "json", "sarif"]) {
      const args = [scratch.script, "review", "--format", format];
      const review = spawn(process.execPath, args, { cwd: scratch.root, env: scratch.env, stdio: ["ignore", "pipe", "pipe"] });
      review.stdout.destroy();
      review.stderr.destroy();
      expect(await new Promise((resolve) => review.on("close", resolve)), format).toBe(1);
    }
  });

  it("reviews files whose names are no UTF-8, and tells two apart that differ only there", () => {
    using scratch = new ReviewedRepository();
    const write = (name: string, text: string): void => writeFileSync(Buffer.from(`${scratch.root}/${name}`, "latin1"), text);
    write("caf\xe9.py", "import sys\neval(sys.argv[1])\n");
    write("caf\xe8.py", "import sys\n\neval(sys.argv[1])\n");
    write("caf[e].py", "x = 1\n");
    // é as it should be, and half a pair of UTF-16, which is no character.
    write("\xc3\xa9\xed\xa0\x80.py", "import sys\neval(sys.argv[1])\n");
    scratch.git("add", "--all");
    const { stdout } = scratch.lrc("review", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [
        { path: "caf\\350.py", startLine: 3 },
        { path: "caf\\351.py", startLine: 2 },
        { path: "é\\355\\240\\200.py", startLine: 2 },
      ],
      coverage: { reviewedLines: 8, changedLines: 8 },
    });
  });

  it("ends with 3 when Git has lost what is to be reviewed: 1 would say that something was found", () => {
    using scratch = new ReviewedRepository();
    for (const text of ["1", "2"]) {
      scratch.write("a.js", `export const a = ${text};\n`);
      scratch.commit(text);
    }
    const blob = scratch.git("rev-parse", "HEAD:a.js").trim();
    scratch.remove(`.git/objects/${blob.slice(0, 2)}`);
    expect(scratch.lrc("review", "--commit", "HEAD").status).toBe(3);
    expect(scratch.lrc("verify", "HEAD~1..HEAD").status).toBe(3);
  });

  it("looks ahead in the words of a review: what only shows in a file's text is left out there too, for readers and for programs", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("first");
    scratch.write("a.js", "eval(x)\n");
    scratch.write("bundle.js", `f(${"1,".repeat(9000)}1)\n`);
    scratch.write("made.js", "// Code generated by a tool. DO NOT EDIT.\nf()\n");
    scratch.write("large.psd", `version https://git-lfs.github.com/spec/v1\noid sha256:${"1".repeat(64)}\nsize 12\n`);
    scratch.git("add", ".");
    const fates = { "a.js": undefined, "bundle.js": "long-lines", "large.psd": "lfs-pointer", "made.js": "generated" };
    const preview = JSON.parse(scratch.lrc("review", "--preview", "--format", "json").stdout) as Preview;
    expect(Object.fromEntries(preview.files.map(({ path, leftOut }) => [path, leftOut?.reason]))).toEqual(fates);
    const { skipped } = JSON.parse(scratch.lrc("review", "--format", "json").stdout) as { skipped: { path: string; reason: string }[] };
    expect(Object.fromEntries([["a.js", undefined], ...skipped.map(({ path, reason }) => [path, reason])])).toEqual(fates);
    expect(scratch.lrc("review", "--preview", "--output", "preview.txt")).toMatchObject({ status: 0, stdout: "" });
    expect(scratch.read("preview.txt")).toMatch(/^a\.js .*reviewed\nbundle\.js .*left out: long-lines/m);
  });

  it("asks for a name where a script's variable is empty, and quotes nothing that steers a terminal", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("first");
    for (const flag of ["--commit", "--range", "--base", "--diff-file", "--output"])
      expect(scratch.lrc("review", flag, "")).toMatchObject({ status: 2, stderr: expect.stringContaining("variable empty") as string });
    expect(scratch.lrc("review", "--commit", "\u001b[31mred").stderr).toMatch(/^lrc: there is no commit "\\u\{001b\}\[31mred" here/);
    for (const flag of ["--vouch", "--skip", "--serve", "--format=html"]) expect(scratch.lrc("review", "--preview", flag).status).toBe(2);
  });

  it("ends with 130 when it is interrupted, whatever it waits for", async () => {
    using scratch = new ReviewedRepository();
    const child = spawn(process.execPath, [scratch.script, "review", "--diff-file", "-"], {
      cwd: scratch.root,
      env: scratch.env,
      stdio: "pipe",
    });
    let said = "";
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    // A pipe holds 64 KiB: more has been taken by somebody who is there to be interrupted.
    const line = `${"x".repeat(1023)}\n`;
    for (let kibibytes = 0; kibibytes < 512; kibibytes += 1) {
      if (!child.stdin.write(line)) await new Promise((resolve) => child.stdin.once("drain", resolve));
    }
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(said).toBe("lrc: interrupted\n");
  });

  it("writes to a file, and fails from the level that was asked for", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", fault);
    scratch.git("add", "a.py");
    const toFile = scratch.lrc("review", "--format", "sarif", "--output", "review.sarif");
    expect(toFile).toMatchObject({ status: 1, stdout: "" });
    expect(JSON.parse(scratch.read("review.sarif"))).toMatchObject({
      version: "2.1.0",
      runs: [{ results: [{ ruleId: "injection/code" }] }],
    });
    expect(scratch.lrc("review", "--fail-on", "critical").status).toBe(0);
    expect(scratch.lrc("review", "--fail-on", "error").status).toBe(1);
    expect(scratch.lrc("review", "--fail-on", "nonsense").status).toBe(2);
    expect(scratch.lrc("review", "--format", "nonsense").status).toBe(2);
    expect(scratch.lrc("review", "--output", "nowhere/review.json").status).toBe(3);
    expect(scratch.lrc("review", "--preview").stdout).toMatch(/a\.py +2 +0 +reviewed|a\.py.*reviewed/);
    expect(scratch.lrcIn("..", "review").status).toBe(3);
    scratch.write(".lrc/config.toml", "[nonsense]\n");
    scratch.commit("configuration");
    scratch.write("b.py", "b = 1\n");
    scratch.git("add", "b.py");
    expect(scratch.lrc("review").status).toBe(2);
  });

  it("takes a diff with a million lines in its stride, and says that it is too large", () => {
    using scratch = new ReviewedRepository();
    const hunks = Array.from({ length: 250_000 }, (_, index) => `@@ -${index + 1} +${index + 1} @@\n-a\n+b\n`).join("");
    const input = `--- a/big.py\n+++ b/big.py\n${hunks}--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+import sys\n+eval(sys.argv[1])\n`;
    const { status, stdout } = scratch.lrcWith({ input }, "review", "--diff-file", "-", "--format", "json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ path: "a.py" }],
      skipped: [{ path: "big.py", reason: "too-large", addedLines: 250_000 }],
      coverage: { reviewedLines: 2, changedLines: 500_002 },
    });
  });

  it("follows the configuration of before the change, and announces an edit of it", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", fault);
    scratch.git("add", "a.py");
    const [found] = review(scratch).findings;
    scratch.write(".lrc/config.toml", `[rules]\n"${found?.ruleId}" = "off"\n`);
    scratch.write(".lrc/ignore", "generated/\n");
    scratch.write("generated/b.py", fault);
    scratch.git("add", "--all");
    const before = review(scratch);
    expect(before.findings.length).toBeGreaterThan(1);
    expect(before.notices[0]).toContain("this change edits .lrc/config.toml, .lrc/ignore");
    scratch.commit("configuration");
    scratch.write("c.py", fault);
    scratch.write("generated/b.py", `${fault}\n${fault}`);
    scratch.git("add", "--all");
    const after = review(scratch);
    expect(after.findings).toEqual([]);
    expect(after.skipped).toMatchObject([{ path: "generated/b.py", reason: "ignored" }]);
  });

  it("leaves out what the attributes call generated, but not on the word of the change itself", () => {
    using scratch = new ReviewedRepository();
    const attributes = "made.py linguist-generated\nbought.py linguist-vendored=true\nvendor/own.py -linguist-vendored\n";
    for (const path of ["made.py", "bought.py", "vendor/own.py"]) scratch.write(path, fault);
    scratch.write(".gitattributes", attributes);
    scratch.git("add", "--all");
    expect(review(scratch).findings.map(({ path }) => path)).toEqual(["bought.py", "made.py"]);
    scratch.git("reset", "-q");
    scratch.git("add", ".gitattributes");
    scratch.git("commit", "-q", "-m", "attributes");
    scratch.git("add", "--all");
    expect(review(scratch).findings.map(({ path }) => path)).toEqual(["vendor/own.py"]);
    expect(scratch.lrc("config", "explain", "made.py").stdout).toContain("not reviewed: linguist-generated in .gitattributes");
    expect(scratch.lrc("config", "explain", "yarn.lock").stdout).toContain("not reviewed: lockfile");
  });

  it("can be set up, checked and previewed", () => {
    using scratch = new ReviewedRepository();
    expect(scratch.lrc("config", "init").stdout).toMatch(/^wrote .lrc\/config.toml, .lrc\/ignore/);
    scratch.write(".lrc/rules/style.md", "Prefer early returns.\n");
    scratch.write(".lrc/checks/own.yml", "id: no-foo\nlanguage: javascript\nmessage: no foo\nrule: { pattern: foo() }\n");
    expect(scratch.lrc("config", "check").status).toBe(0);
    scratch.commit("rules");
    expect(scratch.lrc("config", "preview").stdout).toMatch(/shown from warning on.*no-foo.*Prefer early returns\./s);
    scratch.write(".lrc/config.toml", '[review]\nshow = "loud"\n');
    scratch.write("below/.lrc/config.toml", '[rules]\n"injection/comand" = "off"\n"injection/command" = "off"\n"check/no-foo" = "error"\n');
    scratch.write(".lrc/checks/own.yml", "id: x\nlanguage: nonsense\nrule: { pattern: foo() }\n");
    const { status, stdout } = scratch.lrc("config", "check");
    expect(status).toBe(2);
    expect(stdout.trim().split("\n")).toHaveLength(4);
    expect(stdout).toContain('below/.lrc/config.toml: there is no rule "injection/comand"');
  });

  it("reads no file outside the repository, and lets no escape sequence out", () => {
    using scratch = new ReviewedRepository();
    scratch.write("../outside.py", fault);
    scratch.link("link.py", "../outside.py");
    scratch.write("\u001b[31mred\n.py", fault);
    scratch.git("add", "--all");
    const { findings, skipped } = review(scratch);
    expect(skipped).toMatchObject([{ path: "link.py", reason: "symlink" }]);
    expect(findings.map(({ path }) => path)).toEqual(["\u001b[31mred\n.py"]);
    for (const format of ["pretty", "github", "markdown", "html"])
      expect(scratch.lrc("review", "--format", format).stdout).not.toContain("\u001b");
    scratch.lrc("hooks", "install");
    expect(scratch.tryGit("commit", "-m", "red").stderr).not.toContain("\u001b");
  });

  it("shows a dismissed finding no more, until that is undone", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", fault);
    scratch.git("add", "a.py");
    const fingerprint = review(scratch).findings[0]?.fingerprint ?? "";
    expect(scratch.lrc("findings", "dismiss", fingerprint, "--reason", "an exercise").status).toBe(0);
    expect(review(scratch).findings).toEqual([]);
    expect(scratch.lrc("query", "SELECT reason FROM dismissals", "--json").stdout).toContain("an exercise");
    scratch.lrc("findings", "dismiss", fingerprint, "--undo");
    expect(review(scratch).findings).toHaveLength(1);
    expect(scratch.lrc("findings", "dismiss", "nonsense").status).toBe(2);
  });

  it("hints at the depth of a clone that is too shallow", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("one");
    scratch.commit("two");
    scratch.git("clone", "-q", "--depth=1", `file://${scratch.root}`, "../shallow");
    scratch.git("-C", "../shallow", "config", "user.name", "Ada");
    const inside = (...args: readonly string[]) => scratch.lrcIn("../shallow", ...args);
    expect(inside("review", "--commit", "HEAD")).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("git fetch --deepen=1") as string,
    });
    expect(inside("verify", "HEAD")).toMatchObject({ status: 3, stderr: expect.stringContaining("git fetch --deepen=1") as string });
    expect(inside("review", "--base", "HEAD~1")).toMatchObject({ status: 2, stderr: expect.stringContaining("fetch-depth: 0") as string });
  });
});

describe("lrc verify", () => {
  it("knows a reviewed commit again after a rebase, and one that nobody reviewed", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", "a = 1\n");
    scratch.commit("base");
    scratch.lrc("hooks", "install");
    scratch.git("config", "lrc.notes", "true");
    scratch.git("checkout", "-q", "-b", "side");
    scratch.write("b.py", "b = 1\n");
    scratch.git("add", "b.py");
    scratch.git("commit", "-q", "-m", "reviewed");
    expect(scratch.git("notes", "--ref=lrc", "show")).toContain('"action":"ran"');
    scratch.git("checkout", "-q", "main");
    scratch.write("a.py", "a = 2\n");
    scratch.git("commit", "-q", "--no-verify", "-a", "-m", "unreviewed");
    scratch.git("rebase", "-q", "main", "side");
    const { status, stdout } = scratch.lrc("verify", "side~2..side", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      { standing: "attested", subject: "reviewed" },
      { standing: "unreviewed", subject: "unreviewed" },
    ]);
    expect(status).toBe(1);
    expect(scratch.lrc("query", "SELECT action FROM commits WHERE subject = 'reviewed'", "--json").stdout).toContain('"ran"');
    expect(scratch.lrc("query", "DELETE FROM reviews").status).toBe(2);
    expect(scratch.lrc("query", "WITH x AS (SELECT 1) DELETE FROM reviews").status).toBe(2);
    for (const range of ["nonsense..HEAD", "HEAD:a.py"]) expect(scratch.lrc("verify", range).status, range).toBe(2);
    expect(scratch.lrc("query", "stats", "--range", "nonsense..HEAD").status).toBe(2);
  });
});

describe("lrc query", () => {
  it("reads messages in any encoding, whatever Git is told to show them in", () => {
    using scratch = new ReviewedRepository();
    scratch.write("../message", Buffer.from("caf\xe9\n", "latin1"));
    scratch.git("config", "i18n.commitEncoding", "ISO-8859-1");
    scratch.git("commit", "-q", "--allow-empty", "-F", "../message");
    expect(scratch.lrc("query", "SELECT subject FROM commits", "--json").stdout).toContain("café");
  });

  it("answers questions by the names they were given, and says so when there is none", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("first\n\nLiveReview Pre-Commit Check: ran (iter:2, coverage:85%)");
    expect(scratch.lrc("query", "--save", "My_question", "SELECT coverage FROM commits").status).toBe(0);
    expect(JSON.parse(scratch.lrc("query", "My_question", "--json").stdout)).toEqual([{ coverage: 85 }]);
    expect(JSON.parse(scratch.lrc("query", "by-author", "--json").stdout)).toMatchObject([{ author: "Ada", commits: 1, ran: 1 }]);
    expect(scratch.lrc("query", "nothing")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no question is called "nothing"') as string,
    });
  });

  it("keeps under a name only what can be asked, and takes no name away that there is not", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("first");
    for (const question of ["SELEC 1", "SELECT nothing FROM commits", "DELETE FROM findings", "SELECT 1; SELECT 2", "name"])
      expect(scratch.lrc("query", "--save", "x", question).status, question).toBe(2);
    expect(scratch.lrc("query", "--save", "mine", "stats").status).toBe(0);
    expect(scratch.lrc("query", "mine").stdout).toBe(scratch.lrc("query", "stats").stdout);
    const named = JSON.parse(scratch.lrc("query", "--list", "--json").stdout) as readonly unknown[];
    expect(named.at(-1)).toMatchObject({ name: "mine" });
    expect(scratch.lrc("query", "--forget", "Mine").status).toBe(0);
    for (const name of ["mine", "stats"]) expect(scratch.lrc("query", "--forget", name).status, name).toBe(2);
  });

  it("answers one question, with comments and semicolons in it, and prints nothing that steers a terminal", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("first");
    const { status, stderr } = scratch.lrc("query", "SELECT 1; DELETE FROM findings");
    expect([status, stderr]).toEqual([2, expect.stringContaining("one question") as string]);
    const tricky = "-- a; comment\nSELECT ';' AS \"a;b\", x'00ff' AS c /* ; */ ; -- end";
    expect(JSON.parse(scratch.lrc("query", "--json", tricky).stdout)).toEqual([{ "a;b": ";", c: "x'00ff'" }]);
    const sly = "SELECT char(27) || '[31m' AS \"a\u001b[31m\", char(155) AS c, char(8238) AS d";
    const { stdout } = scratch.lrc("query", sly);
    const { stdout: json } = scratch.lrc("query", "--json", sly);
    for (const text of [stdout, json]) expect(/(?!\n)[\p{Cc}\u202e]/u.exec(text)).toBeNull();
    expect(JSON.parse(json)).toMatchObject([{ c: "\u009b", d: "\u202e" }]);
  });
});

describe("lrc query of a question without an end", () => {
  it("is interrupted at once, with all that it has started", async () => {
    using scratch = new ReviewedRepository();
    const endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r";
    const args = [scratch.script, "query", "--format", "json", endless];
    const asking = spawn(process.execPath, args, { cwd: scratch.root, env: scratch.env, stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    asking.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const ended = new Promise((resolve) => asking.on("close", resolve));
    /** Those that it runs and that ask the same. */
    const started = (): readonly string[] =>
      textOf(`/proc/${asking.pid}/task/${asking.pid}/children`)
        .split(" ")
        .filter((id) => id !== "" && textOf(`/proc/${id}/cmdline`).includes("RECURSIVE"));
    const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
    const [answering] = await vi.waitUntil(() => (started().length > 0 ? started() : false), { timeout: 15_000 });
    asking.kill("SIGINT");
    expect([await ended, stderr]).toEqual([130, "lrc: interrupted\n"]);
    await vi.waitUntil(() => textOf(`/proc/${answering}/cmdline`) === "", { timeout: 5_000 });
  });
});

describe("lrc verify of commits that were made anew", () => {
  it("takes a review of a part for no review of the whole", () => {
    using scratch = new ReviewedRepository();
    scratch.commit("base");
    scratch.lrc("hooks", "install");
    scratch.git("config", "lrc.notes", "true");
    const commit = (name: string, ...args: readonly string[]): void => {
      scratch.write(name, `${name.slice(0, 1)} = 1\n`);
      scratch.git("add", name);
      scratch.git("commit", "-q", "-m", name, ...args);
    };
    const standings = (range: string): unknown => {
      const rows = JSON.parse(scratch.lrc("verify", range, "--json").stdout) as readonly { readonly standing: string }[];
      return rows.map(({ standing }) => standing);
    };
    commit("a.py");
    commit("b.py", "--amend");
    expect(standings("HEAD~1..")).toEqual(["attested"]);
    scratch.git("commit", "-q", "--amend", "-m", "another message");
    expect(scratch.git("notes", "--ref=lrc", "show")).toContain('"action":"ran"');
    expect(standings("HEAD~1..")).toEqual(["attested"]);
    commit("c.py", "--no-verify");
    commit("d.py", "--amend");
    expect(standings("HEAD~1..")).toEqual(["mismatched"]);
    for (const name of ["e.py", "f.py"]) commit(name);
    scratch.git("reset", "-q", "--soft", "HEAD~3");
    scratch.git("commit", "-q", "--no-verify", "-m", "squashed");
    expect(standings("HEAD~1..")).toEqual(["unreviewed"]);
    // The tree was reviewed, as the end of the last part.
    scratch.git("commit", "-q", "--amend", "-m", "squashed and reworded");
    expect(scratch.verdict()).toBe("skipped (no changes)");
    expect(standings("HEAD~1..")).not.toEqual(["attested"]);
  });

  it("takes another order of lines, another place, another mode or another picture for another change", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", "a = 1\nb = 2\n");
    scratch.write("b.py", "".concat(...Array.from({ length: 30 }, (_, n) => `n${n} = ${n}\n`)));
    for (const name of ["run", "other"]) scratch.write(name, "true\n");
    scratch.commit("base");
    scratch.lrc("hooks", "install");
    const text = scratch.read("b.py");
    const reviewed = (change: () => void): void => {
      change();
      scratch.git("add", "--all");
      scratch.git("commit", "-q", "-m", "reviewed");
      expect(scratch.lrc("verify", "HEAD~1..", "--json").stdout).toContain('"attested"');
    };
    const amended = (change: () => void): string => {
      change();
      scratch.git("add", "--all");
      scratch.git("commit", "-q", "--amend", "--no-verify", "--no-edit");
      const [row] = JSON.parse(scratch.lrc("verify", "HEAD~1..", "--json").stdout) as readonly { readonly standing: string }[];
      scratch.git("reset", "-q", "--hard", "HEAD~1");
      return row?.standing ?? "";
    };
    reviewed(() => scratch.write("a.py", "check()\nact()\n"));
    expect(amended(() => scratch.write("a.py", "act()\ncheck()\n"))).toBe("claimed");
    reviewed(() => scratch.write("b.py", text.replace("n5 =", "check()\nn5 =")));
    expect(amended(() => scratch.write("b.py", text.replace("n20 =", "check()\nn20 =")))).toBe("claimed");
    reviewed(() => chmodSync(join(scratch.root, "run"), 0o755));
    const other = (): void => {
      chmodSync(join(scratch.root, "run"), 0o644);
      chmodSync(join(scratch.root, "other"), 0o755);
    };
    expect(amended(other)).toBe("claimed");
    reviewed(() => {
      scratch.write("a.py", "act()\n");
      scratch.write("a.bin", Buffer.from([0, 1, 2]));
    });
    expect(amended(() => scratch.write("a.bin", Buffer.from([0, 1, 3])))).toBe("claimed");
  });
});

describe("iterations", () => {
  it("are those on the way to one commit: another commit after the same one has its own, one that failed has not", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", "a = 1\n");
    scratch.commit("base");
    scratch.lrc("hooks", "install");
    for (const branch of ["one", "two"]) {
      scratch.git("checkout", "-q", "-b", branch, "main");
      scratch.write("a.py", `a = "${branch}"\n`);
      scratch.git("commit", "-q", "-a", "-m", branch);
      expect(scratch.verdict()).toBe("ran (iter:1, coverage:100%)");
    }
    scratch.write("a.py", "a = 3\n");
    expect(scratch.tryGit("commit", "-q", "-a", "-m", "").status).toBe(1);
    scratch.write("a.py", "a = 4\n");
    scratch.git("commit", "-q", "-a", "-m", "four");
    expect(scratch.verdict()).toBe("ran (iter:2, coverage:100%)");
  });
});

describe("what somebody said by hand", () => {
  it("holds for what is staged after the commit it was said after, and for no larger change that ends the same", () => {
    using scratch = new ReviewedRepository();
    scratch.write("a.py", "a = 1\n");
    scratch.commit("base");
    scratch.lrc("hooks", "install");
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    scratch.git("commit", "-q", "--no-verify", "-m", "unreviewed");
    for (const action of ["skip", "vouch"]) {
      scratch.write("a.py", `${action} = 2\n`);
      scratch.git("add", "a.py");
      scratch.lrc("review", `--${action}`);
      scratch.git("commit", "-q", "-m", "by hand");
      expect(scratch.verdict()).toMatch(/^(skipped \(by hand\)|vouched .*)$/);
      scratch.git("reset", "-q", "--soft", "HEAD~1");
      scratch.git("commit", "-q", "-m", "by hand, again");
      expect(scratch.verdict()).toMatch(/^(skipped \(by hand\)|vouched .*)$/);
      scratch.git("reset", "-q", "--soft", "HEAD~2");
      expect(scratch.tryGit("commit", "-m", "squashed")).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("must not be committed") as string,
      });
      scratch.git("commit", "-q", "--no-verify", "-m", "unreviewed");
    }
  });
});

describe("hooks for all repositories", () => {
  it("hand on what they are given, byte for byte, also in bare repositories, and are gone without a trace", () => {
    using scratch = new ReviewedRepository();
    scratch.git("init", "-q", "--bare", "../bare.git");
    scratch.git("remote", "add", "origin", "../bare.git");
    expect(scratch.lrc("hooks", "install", "--global").status).toBe(0);
    expect(scratch.lrc("hooks", "install", "--global").stdout).toBe("There is nothing to do.\n");
    scratch.write(".git/hooks/pre-push", '#!/bin/sh\n{ echo "$@"; cat; } > pushed\n', { executable: true });
    scratch.write("../bare.git/hooks/pre-receive", "#!/bin/sh\ngrep -q forbidden && exit 1; exit 0\n", { executable: true });
    scratch.write("a.py", "a = 1\n");
    scratch.git("add", "a.py");
    scratch.git("commit", "-q", "-m", "one");
    expect(scratch.verdict()).toBe("ran (iter:1, coverage:100%)");
    scratch.git("push", "-q", "origin", "main");
    const id = scratch.git("rev-parse", "HEAD").trim();
    expect(scratch.read("pushed")).toBe(`origin ../bare.git\nrefs/heads/main ${id} refs/heads/main ${"0".repeat(40)}\n`);
    expect(scratch.tryGit("push", "-q", "origin", "main:forbidden").status).toBe(1);
    scratch.write("key.pem", privateKey);
    scratch.git("add", "key.pem");
    expect(scratch.tryGit("commit", "-m", "two").status).toBe(1);
    expect(scratch.lrc("hooks", "uninstall", "--global").status).toBe(0);
    expect(scratch.tryGit("config", "--global", "core.hooksPath").status).toBe(1);
    expect(scratch.tryGit("commit", "-m", "two").status).toBe(0);
  });
});

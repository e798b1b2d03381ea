/** Public collections of code in which others marked what is wrong, and how each writes its marks. */
import { spawnSync } from "node:child_process";
import { posix } from "node:path";

/**
 * A file of a corpus. `bad` and `clean` are lines from 1; with `whole` they stand for the file: any finding in it counts. Samples
 * of one `part` are about the same thing, and come into the same half; without it each file is a part.
 * @typedef {{ group: string, part?: string, path: string, text: string, bad: readonly number[], clean: readonly number[], whole?: boolean }} Sample
 */

const badComment = /(?:\/\/|#|\/\*)\s*(?:\$\s*)?(?:BAD\b|NOT\s?OK\b|\$?\s*Alert\b)/i;
const cleanComment = /(?:\/\/|#|\/\*)\s*(?:GOOD\b|OK\b|SAFE\b)/i;

/** @type {Readonly<Record<string, (gitDirectory: string) => Iterable<Sample>>>} */
export const corpora = {
  /** CodeQL's examples and tests of security queries: comments BAD, NOT OK, GOOD, OK, and files of expected results. */
  *codeql(gitDirectory) {
    const revision = gitDirectory.includes("codeql-go")
      ? (git(gitDirectory, "log", "--format=%H", "-3", "--", "ql/src/Security").split("\n")[2] ?? "HEAD")
      : "HEAD";
    const wanted = /^(?:codeql-repo\/)?(?:(?:javascript|python|java)\/)?ql\/(?:src|test).*CWE-?\d+.*\.(?:js|ts|py|java|go|expected)$/i;
    const files = new Map(
      read(
        gitDirectory,
        (path) =>
          wanted.test(path) &&
          !/vendor|stubs|CWE-(?:020|400|730|834|190|1004-no|117|112|200|209|451|506|601-no|754|807|830|833)/.test(path),
        revision,
      ),
    );
    const expected = [...files].filter(([path]) => path.endsWith(".expected"));
    for (const [path, text] of files) {
      if (path.endsWith(".expected")) continue;
      const marks = marksOf(text);
      const bad = new Set(marks.bad);
      const name = posix.basename(path);
      for (const [from, results] of expected) {
        if (posix.dirname(from) !== posix.dirname(path)) continue;
        const rows = results.includes("#select") ? results.slice(results.indexOf("#select")) : results;
        for (const [, file, line] of rows.matchAll(/^\| ([\w./-]+):(\d+):/gm)) if (file === name) bad.add(Number(line));
      }
      const clean = marks.clean.filter((line) => !bad.has(line));
      if (bad.size + clean.length > 0) yield { group: languageOf(path), path: neutral(path), text, bad: [...bad], clean };
    }
  },

  /** gosec's samples: each with the number of its findings, none for what is all right. */
  *gosec(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^testutils\/g\d+_samples\.go$/.test(file))) {
      // Numbers, memory and errors are not what these rules are about.
      if (/g(?:103|104|109|113|115|601|602)_/.test(path)) continue;
      let number = 0;
      for (const [, sources, count] of text.matchAll(/\{\s*\[\]string\{\s*((?:`[^`]*`[,\s]*)+)\},\s*(\d+),\s*gosec/g)) {
        number += 1;
        const source = [...(sources ?? "").matchAll(/`([^`]*)`/g)].map(([, one]) => one).join("\n");
        const marks = count === "0" ? { bad: [], clean: [1] } : { bad: [1], clean: [] };
        yield { group: "go", path: `app/${posix.basename(path, "_samples.go")}-${number}.go`, text: source, ...marks, whole: true };
      }
    }
  },

  /** The samples of Find Security Bugs, with the lines its own tests expect. */
  *findsecbugs(gitDirectory) {
    const sources = new Map(
      read(gitDirectory, (path) => /samples-java\/src\/.*\.java$/.test(path)).map(([path, text]) => [posix.basename(path, ".java"), text]),
    );
    /** @type {Map<string, Set<number>>} */
    const expected = new Map();
    for (const [, text] of read(gitDirectory, (path) => /findsecbugs-plugin\/src\/test\/.*\.java$/.test(path))) {
      for (const [, name = "", rest = ""] of text.matchAll(/\.inClass\("(\w+)"\)((?:\s*\.\w+\([^)]*\))*)/g)) {
        const line = /atLine\((\d+)\)/.exec(rest)?.[1];
        if (line === undefined || !sources.has(name)) continue;
        const lines = expected.get(name) ?? new Set();
        expected.set(name, lines.add(Number(line)));
      }
    }
    for (const [name, lines] of expected)
      yield { group: "java", path: neutral(`${name}.java`), text: sources.get(name) ?? "", bad: [...lines], clean: [] };
  },

  /** Bandit's examples, whole files: wrong, or all right where its own tests expect nothing. */
  *bandit(gitDirectory) {
    const tests = read(gitDirectory, (path) => path === "tests/functional/test_functional.py")[0]?.[1] ?? "";
    const zero = new Set();
    for (const [, block = ""] of tests.matchAll(/def test_[\s\S]*?(?=\n {4}def |$)/g)) void block;
    for (const match of tests.matchAll(/expect = \{([\s\S]*?)\n {8}\}\s*\n\s*self\.check_example\("([\w./-]+)"/g)) {
      const severity = /"SEVERITY": \{([^}]*)\}/.exec(match[1] ?? "")?.[1] ?? "";
      if (!/: [1-9]/.test(severity)) zero.add(match[2]);
    }
    for (const [path, text] of read(gitDirectory, (file) => /^examples\/[\w-]+\.py$/.test(file))) {
      const name = posix.basename(path);
      if (/^(?:skip|okay|nonsense|nosec|imports|assert|try_except|multiline|binding|import)/.test(name) && !zero.has(name)) continue;
      const marks = zero.has(name) || name === "okay.py" ? { bad: [], clean: [1] } : { bad: [1], clean: [] };
      yield { group: "python", path: `app/${name}`, text, ...marks, whole: true };
    }
  },

  /** SecurityEval: one weakness in each file. */
  *securityeval(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^Testcases_Insecure_Code\/.*\.py$/.test(file)))
      yield { group: "python", path: neutral(path), text, bad: [1], clean: [], whole: true };
  },

  /** Juliet for Java: flaws have a comment of their own above them, and so have the fixes. */
  *juliet(gitDirectory) {
    const wanted =
      /CWE(?:78|89|90|643|80|81|83|23|36|327|328|329|330|338|501|601|614|319|259|321|256|259|549|113|15|470|379|378|321|760|759|780|643)_.*_(?:01|03|31)\.java$/;
    for (const [path, text] of read(gitDirectory, (file) => wanted.test(file))) {
      const lines = text.split("\n");
      const end = lines.findIndex((line) => /\bgood\w*\(/.test(line));
      /** @type {number[]} */
      const bad = [];
      /** @type {number[]} */
      const clean = [];
      lines.forEach((line, index) => {
        const next = lines.findIndex((other, at) => at > index && /;\s*$/.test(other) && !/^\s*\/?\*/.test(other)) + 1;
        if (/POTENTIAL FLAW/.test(line) && (end === -1 || index < end)) bad.push(next);
        else if (/\bFIX:/.test(line)) clean.push(next);
      });
      // The source and the sink both have the comment; whoever finds either has found it.
      if (bad.length > 0) yield { group: "java", path: neutral(path), text, bad: bad.slice(-1), clean };
    }
  },
};

/** @param {string} gitDirectory @param {string[]} rest */
function git(gitDirectory, ...rest) {
  const { stdout, status, stderr } = spawnSync("git", ["--git-dir", gitDirectory, ...rest], { encoding: "utf8", maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`git ${rest[0]}: ${stderr}`);
  return stdout;
}

/**
 * The texts of the files whose path is wanted, without a checkout.
 * @param {string} gitDirectory @param {(path: string) => boolean} isWanted @returns {(readonly [path: string, text: string])[]}
 */
export function read(gitDirectory, isWanted, revision = "HEAD") {
  const paths = git(gitDirectory, "ls-tree", "-r", "-z", "--name-only", revision)
    .split("\0")
    .filter((path) => path !== "" && isWanted(path));
  const { stdout } = spawnSync("git", ["--git-dir", gitDirectory, "cat-file", "--batch"], {
    input: paths.map((path) => `${revision}:${path}\n`).join(""),
    maxBuffer: 1 << 30,
  });
  /** @type {(readonly [string, string])[]} */
  const files = [];
  let at = 0;
  for (const path of paths) {
    const end = stdout.indexOf(10, at);
    const size = Number(stdout.toString("latin1", at, end).split(" ")[2]);
    if (Number.isNaN(size)) {
      at = end + 1;
      continue;
    }
    files.push([path, stdout.toString("utf8", end + 1, end + 1 + size)]);
    at = end + 2 + size;
  }
  return files;
}

/** Comments beside the line they are about, or above it. @param {string} text */
function marksOf(text) {
  const lines = text.split("\n");
  /** @type {{ bad: number[], clean: number[] }} */
  const marks = { bad: [], clean: [] };
  lines.forEach((line, index) => {
    const kind = badComment.test(line) ? "bad" : cleanComment.test(line) ? "clean" : undefined;
    if (kind === undefined) return;
    let number = index;
    if (/^\s*(?:\/\/|#|\/\*)/.test(line))
      do number += 1;
      while (number < lines.length && /^\s*(?:(?:\/\/|#|\/\*|\*).*|[{}]?)$/.test(lines[number] ?? ""));
    if (number < lines.length) marks[kind].push(number + 1);
  });
  return marks;
}

/** Rules that leave tests and examples alone must not take this for one. @param {string} path */
function neutral(path) {
  return `app/${path.replace(/tests?|examples?|samples?|ql\/src|query-/gi, "x").replaceAll("Test", "X")}`;
}

/** @param {string} path */
function languageOf(path) {
  return { js: "javascript", ts: "typescript", py: "python", java: "java", go: "go" }[path.split(".").at(-1) ?? ""] ?? "other";
}

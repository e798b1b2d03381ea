/** Collections of Python, Java and Go in which others marked what is wrong, and how each writes its marks. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { corpora, read } from "./corpora.mjs";

/** @typedef {import("./corpora.mjs").Sample} Sample */

/** Rules of Sonar about security that are in force and about code: not about addresses, the PATH, licences or settings of clouds. */
const sonarSecurity =
  /^S(?:1523|1989|2053|2068|2070|2076|2077|2078|2083|2087|2089|2091|2092|2115|2245|2254|2255|2257|2278|2612|2615|2631|2647|2653|2658|2755|3329|3330|3331|3649|3752|4347|4423|4426|4433|4434|4435|4499|4502|4507|4544|4601|4721|4790|4792|4830|5042|5122|5131|5135|5144|5145|5146|5147|5167|5247|5301|5320|5322|5324|5332|5334|5344|5439|5443|5445|5496|5527|5542|5547|5659|5679|5689|5693|5804|5808|5852|5876|5883|6096|6287|6288|6291|6293|6300|6301|6350|6362|6363|6373|6374|6376|6377|6384|6390|6398|6399|6418|6432|6437|6547|6549|6639|6680|6776|6779|6781|6785|7044)$/;

/** @type {Readonly<Record<string, (gitDirectory: string) => Iterable<Sample>>>} */
export const serverCorpora = {
  /** The files that the tests of sonar-java read: comments `Noncompliant` and `Compliant`. */
  "sonar-java": (gitDirectory) => sonarSources(gitDirectory, /java-checks-test-sources\/.*\.java$/, "java"),

  /** The same of sonar-python. */
  "sonar-python": (gitDirectory) => sonarSources(gitDirectory, /python-checks\/src\/test\/resources\/checks\/.*\.py$/, "python"),

  /** Sonar's descriptions of its rules: examples that hold a comment `Noncompliant` or `Sensitive`, and those that are compliant. */
  *"rspec-server"(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^rules\/S\d+\/(?:java|python|go)\/.*\.adoc$/.test(file))) {
      const [, part = "", language = ""] = path.split("/");
      if (!sonarSecurity.test(part)) continue;
      let number = 0;
      for (const found of text.matchAll(/^(?:\[source[^\]\n]*\]\n)?-{4}\n([\s\S]*?)^-{4}$/gm)) {
        const [whole, code = ""] = found;
        const before = text.slice(0, found.index);
        const heading = /compliant|sensitive/gi.exec(before.slice(before.lastIndexOf("\n==")))?.[0]?.toLowerCase();
        const isGood = /diff-type=compliant/.test(whole) || (heading === "compliant" && !/noncompliant/i.test(whole));
        const { bad } = sonarMarks(code);
        number += 1;
        if (bad.length > 0 || isGood)
          yield fileOf(language, part, `${part}-${number}.${extensions[language]}`, code, { bad, clean: [] }, isGood && bad.length === 0);
      }
    }
  },

  /** Bearer's rules: files with a comment above what is expected, and files in which nothing is. What is sent to which service is not asked. */
  *"bearer-server"(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^tests\/(?:java|python|go)\/.*testdata\/.*\.(?:java|py|go)$/.test(file))) {
      if (/third_parties|information_leakage/.test(path)) continue;
      const bad = linesBelow(text, /(?:\/\/|#)\s*bearer:expected/);
      yield fileOf(languageOf(path), posix.dirname(posix.dirname(path)), path, text, { bad, clean: [] }, bad.length === 0);
    }
  },

  /** dlint's page on each of its rules: the example of what is wrong, and that of what is right. */
  *dlint(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^docs\/linters\/DUO1\d\d\.md$/.test(file))) {
      if (/DUO10[123]|DUO111|DUO13[128]/.test(path)) continue;
      for (const [, title = "", code = ""] of text.matchAll(/^## (Problematic|Correct)[^\n]*\n+```python\n([\s\S]*?)```/gm)) {
        const isBad = title === "Problematic";
        const name = posix.basename(path, ".md");
        yield {
          group: "python",
          part: name,
          path: `app/${name}-${title}.py`,
          text: code,
          bad: isBad ? [1] : [],
          clean: isBad ? [] : [1],
          whole: true,
        };
      }
    }
  },

  /** Vulnerable and safe programs of pyt, by their names. */
  *pyt(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^examples\/vulnerable_code\/[\w/]+\.py$/.test(file))) {
      const name = posix.basename(path);
      if (/__init__|inter_command|settings|multi_chain|recursive|yield/.test(name)) continue;
      const isClean = /sanitis|_false|no_vuln|not_tainted|safe_/.test(name);
      yield fileOf("python", path, path, text, { bad: [1], clean: [] }, isClean, true);
    }
  },

  /** SecuriBench Micro: servlets about what flows where, with comments BAD and OK beside their sinks. */
  *securibench(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^src\/securibench\/micro\/\w+\/\w+\.java$/.test(file))) {
      /** @type {{ bad: number[], clean: number[] }} */
      const marks = { bad: [], clean: [] };
      text.split("\n").forEach((line, index) => {
        const kind = /\/\*\s*(BAD|OK)\b/.exec(line)?.[1];
        if (kind !== undefined && /[;)]/.test(line)) marks[kind === "BAD" ? "bad" : "clean"].push(index + 1);
      });
      if (marks.bad.length + marks.clean.length > 0) yield fileOf("java", path, path, text, marks, false);
    }
  },

  /** CryptoAPI-Bench, but for what goes through two files: its table says which are all right, and their names do too. */
  *"cryptoapi-bench"(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^src\/main\/java\/.*\.java$/.test(file))) {
      const name = posix.basename(path, ".java");
      if (/ABMC|ABPM/.test(name)) continue;
      const isClean = /Corrected|ABPS|(?:PBE|KeyStore)PasswordABHCase1/.test(name);
      yield fileOf("java", path, path, text, { bad: [1], clean: [] }, isClean, true);
    }
  },

  /** Ruff's fixtures for the rules of Bandit, with the places of its own snapshots; a comment says what is all right. */
  *ruff(gitDirectory) {
    /** @type {Map<string, Set<number>>} */
    const expected = new Map();
    for (const [, text] of read(gitDirectory, (path) => /flake8_bandit\/snapshots\/.*\.snap$/.test(path)))
      for (const [, name = "", line] of text.matchAll(/^ *--> (S\d+\w*\.py):(\d+):/gm))
        expected.set(name, (expected.get(name) ?? new Set()).add(Number(line)));
    for (const [path, text] of read(gitDirectory, (file) => /fixtures\/flake8_bandit\/S\d+\w*\.py$/.test(file))) {
      const name = posix.basename(path);
      // Assertions, silence, imports, processes without a shell, and passwords.
      if (/^S(?:101|10[567]|110|112|4|603|606|607|404)/.test(name)) continue;
      const bad = expected.get(name) ?? new Set();
      const clean = linesBelow(text, /^\s*#\s*(?:ok|okay|safe|good|valid|no errors?)\b/i).filter((line) => !bad.has(line));
      yield fileOf("python", name.slice(0, 4), path, text, { bad: [...bad], clean }, false);
    }
  },

  /** GoKart's programs: wrong are those in which its own tests expect findings, all right those that are called good, safe or under control. */
  *gokart(gitDirectory) {
    /** @type {Map<string, number>} */
    const expected = new Map();
    for (const [, text] of read(gitDirectory, (file) => /^analyzers\/\w+_test\.go$/.test(file))) {
      const numbers = /testResults := \[\]int\{([^}]*)\}/.exec(text)?.[1]?.match(/\d+/g) ?? [];
      const names = /testFiles := \[\]string\{([^}]*)\}/.exec(text)?.[1]?.match(/[\w.]+(?=")/g) ?? [];
      for (const [at, name] of names.entries()) expected.set(name, Number(numbers[at] ?? 0));
    }
    for (const [path, text] of read(gitDirectory, (file) => /^test\/testdata\/vulnerablemodule\/\w+\/\w+\.go$/.test(file))) {
      const name = posix.basename(path);
      const isClean = /good|safe|control/.test(name);
      if (isClean || (expected.get(name) ?? 0) > 0) yield fileOf("go", name, path, text, { bad: [1], clean: [] }, isClean, true);
    }
  },

  /** CodeQL again, as it was three years later: what is the same as before is in it too. */
  *"codeql-later"(gitDirectory) {
    for (const sample of corpora.codeql?.(gitDirectory) ?? []) if (/^(?:java|python)$/.test(sample.group)) yield sample;
  },
};

/** @type {Readonly<Record<string, string>>} */
const extensions = { java: "java", python: "py", go: "go" };

/** @param {string} path */
function languageOf(path) {
  return { py: "python", go: "go" }[path.split(".").at(-1) ?? ""] ?? "java";
}

/**
 * The samples of the rules about security: a rule has its number in its class, the test of the class names the files.
 * @param {string} gitDirectory @param {RegExp} isSource @param {string} language @returns {Iterable<Sample>}
 */
function* sonarSources(gitDirectory, isSource, language) {
  /** @type {Map<string, string>} */
  const rules = new Map();
  /** @type {[string, string][]} */
  const tests = [];
  for (const [path, text] of read(gitDirectory, (file) =>
    /-checks(?:-\w+)?\/src\/(?:main|test)\/java\/.*Check(?:Test)?\.java$/.test(file),
  )) {
    const name = posix.basename(path, ".java");
    const key = /@Rule\(key\s*=\s*"(S\d+)"/.exec(text)?.[1];
    if (key !== undefined && sonarSecurity.test(key)) rules.set(name, key);
    else if (name.endsWith("CheckTest")) tests.push([name.slice(0, -4), text]);
  }
  /** @type {Map<string, string>} */
  const parts = new Map();
  for (const [name, text] of tests) {
    const key = rules.get(name);
    if (key === undefined) continue;
    for (const [, file = ""] of text.matchAll(/"([^"\n]*\.(?:java|py))"/g)) parts.set(posix.basename(file), key);
    parts.set(`${name}Sample.java`, key);
  }
  for (const [path, text] of read(gitDirectory, (file) => isSource.test(file))) {
    const part = parts.get(posix.basename(path));
    if (part === undefined || /non-compiling|WithoutSemantic|cdk\//.test(path)) continue;
    const marks = sonarMarks(text);
    if (marks.bad.length + marks.clean.length > 0) yield fileOf(language, part, path, text, marks, false);
  }
}

/** A file of a corpus under a path that rules do not take for a test. @returns {Sample} */
function fileOf(
  /** @type {string} */ group,
  /** @type {string} */ part,
  /** @type {string} */ path,
  /** @type {string} */ text,
  /** @type {{ bad: number[], clean: number[] }} */ marks,
  /** @type {boolean} */ isClean,
  whole = false,
) {
  const kind = posix.extname(path);
  const name = `app/${createHash("sha1").update(path).digest("hex").slice(0, 8)}-${posix.basename(path, kind).replace(/test|spec|sample|fixture|example/gi, "x")}${kind}`;
  if (isClean) return { group, part, path: name, text, bad: [], clean: [1], whole: true };
  return { group, part, path: name, text, ...marks, whole };
}

/** `// Noncompliant`, `# Noncompliant@+1`, `// Sensitive`, `// Compliant`, `# OK`. @param {string} text */
function sonarMarks(text) {
  /** @type {number[]} */
  const bad = [];
  /** @type {number[]} */
  const clean = [];
  text.split("\n").forEach((line, index) => {
    const found = /(?:\/[/*]|#)\s*(Noncompliant|Sensitive|Compliant|OK\b)(?:@([+-]\d+))?/i.exec(line);
    if (found === null || /FN|FP|false (?:neg|pos)/i.test(line)) return;
    const shift = Number(found[2] ?? (/^\s*(?:\/[/*]|#)/.test(line) ? 1 : 0));
    (/^(?:compliant|ok)/i.test(found[1] ?? "") ? clean : bad).push(index + 1 + shift);
  });
  return { bad, clean: clean.filter((line) => !bad.includes(line)) };
}

/** The lines below comments. @param {string} text @param {RegExp} mark */
function linesBelow(text, mark) {
  const lines = text.split("\n");
  /** @type {number[]} */
  const found = [];
  lines.forEach((line, index) => {
    if (!mark.test(line)) return;
    let at = index + 1;
    while (at < lines.length && /^\s*(?:(?:\/\/|#).*|\/\*.*\*\/\s*)?$/.test(lines[at] ?? "")) at += 1;
    if (at < lines.length) found.push(at + 1);
  });
  return found;
}

/** Collections of JavaScript and TypeScript in which others marked what is wrong, and how each writes its marks. */
import { createHash } from "node:crypto";
import { posix } from "node:path";
import { parse } from "@ast-grep/napi";
import { read } from "./corpora.mjs";

/** @typedef {import("./corpora.mjs").Sample} Sample */

/** Rules of Sonar about security that are in force and about code: not about addresses, the PATH, or settings of clouds. */
const sonarSecurity =
  /^S(?:1523|2068|2076|2077|2083|2091|2092|2245|2598|2612|2631|2755|2819|3273|3330|3649|4423|4426|4502|4507|4721|4790|4830|5042|5122|5131|5144|5146|5147|5148|5247|5332|5334|5443|5527|5542|5547|5604|5659|5689|5691|5693|5696|5725|5728|5730|5732|5734|5736|5739|5757|5759|5852|5876|5883|6096|6105|6108|6109|6268|6287|6350|6418|6437|7044|7071|7072|7074|7081|7790|8348|8349|8378)$/;

/** @type {Readonly<Record<string, (gitDirectory: string) => Iterable<Sample>>>} */
export const scriptCorpora = {
  /** SonarJS: files with comments `Noncompliant`, and texts that its own tests call valid or invalid. */
  *sonarjs(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /jsts\/rules\/S\d+\/.*(?:\.fixture\.[jt]sx?|unit\.test\.ts)$/.test(file))) {
      const part = posix.basename(posix.dirname(path));
      if (!sonarSecurity.test(part)) continue;
      if (path.endsWith("unit.test.ts")) yield* textsOfTests(text, part);
      else yield fileOf(part, path, text, sonarMarks(text), /nonissue/.test(path));
    }
  },

  /** Sonar's descriptions of its rules: examples that hold a comment `Noncompliant` or `Sensitive`, and those that are compliant. */
  *rspec(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^rules\/S\d+\/javascript\/.*\.adoc$/.test(file))) {
      const part = path.split("/")[1] ?? "";
      if (!sonarSecurity.test(part)) continue;
      let number = 0;
      for (const found of text.matchAll(/^(?:\[source[^\]\n]*\]\n)?-{4}\n([\s\S]*?)^-{4}$/gm)) {
        const [whole, code = ""] = found;
        const before = text.slice(0, found.index);
        const heading = /compliant|sensitive/gi.exec(before.slice(before.lastIndexOf("\n==")))?.[0]?.toLowerCase();
        const isGood = /diff-type=compliant/.test(whole) || (heading === "compliant" && !/noncompliant/i.test(whole));
        const { bad } = sonarMarks(code);
        number += 1;
        if (bad.length > 0 || isGood) yield fileOf(part, `${part}-${number}.js`, code, { bad, clean: [] }, isGood && bad.length === 0);
      }
    }
  },

  /** Bearer's rules: files with a comment above what is expected, and files in which nothing is. */
  *bearer(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^tests\/javascript\/.*testdata\/.*\.[jt]sx?$/.test(file))) {
      const part = posix.dirname(posix.dirname(path));
      const bad = linesBelow(text, /\/\/\s*bearer:expected/);
      yield fileOf(part, path, text, { bad, clean: [] }, bad.length === 0);
    }
  },

  /** njsscan: comments `ruleid` above what is wrong, and files in which nothing is. */
  *njsscan(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /node_source\/.*\.[jt]sx?$/.test(file)))
      yield fileOf(
        path,
        path,
        text,
        { bad: linesBelow(text, /\/\/\s*ruleid:/), clean: linesBelow(text, /\/\/\s*ok:/) },
        /true_negatives/.test(path),
      );
  },

  /** Plug-ins of ESLint about security: texts that their tests call valid or invalid. */
  *eslint(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /tests?\/(?:lib\/)?rules\/.*\.js$/.test(file))) {
      // What any index can be, which module is loaded and old ways to make a buffer are asked by nobody else.
      if (/object-injection|non-literal-require|new-buffer|buffer-noassert|no-cookies|winjs|msapp/.test(path)) continue;
      yield* textsOfTests(text, posix.basename(path));
    }
  },

  /** Amazon's examples for CodeGuru, each between `{fact rule=… defects=1}` and `{/fact}`, with a remark above the line it is about. The others of the file are blanked. */
  *"codeguru-script"(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^(?:javascript|jsx|typescript)\/.*\.[jt]sx?$/.test(file))) {
      const facts = [...text.matchAll(/\{fact rule=([\w-]+)@\S+ defects=([01])\s*\}([\s\S]*?)\{\/fact\}/g)];
      for (const [number, { 1: part = "", 2: defects, index }] of facts.entries()) {
        let own = text;
        for (const other of facts) if (other.index !== index) own = own.replace(other[3] ?? "", (one) => one.replace(/[^\n]/g, " "));
        const found = linesBelow(own, /\/\/\s*(?:Non-?)?compliant/i);
        const lines = found.length > 0 ? found : linesBelow(own, /\{fact rule/);
        yield fileOf(
          part,
          `${path}-${number}${posix.extname(path)}`,
          own,
          defects === "1" ? { bad: lines, clean: [] } : { bad: [], clean: lines },
          false,
        );
      }
    }
  },

  /** Lines of Juice Shop that are there to be broken into. */
  *juiceshop(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^(?:routes|lib|server|frontend\/src\/app)\b.*\.ts$/.test(file))) {
      if (!/vuln-line/.test(text) || /spec\.ts$|vuln-lines|app\.routing|codefixes|codingChallenges/.test(path)) continue;
      const bad = text.split("\n").flatMap((line, index) => (/vuln-code-snippet vuln-line/.test(line) ? [index + 1] : []));
      yield fileOf(path, path, text, { bad, clean: [] }, false);
    }
  },
};

/** A file of a corpus under a path that rules do not take for a test. @returns {Sample} */
function fileOf(
  /** @type {string} */ part,
  /** @type {string} */ path,
  /** @type {string} */ text,
  /** @type {{ bad: number[], clean: number[] }} */ marks,
  /** @type {boolean} */ isClean,
) {
  const kind = posix.extname(path);
  const name = `app/${createHash("sha1").update(path).digest("hex").slice(0, 8)}-${posix.basename(path, kind).replace(/test|spec|fixture|example/gi, "x")}${kind}`;
  return isClean
    ? { group: "script", part, path: name, text, bad: [], clean: [1], whole: true }
    : { group: "script", part, path: name, text, ...marks };
}

/** `// Noncompliant`, `// Noncompliant@+1`, `// Sensitive`. @param {string} text */
function sonarMarks(text) {
  /** @type {number[]} */
  const bad = [];
  /** @type {number[]} */
  const clean = [];
  text.split("\n").forEach((line, index) => {
    const found = /\/[/*]\s*(Noncompliant|Sensitive|Compliant)(?:@([+-]\d+))?/i.exec(line);
    if (found === null) return;
    const shift = Number(found[2] ?? (/^\s*\/[/*]/.test(line) ? 1 : 0));
    (/^compliant/i.test(found[1] ?? "") ? clean : bad).push(index + 1 + shift);
  });
  return { bad, clean };
}

/** The lines below comments. @param {string} text @param {RegExp} mark */
function linesBelow(text, mark) {
  const lines = text.split("\n");
  /** @type {number[]} */
  const found = [];
  lines.forEach((line, index) => {
    if (!mark.test(line)) return;
    let at = index + 1;
    while (at < lines.length && /^\s*(?:\/\/.*|\/\*.*\*\/\s*)?$/.test(lines[at] ?? "")) at += 1;
    if (at < lines.length) found.push(at + 1);
  });
  return found;
}

/** The texts of a test of an ESLint rule. @param {string} text @param {string} part @returns {Iterable<Sample>} */
function* textsOfTests(text, part) {
  const root = parse("TypeScript", text).root();
  let number = 0;
  for (const list of root.findAll({ rule: { kind: "pair", has: { field: "key", regex: "^(valid|invalid)$" } } })) {
    const isBad = list.field("key")?.text() === "invalid";
    for (const item of list.field("value")?.children() ?? []) {
      const code = item.kind() === "object" ? fieldOf(item, "code") : item;
      const source = code === undefined ? undefined : textOf(code);
      if (source === undefined) continue;
      number += 1;
      const path = `app/${part.replace(/\W|test/g, "")}-${number}.js`;
      const lines = isBad ? [...(fieldOf(item, "errors")?.text() ?? "").matchAll(/\bline:\s*(\d+)/g)].map(([, line]) => Number(line)) : [];
      if (lines.length > 0) yield { group: "script", part, path, text: source, bad: [...new Set(lines)], clean: [] };
      else yield { group: "script", part, path, text: source, bad: isBad ? [1] : [], clean: isBad ? [] : [1], whole: true };
    }
  }
}

/** @param {import("@ast-grep/napi").SgNode} object @param {string} name */
function fieldOf(object, name) {
  const pair = object.children().find((child) => child.kind() === "pair" && child.field("key")?.text() === name);
  return pair?.field("value") ?? undefined;
}

/** What a text in quotes holds; undefined for one that is put together. @param {import("@ast-grep/napi").SgNode} node */
function textOf(node) {
  if (!/^(?:string|template_string)$/.test(String(node.kind()))) return undefined;
  if (node.children().some((child) => child.kind() === "template_substitution")) return undefined;
  return node
    .text()
    .slice(1, -1)
    .replace(/\\(n|t|[\s\S])/g, (_, /** @type {string} */ one) => ({ n: "\n", t: "\t" })[one] ?? one);
}

/** Collections of Python and Java that hold what is wrong beside what is right: examples of detectors, and tests of programs that mend code. */
import { posix } from "node:path";
import { read } from "./corpora.mjs";

/** @typedef {import("./corpora.mjs").Sample} Sample */

/** Examples of CodeGuru that are about security and about code: not about settings of clouds, retries or what is slow. */
const codeGuruSecurity =
  /^(?:aws-logged-credentials|clear-text-credentials|code-injection|cross-site-\w+(?:-\w+)?|detect-activated-debug-feature|do-not-auto-add\S*|hardcoded-credentials|http-response-splitting|improper-certificate-validation|improper-privilege-management|insecure-\S+(?<!cdk)|ldap-\w+|log-injection|loose-file-permissions|module-injection|os-command-injection|path-traversal|sensitive-information-leak|session-fixation|sql-injection|stack-trace-exposure|unrestricted-file-upload|untrusted-d\S+|weak-\S+|x\w+-\w+(?:-\w+)?|zip-bomb-attack|partial-encryption|integer-overflow|improper-input-validation)$/;

/** @type {Readonly<Record<string, (gitDirectory: string) => Iterable<Sample>>>} */
export const pairCorpora = {
  /** Amazon's examples for CodeGuru, each between `{fact rule=… defects=1}` and `{/fact}`. The others of the file are blanked. */
  *codeguru(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (file) => /^src\/.*detectors\/.*\.(?:py|java)$/.test(file))) {
      const facts = [...text.matchAll(/\{fact rule=([\w-]+)@\S+ defects=([01])\}([\s\S]*?)\{\/fact\}/g)];
      for (const [number, { 0: whole, 1: rule = "", 2: defects, index }] of facts.entries()) {
        if (!codeGuruSecurity.test(rule)) continue;
        let own = text;
        for (const other of facts) if (other.index !== index) own = own.replace(other[3] ?? "", (one) => one.replace(/[^\n]/g, " "));
        const language = posix.extname(path).slice(1);
        yield {
          group: language === "py" ? "python" : "java",
          part: rule,
          path: `app/${rule}-${number}.${language}`,
          text: own.includes(whole) ? own : text,
          bad: defects === "1" ? [1] : [],
          clean: defects === "1" ? [] : [1],
          whole: true,
        };
      }
    }
  },

  /** Horusec's samples for its rules about Java: one that is vulnerable and one or two that are safe. What only names a feature of Android is left out. */
  *horusec(gitDirectory) {
    const files = new Map(read(gitDirectory, (file) => /^internal\/services\/engines\/java\/(?:rules|samples)\.go$/.test(file)));
    const about = new Map(
      Array.from(
        (files.get("internal/services/engines/java/rules.go") ?? "").matchAll(/^func New(\w+)\([\s\S]*?ID:\s*"HS-JAVA-(\d+)"/gm),
        ([, name = "", id = ""]) => [id, name],
      ),
    );
    const samples = (files.get("internal/services/engines/java/samples.go") ?? "").matchAll(
      /Sample\d*(Vulnerable|Safe)HSJAVA(\d+)(\w*)\s*=\s*`([^`]*)`/g,
    );
    for (const [, kind, id = "", rest = "", text = ""] of samples) {
      const name = about.get(id) ?? "";
      if (
        name === "" ||
        text.trim() === "" ||
        /Frida|DexGuard|Obfuscat|Clipboard|^NoUse(?!IV)|^Get(?!Window)|Tamper|^(?:TCP|UDP)|SMSContacts|Dex|Detection|CryptoImport|Starting|Sending|LocalFile|InterProcess|LoadingNative|Window|LayoutParams|TapJacking|HiddenElements|JARURL|MainMethod|NotPublic|Pinning|NativeCode|Persistent|Remote/.test(
          name,
        )
      )
        continue;
      const isBad = kind === "Vulnerable";
      const path = `app/${id}-${isBad ? "one" : "other"}${rest}.java`;
      yield { group: "java", part: id, path, text, bad: isBad ? [1] : [], clean: isBad ? [] : [1], whole: true };
    }
  },

  /** codemodder's tests for Python: the lines that it mends are wrong, the text that it lets be, and that it makes, is all right. */
  *codemodder(gitDirectory) {
    const wanted =
      /^tests\/codemods\/test_(?:django_(?:debug_flag|session_cookie)\w*|enable_jinja2\w*|flask_enable_csrf\w*|harden_\w+|https_connection|jwt_decode\w*|lxml\w*|process_creation\w*|replace_flask\w*|request_verify|secure_\w+|sql_param\w*|subprocess_\w+|tempfile_mktemp|upgrade_ssl\w*|url_sandbox|use_defused\w*|disable_graphql\w*)\.py$/;
    for (const [path, text] of read(gitDirectory, (file) => wanted.test(file)))
      yield* mended(path, "python", text.matchAll(/^ {4}(?:async )?def (test_\w+)[\s\S]*?(?=^ {4}(?:async )?def |^ {4}@|(?![\s\S]))/gm));
  },

  /** The same of rewrite-java-security. */
  *"rewrite-security"(gitDirectory) {
    const wanted =
      /^src\/test\/java\/.*\/(?:FixCwe338|ImproperPriv\w+|Partial\w+|Regular\w+|SecureRandom\w*|SecureTemp\w+|UseFiles\w+|ZipSlip|Insecure\w+|SecureJ\w+|SecureSn\w+|CookieSet\w+|CsrfProt\w+|\w+XXE\w*)Test\.java$/;
    for (const [path, text] of read(gitDirectory, (file) => wanted.test(file)))
      yield* mended(
        path,
        "java",
        text.matchAll(/^ {4}@(?:Test|ParameterizedTest)[\s\S]*?\bvoid (\w+)\([\s\S]*?(?=^ {4}@|^ {4}\/\*\*|(?![\s\S]))/gm),
      );
  },
};

/**
 * Tests that hold one text, or what is wrong and what comes of it.
 * @param {string} path @param {"python" | "java"} group @param {Iterable<RegExpMatchArray>} tests @returns {Iterable<Sample>}
 */
function* mended(path, group, tests) {
  const part = posix.basename(path).replace(/\.\w+$/, "");
  const extension = group === "python" ? "py" : "java";
  for (const [test, name = ""] of tests) {
    const texts = Array.from(test.matchAll(/(f?)"""([\s\S]*?)"""/g), ([, isFormat, text = ""]) =>
      withoutIndent(isFormat === "f" ? filled(text) : text),
    ).filter((text) => text.trim() !== "" && !/^\s*(?:---|diff)/.test(text) && /[(=]/.test(text));
    const [before = "", after] = texts;
    if (before === "" || /\b\w+\s*=\s*\{\s*"[^"]*":\s*\{|assert_changes|settings\.py/.test(test.slice(0, 300))) continue;
    const title = `app/${part.replace(/test/gi, "x")}-${name.replace(/test_?/gi, "")}`;
    const kept = new Set((after ?? before).split("\n").map((line) => line.trim()));
    const bad = before
      .split("\n")
      .flatMap((line, index) => (kept.has(line.trim()) || /^\s*(?:import|from)\b/.test(line) ? [] : [index + 1]));
    // What one mending takes several lines for is one fault.
    if (bad.length > 0) yield { group, part, path: `${title}.${extension}`, text: before, bad: bad.slice(0, 1), clean: [] };
    yield { group, part, path: `${title}-right.${extension}`, text: after ?? before, bad: [], clean: [1], whole: true };
  }
}

/** What a parameter of the test would be. @param {string} text */
function filled(text) {
  return text
    .replace(/\{\{/g, "{")
    .replace(/\}\}/g, "}")
    .replace(/\{func\}/g, "make_response")
    .replace(/\{\w+\}/g, "get");
}

/** @param {string} text */
function withoutIndent(text) {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents, 40);
  return lines.map((line) => line.slice(least)).join("\n");
}

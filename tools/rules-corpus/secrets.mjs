/**
 * `node tools/rules-corpus/secrets.mjs CORPUS [GITDIR…] [--learn|--kept] [--misses]`: how well the rules for secrets tell secrets from what looks alike.
 * CORPUS is one of those in secret-corpora.mjs with a clone of its repository, `generated` (lines in many syntaxes, made anew from a seed each
 * time), or `lines`: lines of public code in which something called a password, a token or a key is given a text: as they are (good code: none is a secret), and
 * with what a generator of passwords or keys would make in its place. `--learn` and `--kept` take one half of the sources.
 */
import { createHash } from "node:crypto";
import { read } from "./corpora.mjs";
import { generatedSecrets } from "./generated-secrets.mjs";
import { rulesOfNow } from "./rules-of-now.mjs";
import { isKept, secretCorpora } from "./secret-corpora.mjs";

const [kind = "", ...rest] = process.argv.slice(2);
const directories = rest.filter((word) => !word.startsWith("--"));
if (kind !== "generated" && (!(kind in secretCorpora || kind === "lines") || directories.length === 0)) {
  process.stderr.write(
    `secrets.mjs ${Object.keys(secretCorpora).join("|")}|lines GITDIR… | generated [SEED] [--learn|--kept] [--misses]\n`,
  );
  process.exit(2);
}
const { createRuleEngine, changedFile } = await rulesOfNow();
const engine = createRuleEngine();
const descriptions = new Map(engine.rules.map((rule) => [rule.id, rule]));
const named =
  /(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|credential)\w{0,12}["'\]]{0,2}\s{0,3}(?::|=|:=|=>)\s{0,3}(["'])([^"'\n]{4,100})\1/i;

/** @returns {Iterable<import("./secret-corpora.mjs").SecretSample>} */
function* samples() {
  if (kind === "generated") yield* generatedSecrets(Number(directories[0] ?? 1));
  else if (kind === "lines") yield* lines();
  else for (const directory of directories) yield* secretCorpora[kind]?.(directory) ?? [];
}

/** @returns {Iterable<import("./secret-corpora.mjs").SecretSample>} */
function* lines() {
  const code = /\.(?:[cm]?[jt]sx?|py|go|java|rb|php|cs|kt|rs|ya?ml|json|toml|properties|env)$/;
  const madeUp = /(^|\/)(tests?|__tests__|specs?|fixtures?|testdata|examples?|docs?|playground|ql)\/|[._-](test|spec)s?\.|_test\./i;
  const seen = new Set();
  for (const directory of directories)
    for (const [path, text] of read(directory, (name) => code.test(name) && !madeUp.test(name)))
      for (const line of text.split("\n")) {
        const value = line.length < 300 ? named.exec(line)?.[2] : undefined;
        if (value === undefined || seen.has(line.trim())) continue;
        seen.add(line.trim());
        const name = `app/file${path.slice(path.lastIndexOf("."))}`;
        yield { path: name, text: `${line}\n`, isSecret: false, source: path };
        yield { path: name, text: `${line.replace(value, () => generated(line))}\n`, isSecret: true, source: path };
      }
}

/** The same for the same line on every machine: half of them passwords, half keys. @param {string} seed */
function generated(seed) {
  const bytes = createHash("sha256").update(seed).digest();
  return bytes.readUInt8(0) % 2 === 0
    ? `${bytes.toString("base64").replace(/[+/=]/g, "").slice(0, 10)}!${bytes.readUInt8(1) % 100}`
    : bytes.toString("base64").replace(/[+/=]/g, "").slice(0, 36);
}

const count = { hit: 0, missed: 0, clean: 0, alarms: 0 };
for (const { path, text, isSecret, source } of samples()) {
  if ((rest.includes("--learn") && isKept(source)) || (rest.includes("--kept") && !isKept(source))) continue;
  const { reports } = await engine.check([changedFile(path, undefined, text)], [], new AbortController().signal);
  const found = reports.find(
    ({ ruleId, severity, confidence }) =>
      descriptions.get(ruleId)?.subcategory === "exposed-secret" &&
      ruleId !== "secret/logged" &&
      severity !== "info" &&
      confidence !== "low",
  );
  if (isSecret) count[found === undefined ? "missed" : "hit"] += 1;
  else count[found === undefined ? "clean" : "alarms"] += 1;
  if ((found !== undefined) !== isSecret && rest.includes("--misses"))
    process.stdout.write(
      `${isSecret ? "MISS" : "ALARM"} ${path} ${found?.ruleId ?? ""} ${text.trim().replaceAll("\n", "⏎").slice(0, 260)}\n`,
    );
}
const recall = count.hit / (count.hit + count.missed || 1);
const precision = count.hit / (count.hit + count.alarms || 1);
process.stdout.write(
  `${kind}: ${count.hit} of ${count.hit + count.missed} secrets found, ${count.alarms} of ${count.clean + count.alarms} others taken for one: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}, F1 ${((2 * precision * recall) / (precision + recall || 1)).toFixed(2)}\n`,
);

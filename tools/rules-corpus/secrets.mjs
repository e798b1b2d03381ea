/**
 * `node tools/rules-corpus/secrets.mjs detect-secrets GITDIR | lines GITDIR… [--misses]`: how well the rules for secrets tell secrets from what looks
 * alike. `detect-secrets` asks about the lines of its own tests. `lines` takes lines of public code in which something called a password, a token or a key
 * is given a text: as they are (good code: none is a secret), and the same lines with what a generator of passwords or keys would make in its place.
 */
import { createHash } from "node:crypto";
import { read } from "./corpora.mjs";
import { detectSecretsLines } from "./detect-secrets.mjs";
import { rulesOfNow } from "./rules-of-now.mjs";

const [kind = "", ...rest] = process.argv.slice(2);
const directories = rest.filter((word) => !word.startsWith("--"));
if (!/^(?:detect-secrets|lines)$/.test(kind) || directories.length === 0) {
  process.stderr.write("secrets.mjs detect-secrets GITDIR | lines GITDIR… [--misses]\n");
  process.exit(2);
}
const { createRuleEngine, changedFile } = await rulesOfNow();
const engine = createRuleEngine({ checks: [] });
const named =
  /(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|credential)\w{0,12}["'\]]{0,2}\s{0,3}(?::|=|:=|=>)\s{0,3}(["'])([^"'\n]{4,100})\1/i;

/** @returns {Iterable<import("./detect-secrets.mjs").SecretLine>} */
function* lines() {
  if (kind === "detect-secrets") {
    for (const directory of directories) yield* detectSecretsLines(read(directory, (path) => /^tests\/plugins\/\w+_test\.py$/.test(path)));
    return;
  }
  const code = /\.(?:[cm]?[jt]sx?|py|go|java|rb|ya?ml|json|toml|properties|env)$/;
  const madeUp = /(^|\/)(tests?|__tests__|specs?|fixtures?|testdata|examples?|docs?|playground|ql)\/|[._-](test|spec)s?\.|_test\./i;
  const seen = new Set();
  for (const directory of directories)
    for (const [path, text] of read(directory, (name) => code.test(name) && !madeUp.test(name)))
      for (const line of text.split("\n")) {
        const value = line.length < 300 ? named.exec(line)?.[2] : undefined;
        if (value === undefined || seen.has(line.trim())) continue;
        seen.add(line.trim());
        const name = `app/file${path.slice(path.lastIndexOf("."))}`;
        yield { path: name, line, isSecret: false };
        yield { path: name, line: line.replace(value, () => generated(line)), isSecret: true };
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
for (const { path, line, isSecret } of lines()) {
  const { reports } = await engine.check([changedFile(path, undefined, `${line}\n`)], [], new AbortController().signal);
  const found = reports.some(({ ruleId }) => ruleId.startsWith("secret/") && ruleId !== "secret/logged");
  if (isSecret) count[found ? "hit" : "missed"] += 1;
  else if (found) count.alarms += 1;
  else count.clean += 1;
  if (found !== isSecret && rest.includes("--misses"))
    process.stdout.write(`${isSecret ? "MISS" : "ALARM"} ${path} ${line.trim().slice(0, 160)}\n`);
}
const recall = count.hit / (count.hit + count.missed || 1);
const precision = count.hit / (count.hit + count.alarms || 1);
process.stdout.write(
  `${kind}: ${count.hit} of ${count.hit + count.missed} secrets found, ${count.alarms} of ${count.clean + count.alarms} others taken for one: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}, F1 ${((2 * precision * recall) / (precision + recall || 1)).toFixed(2)}\n`,
);

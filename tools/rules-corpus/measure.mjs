/**
 * `node tools/rules-corpus/measure.mjs CORPUS GITDIR [--misses] [--rules] [--shown] [--half learn|kept]`: how much of what others marked as wrong the security rules find, and how
 * much of what they marked as all right they complain about. GITDIR is a clone, bare or not, of the repository that CORPUS names; nothing is checked
 * out. A corpus is parted by what its marks are about: `--half kept` is for measuring only, so its misses are never listed.
 * `--shown` counts only what is shown unless more is asked for. A mark counts as found when a finding touches its line or the one beside it; a clean line counts as a false alarm only when one is on it.
 */
import { createHash } from "node:crypto";
import { corpora } from "./corpora.mjs";
import { generatedFlows } from "./generated-flows.mjs";
import { pairCorpora } from "./pair-corpora.mjs";
import { rulesOfNow } from "./rules-of-now.mjs";
import { scriptCorpora } from "./script-corpora.mjs";
import { serverCorpora } from "./server-corpora.mjs";

const [name = "", gitDirectory = "", ...options] = process.argv.slice(2);
/** @type {Record<string, (gitDirectory: string) => Iterable<import("./corpora.mjs").Sample>>} */
const all = { ...corpora, ...scriptCorpora, ...serverCorpora, ...pairCorpora, "generated-flows": generatedFlows };
const corpus = all[name];
const half = options.includes("--half") ? options[options.indexOf("--half") + 1] : undefined;
if (corpus === undefined || gitDirectory === "") {
  process.stderr.write(
    `measure.mjs CORPUS GITDIR [--misses] [--rules] [--shown] [--half learn|kept]\nCORPUS: ${Object.keys(all).join(", ")}\n`,
  );
  process.exit(2);
}

const { createRuleEngine, changedFile } = await rulesOfNow();
const engine = createRuleEngine();
const rules = new Map(engine.rules.map((rule) => [rule.id, rule]));
/** @param {{ ruleId: string, severity?: string, confidence?: string }} report */
function isAsked({ ruleId, severity, confidence }) {
  const rule = rules.get(ruleId);
  if (rule?.category !== "security") return false;
  return !options.includes("--shown") || ((severity ?? rule.severity) !== "info" && (confidence ?? rule.confidence) !== "low");
}

/** @type {Record<string, { hit: number, missed: number, clean: number, alarms: number }>} */
const counts = {};
/** @type {Record<string, number>} */
const byRule = {};
/** @type {Record<string, number>} */
const alarmsByRule = {};
for (const { group, path, text, bad, clean, whole, part = path } of corpus(gitDirectory)) {
  const own = createHash("sha1").update(part).digest().readUInt8(0) % 2 === 0 ? "learn" : "kept";
  if (half !== undefined && half !== own) continue;
  const { reports } = await engine.check([changedFile(path, undefined, text)], [], new AbortController().signal);
  const found = reports.filter(isAsked);
  for (const { ruleId } of found) byRule[ruleId] = (byRule[ruleId] ?? 0) + 1;
  const count = counts[group] ?? { hit: 0, missed: 0, clean: 0, alarms: 0 };
  counts[group] = count;
  const lines = text.split("\n");
  const on = (/** @type {number} */ line, /** @type {number} */ slack) =>
    found.find(({ startLine, endLine }) => startLine <= line + slack && endLine >= line - slack);
  const show = (/** @type {string} */ what, /** @type {number} */ line, rule = "") => {
    if (options.includes("--misses") && half !== "kept")
      process.stdout.write(`${what} ${path}:${line} ${rule} ${(lines[line - 1] ?? "").trim().slice(0, 150)}\n`);
  };
  for (const line of bad) {
    const hit = whole ? found[0] : on(line, 1);
    count[hit === undefined ? "missed" : "hit"] += 1;
    if (hit === undefined) show("MISS", line);
  }
  for (const line of clean) {
    const alarm = whole ? found[0] : on(line, 0);
    count.clean += 1;
    if (alarm === undefined) continue;
    count.alarms += 1;
    alarmsByRule[alarm.ruleId] = (alarmsByRule[alarm.ruleId] ?? 0) + 1;
    show("ALARM", whole ? alarm.startLine : line, alarm.ruleId);
  }
}

process.stdout.write(
  "| corpus | language | marked wrong | found | recall | marked clean | alarms | of clean | precision | F1 |\n| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: |\n",
);
for (const [group, { hit, missed, clean, alarms }] of Object.entries(counts).sort()) {
  const recall = hit / (hit + missed || 1);
  const precision = hit / (hit + alarms || 1);
  const f1 = (2 * recall * precision) / (recall + precision || 1);
  const percent = (/** @type {number} */ share) => `${Math.round(share * 100)} %`;
  process.stdout.write(
    `| ${name} | ${group} | ${hit + missed} | ${hit} | ${percent(recall)} | ${clean} | ${alarms} | ${percent(alarms / (clean || 1))} | ${percent(precision)} | ${f1.toFixed(2)} |\n`,
  );
}
if (options.includes("--rules"))
  for (const [id, count] of Object.entries(byRule).sort((one, other) => other[1] - one[1]))
    process.stdout.write(`${id} ${count}, alarms ${alarmsByRule[id] ?? 0}\n`);

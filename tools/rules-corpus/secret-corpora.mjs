/**
 * Texts in which others say what is a secret: the examples and tests of public tools. Their rules and texts stay where they are published; what is read
 * here is only asked about. `isSecret` says whether something must be found anywhere in the text.
 * @typedef {{ path: string, text: string, isSecret: boolean, source: string }} SecretSample
 */
import { createHash } from "node:crypto";
import { read } from "./corpora.mjs";
import { detectSecretsLines } from "./detect-secrets.mjs";

/** @type {Readonly<Record<string, (gitDirectory: string) => Iterable<SecretSample>>>} */
export const secretCorpora = {
  /** The lines in the tests of detect-secrets' plugins. */
  *"detect-secrets"(gitDirectory) {
    for (const { path, line, isSecret } of detectSecretsLines(read(gitDirectory, (name) => /^tests\/plugins\/\w+_test\.py$/.test(name))))
      yield { path, text: `${line}\n`, isSecret, source: line };
  },

  /** Nosey Parker's rules, each with examples of what it finds and what it does not. Names of accounts are no secrets. */
  *noseyparker(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (name) => /builtin\/rules\/[\w-]+\.yml$/.test(name)))
      for (const { head, examples, others } of examplesIn(text))
        if (/\bsecret\b/.test(/categories:[ \t]*(?:\[[^\]]*\]|(?:\n[ \t]*-[^\n]*)+)/.exec(head)?.[0] ?? ""))
          yield* samplesOf(path, examples, others);
  },

  /** Kingfisher's rules with their examples, without those that only name an account. */
  *kingfisher(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (name) => /(^|\/)rules\/[\w-]+\.yml$/.test(name)))
      for (const { head, examples, others } of examplesIn(text)) {
        const name = /name:(.*)/.exec(head)?.[1] ?? "";
        if (/visible: false/.test(head) || /\b(?:id|identifier|domain|url|endpoint|user ?name|email)\b/i.test(name)) continue;
        yield* samplesOf(path, examples, others);
      }
  },

  /** What the tests of trufflehog's detectors find. What they do not find has a wrong length and is left out: it looks like a secret, too. */
  *trufflehog(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (name) => /^pkg\/detectors\/.*_test\.go$/.test(name) && !/integration/.test(name))) {
      const constants = new Map(
        Array.from(text.matchAll(/^\s*(?:const |var )?(\w+)\s*=\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`)/gm), ([, name = "", value = ""]) => [
          name,
          plain(value),
        ]),
      );
      for (const [, input = "", wanted = ""] of text.matchAll(
        /\binput:\s*(fmt\.Sprintf\((?:[^()`"]|"(?:[^"\\\n]|\\.)*"|`[^`]*`)*\)|`[^`]*`|"(?:[^"\\\n]|\\.)*"|\w+),\s*\n\s*want:\s*(nil|\[\]string\{[^}]*\})/g,
      )) {
        if (!/["`\w]/.test(wanted.replace(/^nil|^\[\]string/, ""))) continue;
        const example = goText(input, constants);
        if (example !== undefined) yield { path: plainPath(example), text: example, isSecret: true, source: path };
      }
    }
  },

  /** The fixtures of whispers, line by line: every value that must be found says that it is "hardcoded". */
  *whispers(gitDirectory) {
    for (const [path, text] of read(gitDirectory, (name) => /^tests\/fixtures\/[\w.]+$/.test(name))) {
      if (/custom|excluded|invalid|creditcards|cors|empty|severity|ruleslist|paths|\.py2$|privatekeys|aws\./.test(path)) continue;
      for (const line of text.split("\n")) {
        if (line.trim().length < 8 || /^\s*(?:#|--|\/\/|<!--)/.test(line)) continue;
        yield {
          path: `app/${path.replace(/^.*\//, "")}`,
          text: `${line}\n`,
          isSecret:
            /hardcoded|HARDC0D3D/i.test(line) &&
            !/compliant\w*:? *\{|user(?:name)?["']?[:=]\s*["']?hardcoded/i.test(line.replace(/non/gi, "")),
          source: line,
        };
      }
    }
  },

  /** What the tests of EarlyBird say is found, and what is told from it as no secret. */
  *earlybird(gitDirectory) {
    for (const [, text] of read(gitDirectory, (name) => /^pkg\/scan\/(?:falsePositives|scan)_test\.go$/.test(name)))
      for (const test of text.split(/^\s+name:/m)) {
        const value = /(?:MatchValue|LineValue):\s*(`[^`]*`|"(?:[^"\\\n]|\\.)*")/.exec(test)?.[1];
        const [, kind, is] = /want(IsFP|IsHit):\s*(true|false)/.exec(test) ?? [];
        if (value === undefined || kind === undefined) continue;
        const line = plain(value);
        const name = /Filename:\s*"([^"]+)"/.exec(test)?.[1] ?? "settings.conf";
        yield {
          path: `app/${name.replace(/^.*\//, "")}`,
          text: `${line}\n`,
          isSecret: (kind === "IsFP") === (is === "false"),
          source: line,
        };
      }
  },

  /** What GitHub's field team marks as found by their patterns for secret scanning (recall only: what no pattern finds yet may be a secret, too). */
  *"custom-patterns"(gitDirectory) {
    const places = new Map();
    for (const [path, text] of read(gitDirectory, (name) => /\/__snapshots__\/.*\.csv$/.test(name) && !/^pii\//.test(name))) {
      if (/uuids|sha_checker|ssh_public|ipv4|emails|internal_urls|typos|shortlist/.test(path)) continue;
      for (const [, file = "", start, end] of text.matchAll(/^"[^"]*","[^"]*","[^"]*","([^"]+)","(\d+)","(\d+)"/gm))
        places.set(`${file}:${start}`, { file, start: Number(start), end: Number(end) });
    }
    const files = new Map(read(gitDirectory, (name) => !/__snapshots__|^pii\//.test(name)));
    for (const [source, { file, start, end }] of places) {
      const text = files
        .get(file)
        ?.split("\n")
        .slice(start - 1, end)
        .join("\n");
      if (text !== undefined) yield { path: `app/${file}`, text: `${text}\n`, isSecret: true, source };
    }
  },
};

/** Half of the sources is to learn from, the other is not looked at. @param {string} source */
export function isKept(source) {
  return createHash("sha256").update(source).digest().readUInt8(0) % 2 === 1;
}

/** Examples come in every kind of file; the same text always gets the same one. @param {string} text */
function plainPath(text) {
  const paths = ["app/settings.env", "app/settings.conf", "notes.txt", "app/deploy.sh", "app/values.yaml"];
  return paths[createHash("sha256").update(text).digest().readUInt8(1) % paths.length] ?? "";
}

/** @param {string} source @param {readonly string[]} examples @param {readonly string[]} others @returns {Iterable<SecretSample>} */
function* samplesOf(source, examples, others) {
  for (const text of examples) yield { path: plainPath(text), text, isSecret: true, source };
  for (const text of others) yield { path: plainPath(text), text, isSecret: false, source };
}

/** The rules of a file in YAML: their text, and the items of their lists `examples` and `negative_examples`. @param {string} text */
function examplesIn(text) {
  return text
    .split(/^(?= {0,2}- name:)/m)
    .filter((rule) => /^\s*- name:/.test(rule))
    .map((rule) => ({ head: rule, examples: listIn(rule, "examples"), others: listIn(rule, "negative_examples") }));
}

/** @param {string} rule @param {string} name @returns {string[]} */
function listIn(rule, name) {
  const lines = rule.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^ +${name}:\\s*$`).test(line));
  if (start === -1) return [];
  const indent = (lines[start] ?? "").search(/\S/);
  const end = lines.findIndex(
    (line, at) => at > start && /\S/.test(line) && (line.search(/\S/) < indent || (line.search(/\S/) === indent && !/^\s*-/.test(line))),
  );
  const items = `\n${lines.slice(start + 1, end === -1 ? undefined : end).join("\n")}`.split(/\n {2,8}- /).slice(1);
  return items.map((item) => {
    const block = /^[|>][-+]?[ \d]*\n([\s\S]*)$/.exec(item)?.[1];
    if (block !== undefined) {
      const depth = block.search(/\S/);
      return block.replace(new RegExp(`^ {0,${depth}}`, "gm"), "").trimEnd();
    }
    const [quote] = item;
    if (quote === "'") return item.trim().slice(1, -1).replaceAll("''", "'");
    return quote === '"' ? plain(item.trim()) : item.trim();
  });
}

/** A text of Go, or one that is put together of constants. @param {string} source @param {ReadonlyMap<string, string>} constants */
function goText(source, constants) {
  if (/^["`]/.test(source)) return plain(source);
  if (/^\w+$/.test(source)) return constants.get(source);
  const [format, ...parts] = Array.from(source.matchAll(/"(?:[^"\\\n]|\\.)*"|`[^`]*`|(?<=[,(]\s*)\w+(?=\s*[,)])/g), ([part]) =>
    /^["`]/.test(part) ? plain(part) : constants.get(part),
  );
  if (format === undefined || parts.includes(undefined)) return undefined;
  let next = 0;
  return format.replace(/%[sdvq]/g, () => parts[next++] ?? "");
}

/** @param {string} source */
function plain(source) {
  return source.startsWith("`")
    ? source.slice(1, -1)
    : source.slice(1, -1).replace(/\\(.)/g, (_, one) => (one === "n" ? "\n" : one === "t" ? "\t" : one));
}

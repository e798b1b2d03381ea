import type { NapiConfig } from "@ast-grep/napi";
import { nearestName } from "kit/names";
import { type CheckFile, type Language, languages, type OwnRules, type Rule, type RuleFailure, type Severity } from "../rule.ts";
import { changedText, linesOf, parse, placeOf, touches, treeOf } from "../syntax/index.ts";
import { pathGlob } from "./path-glob.ts";
import { misplacedKeys, topKeys } from "./rule-keys.ts";
import { hasMetavariable, metavariablesOf, writtenOut } from "./written-out.ts";
import { type YamlDocument, type YamlValue, yamlDocuments } from "./yaml-value.ts";

type Mapping = { readonly [key: string]: YamlValue };

/** What ast-grep calls the languages that are called otherwise here. */
const aliases: Readonly<Record<string, Language>> = {
  ts: "typescript",
  js: "javascript",
  jsx: "javascript",
  py: "python",
  bash: "shell",
  "c++": "cpp",
  cc: "cpp",
  cxx: "cpp",
  "c#": "csharp",
  cs: "csharp",
  rb: "ruby",
  rs: "rust",
  golang: "go",
  yml: "yaml",
};

const severityNames: Readonly<Record<string, Severity>> = {
  critical: "critical",
  error: "error",
  warning: "warning",
  info: "info",
  hint: "info",
};

/** Reads checks: a file may hold several, divided by `---`. One that is wrong does not run; all that is wrong with it is named, and the others run. */
export function checkRules(checks: readonly CheckFile[]): OwnRules {
  const rules: Rule[] = [];
  const failures: RuleFailure[] = [];
  const ids: string[] = [];
  for (const { path, text } of checks) {
    const ruleId = `check/${path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "")}`;
    for (const document of yamlDocuments(text)) {
      const reader = new CheckReader(document);
      const rule = reader.rule();
      if (reader.id !== undefined) ids.push(`check/${reader.id}`);
      failures.push(...reader.faults.map((reason) => ({ ruleId, path, reason })));
      if (rule !== undefined) rules.push(rule);
    }
  }
  return { rules, failures, ids };
}

/** Reads one check and notes everything that is wrong with it. */
class CheckReader {
  readonly #document: YamlDocument;
  readonly #value: Mapping;
  readonly #faults: { readonly line: number; readonly text: string }[] = [];
  #id: string | undefined;

  constructor(document: YamlDocument) {
    this.#document = document;
    this.#value = isMapping(document.value) ? document.value : {};
    for (const { line, message } of document.faults) this.#faults.push({ line, text: `line ${line}: ${message}` });
  }

  /** Sentences with their place, from top to bottom. */
  get faults(): readonly string[] {
    return this.#faults.toSorted((a, b) => a.line - b.line).map(({ text }) => text);
  }

  /** Its name, when it has one. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Undefined when something is wrong with it, or its severity is `off`. */
  rule(): Rule | undefined {
    const { value } = this.#document;
    if (value === undefined) return;
    if (!isMapping(value)) {
      const { line } = this.#document;
      this.#faults.push({ line, text: `line ${line}: a check is a mapping with id, language and rule` });
      return;
    }
    for (const key of Object.keys(value)) if (!topKeys.includes(key)) this.#unknown(key, key, topKeys);
    const id = this.#readId();
    const language = this.#language();
    const severity = this.#severity();
    const config = this.#config(language);
    const applies = this.#paths();
    const note = this.#text("note");
    const nameless = `The check ${id ?? ""} of this repository matches.`;
    const message = this.#text("message") ?? note?.split("\n")[0] ?? nameless;
    const fix = this.#fix();
    if (this.#faults.length > 0 || id === undefined || language === undefined || config === undefined || severity === "off") return;
    const names = metavariablesOf(config);
    return {
      id: `check/${id}`,
      // A title is the same for every match.
      title: (hasMetavariable(message, names) ? nameless : message.split("\n")[0]!).replace(/\.$/, ""),
      category: "maintainability",
      subcategory: "project-rule",
      severity,
      confidence: "high",
      languages: language === "typescript" || language === "tsx" ? ["typescript", "tsx"] : [language],
      scope: "file",
      check(file, report) {
        if (!applies(file.diff.path)) return;
        const tree = treeOf(file);
        if (tree === undefined) return;
        const { added } = changedText(file);
        for (const node of tree.findAll(config)) {
          const { startLine, endLine } = linesOf(node);
          if (!touches(added, startLine, endLine)) continue;
          const written = fix === undefined ? [] : [`Write instead: ${writtenOut(fix, node, names)}`];
          const suggestion = [note ?? "", ...written].filter((part) => part !== "" && part !== message).join("\n");
          report({
            side: "new",
            ...placeOf(node),
            message: writtenOut(message, node, names),
            ...(suggestion === "" ? {} : { suggestion }),
          });
        }
      },
    };
  }

  #readId(): string | undefined {
    const id = this.#requiredText("id");
    if (id === undefined) return undefined;
    // Suppressions and settings have to be able to name it.
    if (/^[\w.-]+(?:\/[\w.-]+)*$/.test(id) && id.length <= 80) {
      this.#id = id;
      return id;
    }
    this.#wrong("id", `"${id.slice(0, 80)}" may only hold letters, digits, -, _ and ., in groups divided by /, and 80 of them at most`);
    return undefined;
  }

  /** What is searched for. A pattern that is wrong says so now, and not with the first file. */
  #config(language: Language | undefined): NapiConfig | undefined {
    const { rule, constraints, utils, transform: written, rewriters } = this.#value;
    // The parser's own rewriting is not at hand here, so what needs it is left out rather than shown half.
    const transform = rewriters === undefined ? written : undefined;
    if (!isMapping(rule ?? null)) {
      this.#wrong("rule", "a rule is missing");
      return undefined;
    }
    const slips = misplacedKeys(this.#value);
    for (const { path, key, known } of slips) this.#unknown(path, key, known);
    if (language === undefined || slips.length > 0) return undefined;
    const parts = { utils, constraints, transform };
    let config = { rule, ...(utils === undefined || utils === null ? {} : { utils }) } as unknown as NapiConfig;
    if (!this.#isUnderstood(language, config, "rule")) return undefined;
    for (const key of ["constraints", "transform"] as const) {
      const part = parts[key] ?? undefined;
      if (part === undefined) continue;
      config = { ...config, [key]: part };
      if (!this.#isUnderstood(language, config, key)) return undefined;
    }
    return config;
  }

  #isUnderstood(language: Language, config: NapiConfig, key: string): boolean {
    try {
      parse(language, "").findAll(config);
      return true;
    } catch (error) {
      this.#wrong(key, (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "");
      return false;
    }
  }

  /** Which paths a check looks at: those of `files`, or all, without those of `ignores`. */
  #paths(): (path: string) => boolean {
    const files = this.#globs("files");
    const ignores = this.#globs("ignores") ?? [];
    return (path) => (files?.some((matches) => matches(path)) ?? true) && !ignores.some((matches) => matches(path));
  }

  #globs(key: "files" | "ignores"): readonly ((path: string) => boolean)[] | undefined {
    const globs = this.#value[key] ?? undefined;
    if (globs === undefined) return undefined;
    if (!isList(globs)) {
      this.#wrong(key, 'this is a list of globs, such as ["src/**/*.ts"]');
      return undefined;
    }
    return globs.map((entry, at) => this.#glob(entry, `${key}.${at}`));
  }

  /** A text, or `{glob, caseInsensitive}`. */
  #glob(entry: YamlValue, path: string): (path: string) => boolean {
    const known = ["glob", "caseInsensitive"];
    if (isMapping(entry)) for (const key of Object.keys(entry)) if (!known.includes(key)) this.#unknown(`${path}.${key}`, key, known);
    const { glob, caseInsensitive = false } = isMapping(entry) ? entry : { glob: entry };
    if (typeof glob !== "string") this.#wrong(path, "each glob is a text, or {glob, caseInsensitive}");
    else if (typeof caseInsensitive !== "boolean") this.#wrong(`${path}.caseInsensitive`, "this is true or false");
    else {
      try {
        return pathGlob(glob, { ignoresCase: caseInsensitive });
      } catch (error) {
        this.#wrong(path, `"${glob.slice(0, 80)}" ${(error as Error).message}`);
      }
    }
    return () => false;
  }

  /** A text, `{template}`, or several of these, of which the first is shown. */
  #fix(): string | undefined {
    const written = (this.#value.rewriters === undefined ? this.#value.fix : undefined) ?? undefined;
    const [first] = isList(written ?? null) ? (written as readonly YamlValue[]) : [written];
    const fix = isMapping(first ?? null) ? (first as Mapping).template : first;
    if (fix === undefined || fix === null) {
      if (written !== undefined) this.#wrong("fix", "a template is missing");
      return undefined;
    }
    if (typeof fix !== "string") this.#wrong("fix", "this is a text");
    return typeof fix !== "string" || fix.trim() === "" ? undefined : fix.trim();
  }

  #severity(): Severity | "off" {
    const { severity } = this.#value;
    // `off` without quotes is a boolean to some readers of YAML.
    if (severity === undefined || severity === null) return "warning";
    if (severity === "off" || severity === false) return "off";
    const known = typeof severity === "string" && Object.hasOwn(severityNames, severity) ? severityNames[severity] : undefined;
    if (known === undefined) this.#wrong("severity", `this is one of ${Object.keys(severityNames).join(", ")} and off`);
    return known ?? "warning";
  }

  #language(): Language | undefined {
    const name = this.#requiredText("language");
    if (name === undefined) return undefined;
    const lower = name.toLowerCase();
    const language = (Object.hasOwn(aliases, lower) ? aliases[lower] : undefined) ?? languages.find((known) => known === lower);
    if (language === undefined) this.#wrong("language", `"${name.slice(0, 40)}" is no language that is known here`);
    return language;
  }

  #requiredText(key: string): string | undefined {
    const text = this.#text(key);
    if (text === undefined && typeof (this.#value[key] ?? "") === "string") this.#wrong(key, `${key} is missing`);
    return text;
  }

  #text(key: string): string | undefined {
    const text = this.#value[key] ?? "";
    if (typeof text === "string") return text.trim() === "" ? undefined : text.trim();
    this.#wrong(key, "this is a text");
    return undefined;
  }

  #unknown(path: string, key: string, known: readonly string[]): void {
    const nearest = nearestName(key, known);
    const hint = nearest === undefined ? `known are ${known.join(", ")}` : `is ${nearest} meant?`;
    this.#wrong(path, `there is no key "${key.slice(0, 40)}" here; ${hint}`);
  }

  /** Notes a fault at a key, or where the check begins that lacks it. An entry of a list is told with the key of the list. */
  #wrong(path: string, message: string): void {
    const { keyLines, line: first } = this.#document;
    let at = path;
    while (at.includes(".") && !keyLines.has(at)) at = at.slice(0, at.lastIndexOf("."));
    const line = keyLines.get(at);
    const place = line === undefined ? `line ${first}` : `line ${line}, ${at}`;
    this.#faults.push({ line: line ?? first, text: `${place}: ${message}` });
  }
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isMapping(value: YamlValue | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

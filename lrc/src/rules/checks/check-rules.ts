import type { NapiConfig } from "@ast-grep/napi";
import { syntaxRule } from "../kinds/index.ts";
import { type CheckFile, type Language, languages, type Rule, type RuleFailure, type Severity } from "../rule.ts";
import { parse } from "../syntax/index.ts";
import { pathGlob } from "./path-glob.ts";
import { type YamlDocument, type YamlValue, yamlDocuments } from "./yaml-value.ts";

type Mapping = { readonly [key: string]: YamlValue };

/** The rules that a user wrote, and what could not be understood of them. */
export interface CheckRules {
  readonly rules: readonly Rule[];
  readonly failures: readonly RuleFailure[];
}

/** What ast-grep calls the languages that are called otherwise here. */
const aliases: Readonly<Record<string, Language>> = {
  ts: "typescript",
  js: "javascript",
  jsx: "javascript",
  py: "python",
  bash: "shell",
  "c++": "cpp",
  "c#": "csharp",
  cs: "csharp",
  rb: "ruby",
  rs: "rust",
  golang: "go",
};
const severityNames: Readonly<Record<string, Severity>> = {
  critical: "critical",
  error: "error",
  warning: "warning",
  info: "info",
  hint: "info",
};

/** Reads checks: a file may hold several, divided by `---`. One that is wrong is named and the others run. */
export function checkRules(checks: readonly CheckFile[]): CheckRules {
  const rules: Rule[] = [];
  const failures: RuleFailure[] = [];
  for (const { path, text } of checks) {
    const fail = (error: unknown): void => {
      const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
      failures.push({ ruleId: `check/${path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "")}`, path, reason });
    };
    try {
      for (const document of yamlDocuments(text)) {
        try {
          const rule = ruleOf(document);
          if (rule !== undefined) rules.push(rule);
        } catch (error) {
          fail(error);
        }
      }
    } catch (error) {
      fail(error);
    }
  }
  return { rules, failures };
}

/** The rule that a document describes; undefined when its severity is `off`. */
function ruleOf(document: YamlDocument): Rule | undefined {
  const { value } = document;
  if (!isMapping(value)) throw new Error(`line ${document.line}: a check is a mapping with id, language and rule`);
  const id = requiredText(document, value, "id");
  if (!/^[\w.-]{1,80}$/.test(id)) {
    throw new Error(`${placeOf(document, "id")}: "${id.slice(0, 80)}" may only hold letters, digits, -, _ and ., and 80 of them at most`);
  }
  const language = languageOf(document, requiredText(document, value, "language"));
  const severity = severityOf(document, value.severity);
  const config = configOf(document, value, language);
  const applies = pathsOf(document, value);
  if (severity === "off") return;
  const note = optionalText(document, value, "note");
  const message = optionalText(document, value, "message") ?? note?.split("\n")[0] ?? `The check ${id} of this repository matches.`;
  const fix = typeof value.fix === "string" && value.fix.trim() !== "" ? `Write instead: ${value.fix.trim()}` : undefined;
  const suggestion = note ?? fix;
  return syntaxRule({
    id: `check/${id}`,
    title: message.split("\n")[0]!.replace(/\.$/, ""),
    category: "maintainability",
    subcategory: "project-rule",
    severity,
    confidence: "high",
    languages: language === "typescript" || language === "tsx" ? ["typescript", "tsx"] : [language],
    mentions: /(?:)/,
    find: [config],
    when: (_, file) => applies(file.diff.path),
    message,
    ...(suggestion === undefined || suggestion === message ? {} : { suggestion }),
  });
}

/** What is searched for. A pattern that is wrong says so now, and not with the first file. */
function configOf(document: YamlDocument, value: Mapping, language: Language): NapiConfig {
  const { rule, constraints, utils } = value;
  if (!isMapping(rule ?? null)) throw new Error(`${placeOf(document, "rule")}: a rule is missing`);
  const config = {
    rule,
    ...(constraints === undefined ? {} : { constraints }),
    ...(utils === undefined ? {} : { utils }),
  } as unknown as NapiConfig;
  try {
    parse(language, "").findAll(config);
  } catch (error) {
    throw new Error(`${placeOf(document, "rule")}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return config;
}

/** Which paths a check looks at: those of `files`, or all, without those of `ignores`. */
function pathsOf(document: YamlDocument, value: Mapping): (path: string) => boolean {
  const files = globsOf(document, value, "files");
  const ignores = globsOf(document, value, "ignores") ?? [];
  return (path) => (files?.some((matches) => matches(path)) ?? true) && !ignores.some((matches) => matches(path));
}

function globsOf(document: YamlDocument, value: Mapping, key: "files" | "ignores"): readonly ((path: string) => boolean)[] | undefined {
  const globs = value[key] ?? undefined;
  if (globs === undefined) return;
  if (!isList(globs)) throw new Error(`${placeOf(document, key)}: this is a list of globs, such as ["src/**/*.ts"]`);
  return globs.map((glob) => {
    if (typeof glob !== "string") throw new Error(`${placeOf(document, key)}: each glob is a text`);
    try {
      return pathGlob(glob);
    } catch (error) {
      throw new Error(`${placeOf(document, key)}: "${glob.slice(0, 80)}" ${(error as Error).message}`, { cause: error });
    }
  });
}

function severityOf(document: YamlDocument, value: YamlValue | undefined): Severity | "off" {
  // `off` without quotes is a boolean to some readers of YAML.
  if (value === undefined || value === null) return "warning";
  if (value === "off" || value === false) return "off";
  const severity = typeof value === "string" && Object.hasOwn(severityNames, value) ? severityNames[value] : undefined;
  if (severity !== undefined) return severity;
  throw new Error(`${placeOf(document, "severity")}: this is one of ${Object.keys(severityNames).join(", ")} and off`);
}

function languageOf(document: YamlDocument, name: string): Language {
  const lower = name.toLowerCase();
  const language = (Object.hasOwn(aliases, lower) ? aliases[lower] : undefined) ?? languages.find((known) => known === lower);
  if (language === undefined) throw new Error(`${placeOf(document, "language")}: "${name.slice(0, 40)}" is no language that is known here`);
  return language;
}

function requiredText(document: YamlDocument, value: Mapping, key: string): string {
  const text = optionalText(document, value, key);
  if (text === undefined) throw new Error(`${placeOf(document, key)}: ${key} is missing`);
  return text;
}

function optionalText(document: YamlDocument, value: Mapping, key: string): string | undefined {
  const text = value[key] ?? "";
  if (typeof text !== "string") throw new Error(`${placeOf(document, key)}: this is a text`);
  return text.trim() === "" ? undefined : text.trim();
}

/** Where a key stands, or the check that lacks it. */
function placeOf(document: YamlDocument, key: string): string {
  const line = document.keyLines.get(key);
  return line === undefined ? `line ${document.line}` : `line ${line}, ${key}`;
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function isMapping(value: YamlValue): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

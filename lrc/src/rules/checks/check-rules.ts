import type { NapiConfig } from "@ast-grep/napi";
import { syntaxRule } from "../kinds/index.ts";
import { type CheckFile, type Language, languages, type Rule, type RuleFailure, type Severity } from "../rule.ts";
import { parse } from "../syntax/index.ts";
import { type YamlValue, yamlDocuments } from "./yaml-value.ts";

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
          rules.push(ruleOf(document));
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

function ruleOf(document: YamlValue): Rule {
  if (!isMapping(document)) throw new Error("a check is a mapping with id, language, message and rule");
  const id = textOf(document, "id");
  if (!/^[\w.-]{1,80}$/.test(id)) throw new Error(`the id "${id.slice(0, 80)}" may only hold letters, digits, -, _ and .`);
  const language = languageOf(textOf(document, "language"));
  const { rule, constraints, utils, note, severity = "warning" } = document;
  if (!isMapping(rule ?? null)) throw new Error(`${id}: rule is missing`);
  const config = {
    rule,
    ...(constraints === undefined ? {} : { constraints }),
    ...(utils === undefined ? {} : { utils }),
  } as unknown as NapiConfig;
  // A pattern that is wrong says so now, and not with the first file.
  parse(language, "").findAll(config);
  const message = textOf(document, "message");
  return syntaxRule({
    id: `check/${id}`,
    title: message.split("\n")[0]!.replace(/\.$/, ""),
    category: "maintainability",
    subcategory: "project-rule",
    severity: (typeof severity === "string" ? severityNames[severity] : undefined) ?? "warning",
    confidence: "high",
    languages: language === "typescript" || language === "tsx" ? ["typescript", "tsx"] : [language],
    mentions: /(?:)/,
    find: [config],
    message,
    ...(typeof note === "string" ? { suggestion: note.trim() } : {}),
  });
}

function languageOf(name: string): Language {
  const lower = name.toLowerCase();
  const language = aliases[lower] ?? languages.find((known) => known === lower);
  if (language === undefined) throw new Error(`"${name.slice(0, 40)}" is no language that is known here`);
  return language;
}

function textOf(document: Mapping, key: string): string {
  const value = document[key];
  if (typeof value !== "string" || value.trim() === "") throw new Error(`${key} is missing`);
  return value.trim();
}

function isMapping(value: YamlValue): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

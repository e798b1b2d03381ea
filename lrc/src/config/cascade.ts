import type { Confidence, Severity } from "#rules";
import { type ConfigDiagnostic, emptyConfig, type LrcConfig, type ModelWish, noWish, parseConfig } from "./lrc-config.ts";

/** What holds for a file once all folders above it have been heard. */
export interface PathConfig {
  readonly show: Severity;
  readonly confidence: Confidence;
  readonly rules: ReadonlyMap<string, Severity | "off">;
  /** The files that were heard, from the root down. */
  readonly from: readonly string[];
}

/** What holds for a commit as a whole. */
export interface CommitConfig {
  readonly block: Severity | "never";
  readonly onError: "pass" | "block";
  readonly budgetSeconds: number;
}

const defaults = { show: "warning", confidence: "medium", block: "critical", onError: "pass", budgetSeconds: 20 } as const;

const fileName = ".lrc/config.toml";

/** The configuration files of a repository: the nearer one to a file wins, key by key. */
export class ConfigCascade {
  readonly diagnostics: readonly ConfigDiagnostic[];
  readonly #configs: ReadonlyMap<string, LrcConfig>;
  readonly #resolved = new Map<string, PathConfig>();

  /** `files`: texts by their paths (`.lrc/config.toml`, `packages/a/.lrc/config.toml`). */
  constructor(files: ReadonlyMap<string, string>) {
    const diagnostics: ConfigDiagnostic[] = [];
    const configs = new Map<string, LrcConfig>();
    for (const [file, text] of files) {
      const parsed = parseConfig(text, file);
      diagnostics.push(...parsed.diagnostics);
      const folder = file.slice(0, file.length - fileName.length).replace(/\/$/, "");
      configs.set(folder, parsed.config);
      if (folder !== "" && (parsed.config.block ?? parsed.config.onError ?? parsed.config.budgetSeconds) !== undefined) {
        diagnostics.push({ file, line: undefined, message: "[commit] is only heard in the configuration at the root of the repository" });
      }
      if (folder !== "" && JSON.stringify(parsed.config.model) !== JSON.stringify(noWish)) {
        diagnostics.push({ file, line: undefined, message: "[model] is only heard in the configuration at the root of the repository" });
      }
    }
    this.diagnostics = diagnostics;
    this.#configs = configs;
  }

  get commit(): CommitConfig {
    const { block, onError, budgetSeconds } = this.#configs.get("") ?? emptyConfig;
    return {
      block: block ?? defaults.block,
      onError: onError ?? defaults.onError,
      budgetSeconds: budgetSeconds ?? defaults.budgetSeconds,
    };
  }

  /** What the repository asks of models. */
  get model(): ModelWish {
    return (this.#configs.get("") ?? emptyConfig).model;
  }

  for(path: string): PathConfig {
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    let resolved = this.#resolved.get(folder);
    if (resolved === undefined) {
      resolved = this.#resolve(folder);
      this.#resolved.set(folder, resolved);
    }
    return resolved;
  }

  #resolve(folder: string): PathConfig {
    const folders = foldersAbove(folder).filter((name) => this.#configs.has(name));
    let show: Severity = defaults.show;
    let confidence: Confidence = defaults.confidence;
    const rules = new Map<string, Severity | "off">();
    for (const name of folders) {
      const config = this.#configs.get(name) ?? emptyConfig;
      show = config.show ?? show;
      confidence = config.confidence ?? confidence;
      for (const [id, severity] of config.rules) rules.set(id, severity);
    }
    return { show, confidence, rules, from: folders.map((name) => (name === "" ? fileName : `${name}/${fileName}`)) };
  }
}

/** `a/b` → `""`, `a`, `a/b`. */
export function foldersAbove(folder: string): readonly string[] {
  if (folder === "") return [""];
  const parts = folder.split("/");
  return ["", ...parts.map((_, index) => parts.slice(0, index + 1).join("/"))];
}

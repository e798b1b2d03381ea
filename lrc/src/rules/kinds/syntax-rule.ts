import type { NapiConfig } from "@ast-grep/napi";
import type { Language, Rule, RuleSubject } from "../rule.ts";
import { changedText, linesOf, placeOf, type SyntaxNode, touches, treeOf } from "../syntax/index.ts";
import { type Advice, descriptionOf, wordsOf } from "./advice.ts";

/** A pattern in the language itself (`eval($CODE)`), or a rule of ast-grep's. */
export type Shape = string | NapiConfig["rule"];
type Shapes = readonly Shape[];

export interface SyntaxRule extends Advice {
  /** What is wrong, in any of these shapes. */
  readonly find: Shapes | Partial<Readonly<Record<Language, Shapes>>>;
  /** A file without any of these words is not even parsed. */
  readonly mentions: RegExp;
  /** Whether this one is wrong; a node means: yes, and here. Without it every one is. */
  readonly when?: (node: SyntaxNode, file: RuleSubject) => boolean | SyntaxNode;
}

/** A rule about the shape of code. */
export function syntaxRule(rule: SyntaxRule): Rule {
  return {
    ...descriptionOf(rule),
    scope: "file",
    check(file, report) {
      const shapes = isShapes(rule.find) ? rule.find : file.language && rule.find[file.language];
      if (shapes === undefined || file.after === undefined || !rule.mentions.test(file.after)) return;
      const tree = treeOf(file);
      if (tree === undefined) return;
      const { added } = changedText(file);
      for (const shape of shapes) {
        const config: NapiConfig = { rule: typeof shape === "string" ? { pattern: shape } : shape };
        for (const node of tree.findAll(config)) {
          const { startLine, endLine } = linesOf(node);
          if (!touches(added, startLine, endLine)) continue;
          const wrong = rule.when === undefined ? true : rule.when(node, file);
          if (wrong === false) continue;
          report({ side: "new", ...placeOf(wrong === true ? node : wrong), ...wordsOf(rule) });
        }
      }
    },
  };
}

function isShapes(find: SyntaxRule["find"]): find is Shapes {
  return Array.isArray(find);
}

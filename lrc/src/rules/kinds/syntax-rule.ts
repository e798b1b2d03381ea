import type { NapiConfig } from "@ast-grep/napi";
import type { Language, Rule, RuleSubject } from "../rule.ts";
import { changedText, linesOf, placeOf, type SyntaxNode, touches, treeOf } from "../syntax/index.ts";
import { isTestPath } from "../text/index.ts";
import { type Advice, type Doubtful, descriptionOf, levelOf, wordsOf } from "./advice.ts";

/** A pattern in the language itself (`eval($CODE)`), a rule of ast-grep's, or one with its constraints. */
export type Shape = string | NapiConfig["rule"] | NapiConfig;
type Shapes = readonly Shape[];

export interface SyntaxRule extends Advice {
  /** What is wrong, in any of these shapes. */
  readonly find: Shapes | Partial<Readonly<Record<Language, Shapes>>>;
  /** A file without any of these words is not even parsed. */
  readonly mentions: RegExp;
  /** Whether this one is wrong; a node means: yes, and here; `doubtful`: it may well be all right. Without it every one is. */
  readonly when?: (node: SyntaxNode, file: RuleSubject) => boolean | Doubtful | SyntaxNode;
}

/** A rule about the shape of code. */
export function syntaxRule(rule: SyntaxRule): Rule {
  return {
    ...descriptionOf(rule),
    scope: "file",
    check(file, report) {
      const shapes = isShapes(rule.find) ? rule.find : file.language && rule.find[file.language];
      if (shapes === undefined || file.after === undefined || !rule.mentions.test(file.after)) return;
      if (rule.category === "security" && isTestPath(file.diff.path)) return; // nobody attacks a test
      const tree = treeOf(file);
      if (tree === undefined) return;
      const { added } = changedText(file);
      for (const shape of shapes) {
        for (const node of tree.findAll(configOf(shape))) {
          const { startLine, endLine } = linesOf(node);
          if (!touches(added, startLine, endLine)) continue;
          const wrong = rule.when === undefined ? true : rule.when(node, file);
          if (wrong === false) continue;
          const place = placeOf(typeof wrong === "object" ? wrong : node);
          report({ side: "new", ...place, ...wordsOf(rule), ...levelOf(wrong) });
        }
      }
    },
  };
}

function configOf(shape: Shape): NapiConfig {
  if (typeof shape === "string") return { rule: { pattern: shape } };
  return "rule" in shape ? (shape as NapiConfig) : { rule: shape };
}

function isShapes(find: SyntaxRule["find"]): find is Shapes {
  return Array.isArray(find);
}

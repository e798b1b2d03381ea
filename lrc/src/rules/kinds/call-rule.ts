import type { Language, Rule, RuleSubject } from "../rule.ts";
import { type Call, callsOf, placeOf, type SyntaxNode } from "../syntax/index.ts";
import { isTestPath } from "../text/index.ts";
import { type Advice, descriptionOf, wordsOf } from "./advice.ts";

export interface CallRule extends Advice {
  /** What is called, as `Call.callee` writes it. Where a language has no entry, nothing is a call. */
  readonly callee: RegExp | Partial<Readonly<Record<Language, RegExp>>>;
  /** A file without any of these words is not even parsed. */
  readonly mentions: RegExp;
  /** Whether this call is wrong; a node means: yes, and here. Without it every call is. */
  readonly when?: (call: Call, file: RuleSubject) => boolean | SyntaxNode;
}

/** A rule about calls: of something that should not be called, or not like this. */
export function callRule(rule: CallRule): Rule {
  return {
    ...descriptionOf(rule),
    scope: "file",
    check(file, report) {
      const callee = rule.callee instanceof RegExp ? rule.callee : file.language && rule.callee[file.language];
      if (callee === undefined || file.after === undefined || !rule.mentions.test(file.after)) return;
      if (rule.category === "security" && isTestPath(file.diff.path)) return; // nobody attacks a test
      for (const call of callsOf(file)) {
        if (!callee.test(call.callee)) continue;
        const wrong = rule.when === undefined ? true : rule.when(call, file);
        if (wrong === false) continue;
        report({ side: "new", ...placeOf(wrong === true ? call.node : wrong), ...wordsOf(rule) });
      }
    },
  };
}

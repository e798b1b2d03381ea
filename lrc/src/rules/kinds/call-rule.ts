import type { Language, Rule, RuleSubject } from "../rule.ts";
import { type Call, callsOf, placeOf, type SyntaxNode } from "../syntax/index.ts";
import { isTestPath } from "../text/index.ts";
import { type Advice, type Doubtful, descriptionOf, levelOf, wordsOf } from "./advice.ts";

export interface CallRule extends Advice {
  /** What is called, as `Call.callee` or `Call.alias` writes it. Where a language has no entry, nothing is a call. */
  readonly callee: RegExp | Partial<Readonly<Record<Language, RegExp>>>;
  /** A file without any of these words is not even parsed. */
  readonly mentions: RegExp;
  /** Whether this call is wrong; a node means: yes, and here; `doubtful`: it may well be all right. Without it every call is. */
  readonly when?: (call: Call, file: RuleSubject) => boolean | Doubtful | SyntaxNode;
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
      for (const found of callsOf(file)) {
        const call = callee.test(found.callee) ? found : byAlias(found, callee);
        if (call === undefined) continue;
        const wrong = rule.when === undefined ? true : rule.when(call, file);
        if (wrong === false) continue;
        const place = typeof wrong === "object" ? placeOf(wrong) : placeOfCall(call);
        report({ side: "new", ...place, ...wordsOf(rule), ...levelOf(wrong) });
      }
    },
  };
}

/** Where a call is. One that is handed a function ends where that begins: what the function does is another matter. */
function placeOfCall({ node, arguments: values }: Call): ReturnType<typeof placeOf> {
  const place = placeOf(node);
  const handed = values.find((value) => /function|lambda|func_literal/.test(String(value.kind())));
  if (handed === undefined || place.startLine === place.endLine) return place;
  const { startLine, startColumn } = placeOf(handed);
  return { ...place, endLine: startLine, endColumn: startColumn };
}

/** The call under its full name, where that is what is asked for. */
function byAlias(call: Call, callee: RegExp): Call | undefined {
  return call.alias !== undefined && callee.test(call.alias) ? { ...call, callee: call.alias } : undefined;
}

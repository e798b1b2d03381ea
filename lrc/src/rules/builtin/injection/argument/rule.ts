import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isFromRequest, type SyntaxNode } from "../../../syntax/index.ts";

/** What runs other programs, or writes files, when an option asks for it. */
const obliging =
  /^["'`](?:\/(?:usr\/)?bin\/)?(?:git|hg|svn|ssh|scp|rsync|sudo|env|find|xargs|tar|zip|curl|wget|python\d?|node|perl|ruby|php)["'`]$/;

export const argument = callRule({
  id: "injection/argument",
  title: "A request chooses an argument of a program that runs others",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [88],
  mentions: /spawn|execFile|execa|Deno/,
  callee: inScript(/(^|\.)(spawn|spawnSync|execFile|execFileSync)$|^execa$|^(execa|crossSpawn)\.(sync|spawn)$/),
  when: ({ arguments: [program, list], language }) =>
    program !== undefined &&
    list !== undefined &&
    obliging.test(program.text()) &&
    argumentsIn(list).some((value) => isFromRequest(value, language, "command") && !isChecked(value)),
  message:
    "No shell reads it, but this program takes options that start other programs or write files, and a value that begins with - is one.",
  suggestion: 'Put "--" before it, or let only values through that begin with a letter or a digit.',
});

/** The values of a list that is written there, as far as nothing before them ends the options; else what stands for the list. */
function argumentsIn(list: SyntaxNode): readonly SyntaxNode[] {
  if (list.kind() !== "array") return [list];
  const values = list.children().filter((child) => child.isNamed());
  const end = values.findIndex((value) => /^["'`]--["'`]$/.test(value.text()));
  return (end === -1 ? values : values.slice(0, end)).filter(
    (value) => !/^(?:template_string|binary_expression)$/.test(String(value.kind())),
  );
}

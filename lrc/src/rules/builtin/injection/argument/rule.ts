import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isConstant, isFromRequest, type SyntaxNode } from "../../../syntax/index.ts";

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
  languages: [...scriptLanguages, "go"],
  cwe: [88],
  mentions: /spawn|execFile|execa|Deno|exec\.Command/,
  callee: {
    ...inScript(/(^|\.)(spawn|spawnSync|execFile|execFileSync)$|^execa$|^(execa|crossSpawn)\.(sync|spawn)$/),
    go: /(^|\.)exec\.(Command|CommandContext)$/,
  },
  when: ({ arguments: values, callee, language }) => {
    const [program, ...rest] = /CommandContext$/.test(callee) ? values.slice(1) : values;
    const [list] = rest;
    if (program === undefined || list === undefined) return false;
    const isAsked = (value: SyntaxNode): boolean => isFromRequest(value, language, "command") && !isChecked(value);
    if (language !== "go") return obliging.test(program.text()) && argumentsIn(list).some(isAsked);
    if (!isConstant(program) || shell.test(program.text())) return false;
    // Programs that are not known to run others may do so all the same.
    return beforeDashes(rest).some(isAsked) && (obliging.test(program.text()) || "doubtful");
  },
  message:
    "No shell reads it, but this program takes options that start other programs or write files, and a value that begins with - is one.",
  suggestion: 'Put "--" before it, or let only values through that begin with a letter or a digit.',
});

/** What a shell runs is a command, and no argument. */
const shell = /^"(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh"$|^"cmd(?:\.exe)?"$|^"powershell/;

/** What stands behind a double dash is no option. */
function beforeDashes(values: readonly SyntaxNode[]): readonly SyntaxNode[] {
  const end = values.findIndex((value) => /^["'`]--["'`]$/.test(value.text()));
  return end === -1 ? values : values.slice(0, end);
}

/** The values of a list that is written there, as far as nothing before them ends the options; else what stands for the list. */
function argumentsIn(list: SyntaxNode): readonly SyntaxNode[] {
  if (list.kind() !== "array") return [list];
  return beforeDashes(list.children().filter((child) => child.isNamed())).filter(
    (value) => !/^(?:template_string|binary_expression)$/.test(String(value.kind())),
  );
}

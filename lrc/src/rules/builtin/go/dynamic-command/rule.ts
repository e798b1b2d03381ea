import { type Advice, callRule, severalRules, syntaxRule } from "../../../kinds/index.ts";
import { assignmentsOf, compositionOf, isChecked, isConstant, isFromRequest, isHandedIn, type SyntaxNode } from "../../../syntax/index.ts";

const advice: Advice = {
  id: "go/dynamic-command",
  title: "Which program runs is decided elsewhere",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [78],
  message: "Whoever has a say in this value chooses which program is run, with the rights of this one.",
  suggestion: "Name the program here, or pick it from a fixed list.",
};

export const dynamicCommand = severalRules(
  callRule({
    ...advice,
    mentions: /exec\.Command|syscall\.(?:Exec|ForkExec|StartProcess)|os\.StartProcess/,
    callee: { go: /(^|\.)exec\.(Command|CommandContext)$|^syscall\.(Exec|ForkExec|StartProcess)$|^os\.StartProcess$/ },
    when: ({ callee, arguments: values }) => {
      const program = values[callee.endsWith("CommandContext") ? 1 : 0];
      return program !== undefined && !isConstant(program) && isOpen(program);
    },
  }),
  syntaxRule({
    ...advice,
    mentions: /exec\.Cmd\{/,
    find: [
      {
        kind: "keyed_element",
        regex: "^Path\\s*:",
        inside: { kind: "composite_literal", has: { field: "type", regex: "^exec\\.Cmd$" }, stopBy: { kind: "block" } },
      },
    ],
    when: (node) => {
      const program = node
        .children()
        .findLast((child) => child.isNamed())
        ?.child(0);
      return program !== undefined && program !== null && !isConstant(program) && isOpen(program);
    },
  }),
);

/** A parameter, the environment, or put together from such: not a place that was looked up. */
function isOpen(program: SyntaxNode): boolean {
  const behind = [program, ...assignmentsOf(program)];
  if (isFromRequest(program, "go", "command")) return !isChecked(program);
  if (behind.some((node) => /LookPath|os\.Executable|os\.Args\[0\]/.test(node.text()))) return false;
  return behind.some(
    (node) =>
      /\bos\.(?:Getenv|Args)\b|\.Text\(\)|ReadString\(|flag\.Arg/.test(node.text()) ||
      compositionOf(node) !== undefined ||
      (/^\w+(?:\[\d+\])?$/.test(node.text()) && isHandedIn(node, "go", "command")),
  );
}

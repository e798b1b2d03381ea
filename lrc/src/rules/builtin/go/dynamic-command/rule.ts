import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, compositionOf, isConstant, isFromRequest, isHandedIn, type SyntaxNode } from "../../../syntax/index.ts";

export const dynamicCommand = callRule({
  id: "go/dynamic-command",
  title: "Which program runs is decided elsewhere",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [78],
  mentions: /exec\.Command|syscall\.(?:Exec|ForkExec|StartProcess)|os\.StartProcess|exec\.Cmd\{/,
  callee: { go: /(^|\.)exec\.(Command|CommandContext)$|^syscall\.(Exec|ForkExec|StartProcess)$|^os\.StartProcess$/ },
  when: ({ callee, arguments: values }) => {
    const at = callee.endsWith("CommandContext") ? 1 : 0;
    const program = values[at];
    if (program === undefined) return false;
    if (!isConstant(program) && isOpen(program)) return true;
    // A fixed program is handed something that a request chose.
    const rest = values.slice(at + 1);
    const end = rest.findIndex((value) => value.text() === '"--"');
    return rest.slice(0, end === -1 ? undefined : end).some((value) => !isConstant(value) && isFromRequest(value, "go", "command"));
  },
  message: "Whoever has a say in this value chooses which program is run, with the rights of this one.",
  suggestion: "Name the program here, or pick it from a fixed list.",
});

/** A parameter, the environment, or put together from such: not a place that was looked up. */
function isOpen(program: SyntaxNode): boolean {
  const behind = [program, ...assignmentsOf(program)];
  if (behind.some((node) => /LookPath|os\.Executable|os\.Args\[0\]/.test(node.text()))) return false;
  return behind.some(
    (node) =>
      /\bos\.(?:Getenv|Args)\b|\.Text\(\)|ReadString\(|flag\.Arg/.test(node.text()) ||
      compositionOf(node) !== undefined ||
      (/^\w+$/.test(node.text()) && isHandedIn(node, "go", "command")),
  );
}

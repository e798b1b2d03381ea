import { syntaxRule } from "../../../kinds/index.ts";

export const waitGroupAdd = syntaxRule({
  id: "go/wait-group-add",
  title: "WaitGroup.Add is called in the goroutine itself",
  category: "correctness",
  subcategory: "race-condition",
  severity: "error",
  confidence: "high",
  languages: ["go"],
  cwe: [362],
  mentions: /\.Add\(/,
  find: [
    { kind: "call_expression", all: [{ regex: "^\\w*([wW]g|[wW]ait\\w*)\\.Add\\(" }, { inside: { kind: "go_statement", stopBy: "end" } }] },
  ],
  when: (node) => {
    for (let parent = node.parent(); parent !== null; parent = parent.parent()) {
      if (parent.kind() === "go_statement") return true;
      if (
        parent.kind() === "func_literal" &&
        parent.parent()?.parent()?.kind() !== "go_statement" &&
        parent.parent()?.kind() !== "call_expression"
      )
        return false;
    }
    return false;
  },
  message: "Wait may be over before this goroutine has begun to run, and then waits for none.",
  suggestion: "Add before the go statement.",
});

import { syntaxRule } from "../../../kinds/index.ts";

export const reallocLeak = syntaxRule({
  id: "c/realloc-leak",
  title: "The old pointer is lost when realloc fails",
  category: "reliability",
  subcategory: "resource-leak",
  severity: "warning",
  confidence: "high",
  languages: ["c", "cpp"],
  cwe: [401],
  mentions: /realloc/,
  find: [{ kind: "assignment_expression", has: { field: "right", regex: "realloc\\(" } }],
  when: (node) => {
    const left = node.field("left")?.text() ?? "";
    const first = /(?:^|\W)realloc\(\s*([^,]+),/.exec(node.field("right")?.text() ?? "")?.[1]?.trim();
    return left !== "" && left === first;
  },
  message: "When there is no memory realloc gives NULL and keeps the old block, whose address this just overwrote.",
  suggestion: "Take the result in another variable, and check it first.",
});

import { syntaxRule } from "../../../kinds/index.ts";

export const throwLosesTrace = syntaxRule({
  id: "csharp/throw-loses-trace",
  title: "throw e; forgets where the error came from",
  category: "developer-experience",
  subcategory: "lost-context",
  severity: "warning",
  confidence: "high",
  languages: ["csharp", "java"],
  mentions: /throw \w+;|new \w+\(\s*\)/,
  find: { csharp: [{ kind: "throw_statement", inside: { kind: "catch_clause", stopBy: "end" } }], java: [] },
  when: (node) => {
    const name = /^throw\s+(\w+)\s*;$/.exec(node.text())?.[1];
    if (name === undefined) return false;
    for (let parent = node.parent(); parent !== null; parent = parent.parent()) {
      if (parent.kind() === "catch_clause") return new RegExp(`^catch\\s*\\([^)]*\\b${name}\\s*\\)`).test(parent.text());
    }
    return false;
  },
  message: "The stack begins anew at this line; where it really went wrong is lost.",
  suggestion: "throw; without a name keeps it.",
});

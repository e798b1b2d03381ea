import { lineRule, scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { verbose } from "../../../text/index.ts";

const script = /(?:^|[;{}]|\)(?=\s))\s*debugger\s*(?:;\s*)?(?:$|\/\/|\})/;

export const debugLeftover: Rule = lineRule({
  id: "any/debug-leftover",
  title: "Something that was only there for debugging is committed",
  category: "maintainability",
  subcategory: "debug-code",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "rust", "ruby", "php", "c", "cpp"],
  cwe: [489],

  match: {
    typescript: script,
    tsx: script,
    javascript: script,
    python: verbose`
      ^\s*(?:
        import\s+(?:i?pdb|pudb|ipdb)\b | from\s+(?:i?pdb|pudb)\s+import | (?:i?pdb|pudb)\.set_trace\(
        | breakpoint\(\s*\) | import\s+(?:i?pdb|pudb)\s*;
      )
    `,
    go: /^\s*(?:spew\.Dump\(|runtime\.Breakpoint\(\))/,
    java: /^\s*Thread\.dumpStack\(\)/,
    csharp: /^\s*(?:System\.Diagnostics\.)?Debugger\.(?:Break|Launch)\(\)/,
    rust: /(?:^|[^\w:])dbg!\s*\(/,
    ruby: /^\s*(?:binding\.(?:pry|irb|break)|byebug|debugger|require\s+['"](?:pry|byebug)['"])\b/,
    php: /^\s*(?:var_dump|dd|dump|print_r|xdebug_break|ddd|ray)\s*\((?!.*,\s*true\s*\))/,
    c: /^\s*(?:__builtin_trap|__debugbreak|raise\s*\(\s*SIGTRAP)\s*\(?/,
    cpp: /^\s*(?:__debugbreak|raise\s*\(\s*SIGTRAP)\s*\(?/,
  },
  message: "This stops or chatters for whoever debugs, and does the same for everybody else once it is committed.",
  suggestion: "Remove it.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { compositionOf, isConstant, isFromRequest } from "../../../syntax/index.ts";

export const code = callRule({
  id: "injection/code",
  title: "A text is run as code",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "php", "ruby"],
  cwe: [94, 95],
  mentions: /eval|Function|exec|compile|setTimeout|setInterval|create_function|assert|class_eval|instance_eval|runIn/,
  callee: {
    ...inScript(
      /^(window\.|globalThis\.|global\.)?(eval|execScript)$|^(new )?Function$|^(window\.)?(setTimeout|setInterval)$|(^|\.)(runInNewContext|runInThisContext|runInContext)$/,
    ),
    python: /^(builtins\.)?(eval|exec)$/,
    php: /^(eval|create_function|assert)$/,
    ruby: /(^|\.)(eval|class_eval|instance_eval|module_eval)$/,
  },
  when: ({ callee, language, arguments: values, node }) => {
    const first = /Function$|create_function/.test(callee) ? values.at(-1) : values[0];
    if (first === undefined || isConstant(first)) return false;
    if (/setTimeout|setInterval/.test(callee)) return compositionOf(first) !== undefined;
    if (callee === "assert" && language === "php") return compositionOf(first) !== undefined || isFromRequest(first, language);
    if (language === "python" && /^(ast|model|self|self\.model)\./.test(node.text())) return false;
    if (language === "ruby" && /block/.test(String(first.kind()))) return false;
    return !/^(function|\(?\w*\)?\s*=>|async\b|JSON\.stringify)/.test(first.text());
  },
  message: "What this text holds is run with all rights of the program. If any part of it comes from outside, so does the code.",
  suggestion: "Parse what is expected (JSON.parse, ast.literal_eval), or look the wanted function up in a table.",
});

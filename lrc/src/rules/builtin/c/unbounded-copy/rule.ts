import { callRule } from "../../../kinds/index.ts";
import { isConstant, textAround } from "../../../syntax/index.ts";

export const unboundedCopy = callRule({
  id: "c/unbounded-copy",
  title: "Nothing bounds what is written into a buffer",
  category: "security",
  subcategory: "buffer-overflow",
  severity: "error",
  confidence: "medium",
  languages: ["c", "cpp"],
  cwe: [120, 121, 787],
  mentions: /gets|strcpy|strcat|sprintf|scanf/,
  callee: /^(std\.)?(gets|strcpy|strcat|sprintf|vsprintf|scanf|sscanf|fscanf|wcscpy|wcscat|stpcpy)$/,
  when: ({ callee, arguments: values }) => {
    if (callee === "gets") return true;
    if (/scanf$/.test(callee))
      return /%s|%\[/.test(values.map((value) => (value.kind() === "string_literal" ? value.text() : "")).join(""));
    const source = values.at(-1);
    if (source === undefined) return false;
    if (/sprintf$/.test(callee)) return /%s/.test(values[1]?.text() ?? "") && !values.slice(2).every((value) => isConstant(value));
    return !isConstant(source) && source.kind() !== "string_literal" && !/malloc|strlen\(/.test(textAround(source));
  },
  message: "If what is copied is longer than the buffer, what lies behind it is overwritten.",
  suggestion: "Use the form that is told the size (snprintf, strlcpy, fgets, %63s), and handle what does not fit.",
});

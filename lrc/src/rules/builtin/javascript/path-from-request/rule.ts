import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isFromRequest, textAround } from "../../../syntax/index.ts";

export const pathFromRequest = callRule({
  id: "javascript/path-from-request",
  title: "A path is joined from what a request says",
  category: "security",
  subcategory: "path-traversal",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [22],
  mentions: /join|resolve|sendFile|static/,
  callee: inScript(/^(?:path|upath|path\.posix|require\(["']path["']\))\.(?:join|resolve)$|^(?:join|resolve)$/),
  when: ({ arguments: values, callee, language, node }, file) => {
    if (
      /^(?:join|resolve)$/.test(callee) &&
      !/\{[^}\n]*\b(?:join|resolve)\b[^}\n]*\}\s*(?:=\s*require\(|from\s*)["'](?:node:)?path["']/.test(file.after ?? "")
    )
      return false;
    return (
      values.some((value) => isFromRequest(value, language, "path") && !isChecked(value)) &&
      !/\.startsWith\(|\.indexOf\(|path\.relative\(|isInside|isSubpath|pathIsInside/.test(textAround(node))
    );
  },
  message: "Joining takes ../ for what it says: the path can lead to any file of this machine.",
  suggestion: "Take the last part of it only (path.basename), or check that the outcome still begins with the folder.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isFromRequest, type SyntaxNode, textAround } from "../../../syntax/index.ts";

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
    return values.some((value) => isFromRequest(value, language, "path") && !isChecked(value)) && !isAskedLater(node);
  },
  message: "Joining takes ../ for what it says: the path can lead to any file of this machine.",
  suggestion: "Take the last part of it only (path.basename), or check that the outcome still begins with the folder.",
});

/** Whether what comes out is compared with the folder before it is used. */
function isAskedLater(node: SyntaxNode): boolean {
  const holder = node.parent();
  const name = (holder?.field("name") ?? holder?.field("left"))?.text() ?? "";
  if (!/^\w+$/.test(name)) return false;
  const asking = `\\b${name}\\.(?:startsWith|indexOf|includes)\\(|\\b(?:relative|[iI]s\\w*(?:Inside|Subpath|Within|Safe|Valid)\\w*)\\([^)\\n]{0,80}\\b${name}\\b`;
  return new RegExp(asking).test(textAround(node));
}

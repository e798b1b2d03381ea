import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, isConstant, type SyntaxNode, writtenText } from "../../../syntax/index.ts";

export const prefixWithoutSeparator = callRule({
  id: "files/prefix-without-separator",
  title: "A path is compared with a folder that does not end where its name ends",
  category: "security",
  subcategory: "path-traversal",
  severity: "warning",
  confidence: "medium",
  languages: ["java", "python"],
  cwe: [22],
  mentions: /getCanonicalPath|\.(?:real|abs|norm)path\(/,
  callee: /\.starts[wW]ith$/,
  when: ({ node, arguments: values, language }) => {
    const receiver = language === "java" ? node.field("object") : node.field("function")?.field("object");
    const [start, ...others] = values;
    if (receiver === null || receiver === undefined || start === undefined || others.length > 0) return false;
    const resolved = language === "java" ? /\.getCanonicalPath\(\)\)?$/ : /(?:\.|^)(?:real|abs|norm)path\([\s\S]*\)$/;
    if (!resolved.test(textOf(receiver))) return false;
    if (isConstant(start)) return /[^/\\]"$/.test(writtenText(start));
    return resolved.test(textOf(start));
  },
  message:
    "The folder /srv/files is also the beginning of /srv/files-of-others: a path with ../ gets into every folder whose name goes on like that.",
  suggestion: "Compare paths (Path.startsWith, Path.is_relative_to), or end the folder with a separator.",
});

/** What is written there, or what the variable was given last. */
function textOf(value: SyntaxNode): string {
  const given = /^\w+$/.test(value.text()) ? assignmentsOf(value) : [];
  return (given.length === 1 ? given[0]! : value).text().slice(0, 600);
}

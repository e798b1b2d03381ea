import { syntaxRule } from "../../../kinds/index.ts";
import { scopeOf, textAround } from "../../../syntax/index.ts";

export const sizeofPointer = syntaxRule({
  id: "c/sizeof-pointer",
  title: "The size of a pointer is taken for that of what it points to",
  category: "correctness",
  subcategory: "wrong-size",
  severity: "warning",
  confidence: "medium",
  languages: ["c", "cpp"],
  cwe: [467],
  mentions: /sizeof/,
  find: [{ kind: "call_expression", has: { field: "function", regex: "^(memset|memcpy|memmove|strncpy|snprintf|fgets|read|bzero)$" } }],
  when: (node) => {
    const name = /sizeof\s*\(?\s*(\w+)\s*\)?/.exec(node.field("arguments")?.text() ?? "")?.[1];
    if (name === undefined) return false;
    const around = scopeOf(node);
    const header = around.field("declarator")?.text() ?? "";
    const body = textAround(node);
    return (
      new RegExp(`\\*\\s*(?:const\\s+)?${name}\\s*[,)]`).test(header) ||
      new RegExp(
        `\\b(?:char|int|void|uint8_t|unsigned char)\\s*\\*\\s*${name}\\s*=\\s*(?:\\([^)]*\\)\\s*)?(?:malloc|calloc|realloc|strdup)\\(`,
      ).test(body)
    );
  },
  message: "This is the size of a pointer, 8 bytes, however large the buffer is.",
  suggestion: "Pass the length along, or take sizeof of the array itself.",
});

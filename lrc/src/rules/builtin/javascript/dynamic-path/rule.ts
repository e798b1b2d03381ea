import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isConstant, isFromRequest, isHandedIn } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const dynamicPath = callRule({
  id: "javascript/dynamic-path",
  title: "Whoever calls this function chooses which file is opened",
  category: "security",
  subcategory: "path-traversal",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [22],
  mentions: /\bfs|readFile|writeFile|path|join|resolve/,
  callee: inScript(
    verbose`
      ^(?:fs|fsp|fse|fsExtra|fs\.promises|fsPromises|require\(["']fs["']\))\.\w+$
      | ^(?:
          readFile | readFileSync | createReadStream | createWriteStream | writeFile | writeFileSync | appendFile
          | appendFileSync | unlink | unlinkSync | readdirSync
        )$
      | ^(?:path|upath|path\.posix)\.(?:join|resolve|normalize)$
      | ^(?:join|resolve)$
    `,
  ),
  when: ({ arguments: values, callee, language }, file) => {
    if (
      /^(?:join|resolve)$/.test(callee) &&
      !/\{[^{}\n]{0,200}\b(?:join|resolve)\b[^{}\n]{0,200}\}\s{0,9}(?:=\s*require\(|from\s*)["'](?:node:)?path["']/.test(file.after ?? "")
    )
      return false;
    const asked = /(?:^|\.)(?:join|resolve|normalize)$/.test(callee) ? values : values.slice(0, /rename|copy|link|cp/.test(callee) ? 2 : 1);
    return asked.some(
      (value) =>
        !isConstant(value) &&
        !/function|arrow|^__dirname$/.test(String(value.kind())) &&
        isHandedIn(value, language, "path") &&
        !isFromRequest(value, language, "path") &&
        !isChecked(value),
    );
  },
  message: "The path is what this function was called with: ../ in it leads out of the folder that was meant, if a caller lets it through.",
  suggestion: "Resolve it and check that it lies below the folder, here or where it comes in.",
});

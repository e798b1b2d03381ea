import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, isMentioned, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const archives = /\b(?:unzip\w*|yauzl|adm-zip|AdmZip|jszip|JSZip|tar|tar-stream|tar-fs|decompress|node-stream-zip|unzipper)\b/;

export const archiveEntry = callRule({
  id: "javascript/archive-entry",
  title: "A file is written where an archive says",
  category: "security",
  subcategory: "path-traversal",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [22],
  mentions: /zip|tar|unpack|extract|archive/i,
  callee: inScript(
    verbose`
      (^|\.)(
        createWriteStream | writeFile | writeFileSync | openSync | open | outputFile | outputFileSync | linkSync
        | symlinkSync | Writer | mkdirSync | mkdir
      )$
    `,
  ),
  when: ({ arguments: [first], node }) => {
    if (first === undefined) return false;
    const text = [first, ...assignmentsOf(first)].map((one) => one.text().slice(0, 200)).join(" ");
    if (
      !/\b(?:zip)?(?:entry|header|hdr|zipEntry|file)\.(?:path|fileName|entryName|linkname|name|filename)\b/i.test(text) ||
      /basename\(/.test(text)
    )
      return false;
    return isMentioned(node, archives) && !/\.startsWith\(|indexOf\(|includes\(\s*["']\.\.|relative\(|normalize\(/.test(textAround(node));
  },
  message: "Names in an archive may hold ../ or begin with /: unpacking it writes wherever its maker wants.",
  suggestion: "Resolve the path and check that it lies below the folder before it is opened.",
});

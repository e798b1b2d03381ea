import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { fileTextOf, isOpenEnded, objectOf, optionOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const uploadUnlimited = callRule({
  id: "javascript/upload-unlimited",
  title: "An upload may be of any size or kind",
  category: "security",
  subcategory: "unlimited-upload",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [400, 434],
  mentions: /formidable|multer|bodyParser|json\(|IncomingForm|fileUpload|express-fileupload/,
  callee: inScript(
    verbose`
      ^formidable$
      | ^new\ (formidable\.)?(Formidable|IncomingForm)$
      | ^formidable\.(Formidable|formidable|IncomingForm)$
      | ^multer$ | ^fileUpload$
      | ^(bodyParser|express)\.(bodyParser|multipart|json|urlencoded|raw|text)$
    `,
  ),
  when: ({ callee, arguments: [options], node }) => {
    if (isOpenEnded(options)) return false;
    if (/^express\.(?:bodyParser|multipart)$/.test(callee)) return true;
    if (/^(?:bodyParser|express)\./.test(callee)) return bytesOf(optionOf(options, "limit")?.text()) > 2_100_000;
    if (/multer|fileUpload/.test(callee)) {
      const limit = optionOf(options, "limits.fileSize");
      return limit === undefined
        ? !/limits/.test(options?.text() ?? "") || optionOf(options, "limits") !== undefined
        : bytesOf(limit.text()) > 8_000_000;
    }
    if (options !== undefined && objectOf(options) === undefined) return false;
    const limit = optionOf(options, "maxFileSize");
    const name = /(?:const|let|var)\s+(\w+)\s*=\s*$/.exec(fileTextOf(node).slice(0, node.range().start.index).slice(-80))?.[1];
    const later =
      name === undefined ? undefined : new RegExp(`\\b${name}\\.maxFileSize\\s*=\\s*([\\d_ *]{1,30})`).exec(fileTextOf(node))?.[1];
    if (limit === undefined && later === undefined) return true;
    return bytesOf(limit?.text() ?? later) > 8_000_000 || optionOf(options, "keepExtensions")?.text() === "true";
  },
  message: "One visitor can fill the disk, or put a file there that the server takes for one of its own.",
  suggestion: "Set a limit (maxFileSize, limits.fileSize), and keep neither the name nor the ending that was sent.",
});

/** `"4mb"`, `8 * 1024 * 1024`, `10_000`; 0 for what is not written in numbers. */
function bytesOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const [, amount = "", unit = ""] = /^["'`]?\s*([\d.]+)\s*([kmg]?)b?["'`]?$/i.exec(text) ?? [];
  if (amount !== "") return Number(amount) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()] ?? 1);
  if (!/^[\d_\s*]+$/.test(text)) return 0;
  return text.split("*").reduce((product, factor) => product * Number(factor.replaceAll("_", "").trim()), 1);
}

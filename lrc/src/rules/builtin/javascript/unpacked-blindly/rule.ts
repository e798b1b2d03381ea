import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isMentioned, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const extractors = /["'](?:extract-zip|decompress)["']/;

export const unpackedBlindly = callRule({
  id: "javascript/unpacked-blindly",
  title: "An archive is unpacked without asking how much is in it",
  category: "security",
  subcategory: "decompression-bomb",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [409],
  mentions: /tar|zip|Zip|yauzl|extract|decompress/,
  callee: inScript(
    verbose`
      ^tar\.(x|extract)$ | (^|\.)extractAllTo(Async)?$ | ^JSZip\.loadAsync$ | ^(jszip|zip)\.loadAsync$
      | ^yauzl\.(open|fromBuffer|fromFd)$
      | ^(extract|extractZip|decompress)$
    `,
  ),
  when: ({ callee, node, arguments: values }) => {
    if (/^(?:extract|extractZip|decompress)$/.test(callee) && !isMentioned(node, extractors)) return false;
    if (/^tar\./.test(callee)) return !/filter|onentry|maxReadSize/.test(values[0]?.text() ?? "");
    return !/uncompressedSize|compressedSize|header\.size|totalSize|maxSize|MAX_SIZE|MAX_FILES|onEntry/.test(textAround(node));
  },
  message: "A few kilobytes unpack to gigabytes, or to millions of files: the disk is full before anybody looks.",
  suggestion: "Count entries and bytes while unpacking, and stop at a limit.",
});

import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf } from "../../../syntax/index.ts";

export const decompressionBomb = callRule({
  id: "go/decompression-bomb",
  title: "What is unpacked may be of any size",
  category: "security",
  subcategory: "missing-limit",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [409],
  mentions: /(gzip|zlib|flate|bzip2|lzw|zip|tar)\./,
  callee: /^(io\.Copy|io\.CopyBuffer|io\.ReadAll|ioutil\.ReadAll)$/,
  when: ({ arguments: values, callee }) => {
    const source = /Copy/.test(callee) ? values[1] : values[0];
    if (source === undefined || /LimitReader/.test(source.text())) return false;
    return [source, ...assignmentsOf(source)].some((value) =>
      /^(?:gzip|zlib|flate|bzip2|lzw|tar)\.New\w*Reader\w*\(|^(?:f|file|zf|zipFile|entry)\.Open\(\)/.test(value.text()),
    );
  },
  message: "A few kilobytes can unpack to as many gigabytes, and all of them are written or kept in memory.",
  suggestion: "Stop at a limit: io.CopyN, or io.LimitReader around the reader.",
});

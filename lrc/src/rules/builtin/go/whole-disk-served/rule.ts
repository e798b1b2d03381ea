import { callRule } from "../../../kinds/index.ts";

export const wholeDiskServed = callRule({
  id: "go/whole-disk-served",
  title: "A server hands out more than a folder of its own",
  category: "security",
  subcategory: "exposed-files",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [548, 552],
  mentions: /\bDir(?:FS)?\(|\.Static(?:FS)?\(/,
  callee: { go: /^(http\.Dir|os\.DirFS|gin\.Dir)$|\.Static$/ },
  when: ({ callee, arguments: values }) => {
    const folder = (/Static$/.test(callee) ? values[1] : values[0])?.text() ?? "";
    if (/^["`](?:\/|[A-Z]:\\{1,2}|\/(?:etc|home|root|var|usr|opt))["`]$/.test(folder)) return !/DirFS/.test(callee) || "doubtful";
    // Where the program is started, its sources and settings may lie.
    return /^["`](?:|\.\/?)["`]$/.test(folder) && !/DirFS/.test(callee) && "doubtful";
  },
  message:
    "Everything below it can be fetched by whoever knows or guesses the name: settings, keys, other people's files, and lists of them.",
  suggestion: "Serve a folder that holds nothing but what is public.",
});

import { callRule } from "../../../kinds/index.ts";

export const temporaryName = callRule({
  id: "files/temporary-name",
  title: "A temporary file is named before it is made",
  category: "security",
  subcategory: "race-condition",
  severity: "warning",
  confidence: "high",
  languages: ["python", "c", "cpp", "php", "ruby"],
  cwe: [377],
  mentions: /mktemp|tmpnam|tempnam|tmpfile|make_tmpname/,
  callee: {
    python: /^(tempfile\.)?mktemp$|^os\.(tempnam|tmpnam)$/,
    c: /^(mktemp|tmpnam|tempnam|tmpnam_r)$/,
    cpp: /^(std\.)?(mktemp|tmpnam|tempnam)$/,
    ruby: /^Dir\.Tmpname\.make_tmpname$/,
    php: /^$/,
  },
  message: "Between the name and the file somebody else can put a file of theirs, or a link, in its place.",
  suggestion: "Use what makes and opens it in one step: NamedTemporaryFile, mkstemp.",
});

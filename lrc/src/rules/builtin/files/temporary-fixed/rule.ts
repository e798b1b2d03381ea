import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, isConstant, named } from "../../../syntax/index.ts";

export const temporaryFixed = callRule({
  id: "files/temporary-fixed",
  title: "A file in a folder for everybody has a name that is known before",
  category: "security",
  subcategory: "race-condition",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "go", "java"],
  cwe: [377, 379],
  mentions: /\/(?:var\/|usr\/)?tmp\b|\/dev\/shm|createTemp|os\.TempDir\(\)/,
  callee: {
    java: /^new (File|FileWriter|FileOutputStream|FileReader|PrintWriter|RandomAccessFile)$|^(Paths\.get|Path\.of|File\.createTempFile)$/,
    python: /^(open|io\.open|codecs\.open|os\.open|os\.mkdir|os\.makedirs|sqlite3\.connect)$/,
    go: /^(os\.(Create|OpenFile|WriteFile|MkdirAll)|ioutil\.WriteFile)$/,
  },
  when: (call) => {
    const [first, second] = call.arguments;
    if (first === undefined) return false;
    // A name that nobody knows, in the folder for everybody, for everybody to read.
    if (/createTemp/.test(call.callee)) return call.arguments.length <= 2 && isConstant(first) && "doubtful";
    if (call.language === "go" && [first, ...assignmentsOf(first)].some((value) => isJoinedInGo(value.text()))) return true;
    const written = [first, ...assignmentsOf(first)].some((value) =>
      /^f?["'`]\/(?:var\/tmp|usr\/tmp|tmp|dev\/shm)\/[^"'`]+["'`]/.test(value.text()),
    );
    if (!written) return false;
    if (call.language === "java") return !/Reader$/.test(call.callee) || "doubtful";
    if (!/open$/.test(call.callee)) return true;
    const mode = (named(call, "mode") ?? second)?.text() ?? "";
    return /["'][wax]|["']r\+|O_CREAT|O_WRONLY|O_RDWR/.test(mode);
  },
  message: "Somebody else can put a file or a link of that name there first, and read or redirect what is written.",
  suggestion: "Let the system choose the name: tempfile, os.CreateTemp.",
});

/** `filepath.Join(os.TempDir(), "name")`, `os.TempDir() + "/name"`, `"/tmp/" + "name"`: put together of nothing that is not known before. */
function isJoinedInGo(text: string): boolean {
  return /^(?:(?:file)?path\.Join\(\s*)?(?:os\.TempDir\(\)|"\/(?:var\/|usr\/)?tmp\/?")\s*[,+]\s*"[^"%]+"\s*\)?$/.test(text);
}

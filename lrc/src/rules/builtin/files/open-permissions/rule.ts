import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const openPermissions = lineRule({
  id: "files/open-permissions",
  title: "A file is given to more than its owner and group",
  category: "security",
  subcategory: "permissions",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java", "go"],
  cwe: [276, 732],
  match: {
    python: verbose`
      \b(?:os\.)?(?:l|f)?chmod\([^#\n]{0,160}?(?:
        \b0o?[0-7]{0,3}[1-7]\b | \bS_I[RWX]OTH\b | \bS_IRWXO\b | ,\s*(?:438|511|509|420)\s*[,)]
        | ,\s*[4-7][0-7]{2}\s*\)
      )
      | \b(?:os\.)?umask\(\s*(?:0|0o?0{1,3}|0o?[0-7]{2}[0-6]|509|775)\s*\)
    `,
    go: verbose`
      \b(?:Chmod|WriteFile|OpenFile|Mkdir|MkdirAll)\([^#\n]{0,240}?,\s*(?:os\.FileMode\(\s*)?(?:
        0o?[0-7]{0,3}[1-7]\b | (?:os|fs)\.ModePerm\b
      )
      | \.Chmod\(\s*(?:0o?[0-7]{0,3}[1-7]\b|(?:os|fs)\.ModePerm\b)
      | \b(?:unix|syscall)\.Umask\(\s*0?o?0{0,3}\s*\)
    `,
    java: verbose`
      (?<!(?:remove|contains)\()PosixFilePermission\.OTHERS?_\w+
      | PosixFilePermissions\.(?:fromString|asFileAttribute)\(\s*"[rwx-]{6}(?!---)[rwx-]{3}"
      | \bset(?:Readable|Writable|Executable)\(\s*true\s*,\s*false\s*\)
      | MODE_WORLD_(?:READABLE|WRITEABLE)
      | chmod\s+(?:-R\s+)?(?:a\+rwx|[0-7]?[0-7]{2}[2367])\b
    `,
  },
  // That others may read is often meant.
  when: ([found], line, lines, { language }) => {
    if (language !== "go") return (language === "python" ? forAllInPython : forAllInJava).test(found) || "doubtful";
    const said = lines[line - 1] ?? "";
    // What comes out of an archive is for whom it was for before.
    if (!/[cC]hmod/.test(found) && lines.slice(0, 60).some((text) => /"archive\//.test(text))) return false;
    return !/O_RDONLY\s*,/.test(said) && !worldWritable.test(found) && "doubtful";
  },
  message: "Everybody on the machine can read or change this: another program's fault becomes yours.",
  suggestion: "0600 for files and 0700 for folders; add what really needs to be added.",
});

/** A rule of its own speaks of these: `files/world-writable`. */
const worldWritable = /\bChmod\([^)]*0o?(?:777|666|776|767)\b/;
const forAllInPython = /chmod\(.*?\b0o?[0-7]{0,3}[2367]\b|S_IWOTH|S_IRWXO|438|511|umask|,\s*[4-7][0-7]{2}\s*\)$/;
const forAllInJava = /OTHERS?_WRITE|"[rwx-]{6}[r-]w|setWritable|WORLD_(?:READ|WRITE)ABLE|chmod/;

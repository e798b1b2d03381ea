import { lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const worldWritable = lineRule({
  id: "files/world-writable",
  title: "A file is open to everybody on the machine",
  category: "security",
  subcategory: "file-permissions",
  severity: "warning",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "php", "ruby", "c", "cpp", "shell", "dockerfile", "rust", "csharp"],
  cwe: [276, 732],
  match: verbose`
    process\.umask\(\s*0o?0{0,3}\s*\)
    | \b(?:
        chmod | Chmod | fchmod | chmodSync | fs\.chmod | os\.chmod | FileUtils\.chmod(?:_R)? | mkdir | Mkdir
        | MkdirAll | WriteFile | OpenFile | umask | from_mode | set_mode
      )\b[^#\n]{0,120}?(?:
        \b0?o?0?(?:777|666|776|767)\b | S_IRWXO | S_IWOTH | \b[ao]\+rwx\b | \ba\+w\b | \bo\+w\b
      )
    | \bfs\.(?:promises\.)?(?:writeFile|appendFile|open|createWriteStream)(?:Sync)?\([^#\n]{0,120}\b0o?7(?:77|76)\b
  `,
  unless:
    /umask(?!\(\s*0?o?0{0,3}\s*\))|\b(?:WriteFile|OpenFile|mkdir|Mkdir\w*)\b[^#\n]*0o?666|0o?1777|MkdirAll?\([^)]{0,80}0o?7(?:55|00|50)/,
  message: "Everybody on the machine can change this: another program's fault becomes yours.",
  suggestion: "0600 for files and 0700 for folders; add what really needs to be added.",
});

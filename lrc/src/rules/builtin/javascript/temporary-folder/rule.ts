import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const temporaryFolder = syntaxRule({
  id: "javascript/temporary-folder",
  title: "A file is put where everybody on the machine may write",
  category: "security",
  subcategory: "race-condition",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [377, 379],
  mentions: /tmp|TMP|TEMP|temp/,
  find: [
    {
      any: [{ kind: "string" }, { kind: "template_string" }],
      regex: "^.(/tmp|/var/tmp|/usr/tmp|/dev/shm|/dev/mqueue|/run/lock|/var/run/lock|/private/tmp|/Users/Shared)(/|.$)",
    },
    { kind: "member_expression", regex: "^process\\.env\\.(TMPDIR|TMP|TEMP|TEMPDIR)$" },
  ],
  when: (node) => !/chmod|chown|stat|access|exists|readFile|^execa/i.test(node.parent()?.parent()?.field("function")?.text() ?? ""),
  message: "Somebody else can put a file or a link of that name there first, and read or redirect what is written.",
  suggestion: 'Make a folder of your own in it: fs.mkdtemp(path.join(os.tmpdir(), "app-")).',
});

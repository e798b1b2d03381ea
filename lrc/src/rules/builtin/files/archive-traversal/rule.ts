import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

const nameCheck =
  /HasPrefix|startsWith|StartsWith|filepath\.(Rel|IsLocal)|normalize\(\)|getCanonicalPath|relative\(|includes\("\.\."|contains\("\.\."/i;

export const archiveTraversal = lineRule({
  id: "files/archive-traversal",
  title: "An archive is unpacked wherever it says",
  category: "security",
  subcategory: "path-traversal",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "go", "java", ...scriptLanguages, "csharp"],
  cwe: [22],
  match: {
    python: verbose`
      \b(?:tar|tarfile|tf|t|archive|zf|zip_ref|zipf)\w*\.extractall\(
      | tarfile\.open\([^#]{0,120}\)\.extractall\(
      | shutil\.unpack_archive\(
      | \b(?:tar|tarball|tf|t|archive)\w*\.extract\(\s*(?:m|member|entry|info|item|tarinfo|f|name)\b
    `,
    go: verbose`
      (?:\bpath|filepath)\.Join\([^)]{0,80}\b(?:
        f | file | hdr | header | entry | zf | zipFile | h | item
      )\.(?:Name|Linkname)\b(?!\()
      | \+\s*(?:f|file|hdr|header|entry|zf|zipFile|h|item)\.Name\b(?!\()
      | \bos\.(?:
          Create | OpenFile | WriteFile | Mkdir | MkdirAll | Symlink | Link
        )\(\s*(?:f|file|hdr|header|entry|zf|zipFile|h)\.(?:Name|Linkname)\b(?!\()
      | filepath\.Join\([^)]{0,80}\b(?:f|file|hdr|header|entry|zf)\.FileInfo\(\)\.Name\(\)
      | \b(?:path|filepath)\.Join\([^()]{0,80},\s*\w{1,20}\.Name\)
    `,
    java: /new File\([^)]{0,80}\b(?:entry|zipEntry|ze|e|tarEntry)\.getName\(\)/,
    ...inScript(/path\.(?:join|resolve)\([^)]{0,80}\b(?:entry|file|header)\.(?:fileName|entryName|path|name)\b/),
    csharp: /Path\.Combine\([^)]{0,80}\bentry\.(?:FullName|Name)\)/,
  },
  unless: /filter\s*=|members\s*=|data_filter/,
  when: ([found], line, lines, { language }) => {
    const around = lines.slice(Math.max(0, line - 10), line + 10).join("\n");
    const [, name] = /,\s*(\w{1,20})\.Name\)$/.exec(found) ?? [];
    if (name !== undefined && !isEntry(name, lines.slice(Math.max(0, line - 30), line))) return false;
    if (language === "python")
      return (
        !/commonpath|is_within|safe_extract|realpath|abspath|startswith\(|isabs\(|["']\.\.["']\s+(?:not\s+)?in\b/.test(around) &&
        /tar/i.test(around)
      );
    return (
      (language !== "go" || isAboutArchives(lines)) &&
      /zip|tar|archive|unpack|extract/i.test(lines.slice(Math.max(0, line - 25), line).join("\n")) &&
      !nameCheck.test(around)
    );
  },
  message: "Names in an archive may hold ../ or begin with /: unpacking it writes wherever its maker wants.",
  suggestion: 'Check that each target lies below the folder (or use filter="data", filepath.IsLocal).',
});

/** A variable that was taken out of an archive: of the files of a zip, or the next of a tar. */
function isEntry(name: string, before: readonly string[]): boolean {
  const taken = new RegExp(`\\b${name}\\s*:?=\\s*range\\s+[\\w.]{1,60}\\.File\\b|\\b${name}\\s*,\\s*\\w+\\s*:?=\\s*\\w+\\.Next\\(\\)`);
  return before.some((text) => taken.test(text)) || /^(?:f|file|hdr|header|entry|zf|zipFile|h|item)$/.test(name);
}

/** Whether a file of Go imports something for archives; a piece of one that imports nothing may. */
function isAboutArchives(lines: readonly string[]): boolean {
  const beginning = lines.slice(0, 80);
  return (
    beginning.some((text) => /"archive\/|"github\.com\/[^"]*(?:zip|tar|archive)/.test(text)) ||
    !beginning.some((text) => /^import\b/.test(text))
  );
}

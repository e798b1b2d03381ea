import { scriptLanguages, vanishedRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const escaping = vanishedRule({
  id: "removal/escaping",
  title: "An escape or a sanitizer was removed",
  category: "security",
  subcategory: "missing-encoding",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby"],
  cwe: [79, 116],
  words: verbose("i")`
    \b(?:
      escape_?(?:Html|Xml|Sql|Regex\w{0,3}|String|Shell\w{0,4}|Id|Literal)?
      | html_?escape | sanitize\w{0,16} | DOMPurify\.\w{1,12} | purify | encodeURIComponent | encodeURI
      | htmlspecialchars | htmlentities | strip_tags | shlex\.quote | escapeshell(?:arg|cmd) | addslashes
      | mysqli?_real_escape_string | quote_ident | secure_filename | basename | bleach\.clean | HtmlEncode | UrlEncode
      | HTMLEscapeString | QueryEscape | PathEscape | Shellwords\.escape | shellescape | esc_(?:html|attr|url|sql)
      | wp_kses\w{0,6} | forHtml | escapeHtml4 | filepath\.(?:Base|Clean) | GetFileName | path\.Clean
      | strconv\.Quote\w{0,8} | escapeQuotes | template\.\w{0,4}Escape\w{0,8} | CGI\.escape\w{0,4}
      | ERB::Util\.\w{1,14} | conditional_escape | markupsafe\.escape | realpath | path\.normalize
    )\s*\(
  `,
  instead: /escape|sanitiz|encode|quote|purify|clean|\bhtml`|textContent|parameter|prepare|replace\w*\(|\?(?=[\s"'`,)]|$)/i,
  when: (text) =>
    !/^\s*(?:import|from|use|using|export|(?:async\s+)?function|def|func|public|private|static)\b|^\s*(?:\/\/|#|\*)/.test(text),
  message: "What made this value safe is gone, and the value is still used.",
  suggestion: "Put it back, or use something that escapes by itself (textContent, parameters, a list of arguments).",
});

import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const unescapedOutput = lineRule({
  id: "web/unescaped-output",
  title: "A template puts a value into the page as it is",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: ["html", "python"],
  cwe: [79, 116],
  match: {
    html: verbose`
      \{\{[^{}]{1,200}\|\s*safe\b
      | \{%-?\s*autoescape\s+(?:off|false)
      | \bv-html\s*= | \bng-bind-html-unsafe\s*= | \[innerHTML\]\s*= | \bth:utext\s*=
      | <%-\s*(?!include|partial|layout|body|content)\w
      | \{\{\{\s*\w | \{\{&\s*\w | \{@html\s | \{\{[^{}]{1,200}\|\s*raw\b
    `,
    // What says of itself that it is markup, and templates of libraries that escape nothing by themselves.
    python: verbose`
      ^\s*def\ __html__\(self | ^\s*@html_safe\b | ^\s*@\w{1,40}\.filter\([^)#]{0,80}\bis_safe\s*=\s*True
      | ^\s*class\s+\w{1,80}\((?:[^)]{0,120}[\s,.])?Safe(?:String|Text|Data)\b
      | \bmako\.template\.Template\( | \bMakoTemplate\(
      | \bmako\.lookup\.TemplateLookup\(
      | \bTemplateLookup\( | \bjinja2\.Template\(
    `,
  },
  unless: /default_filters/,
  when: ([found], _line, _lines, { language }) =>
    language === "html" || (/^mako\.|Mako|TemplateLookup/.test(found) ? "likely" : "doubtful"),
  message: "The template escapes what it shows unless it is told not to, and here it is told so: whoever chooses the value can run script.",
  suggestion: "Let it escape, and clean what must be HTML before it gets here.",
});

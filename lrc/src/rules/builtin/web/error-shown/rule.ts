import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const errorShown = lineRule({
  id: "web/error-shown",
  title: "An answer shows what went wrong inside",
  category: "security",
  subcategory: "information-exposure",
  severity: "warning",
  confidence: "medium",
  languages: ["java", "python"],
  cwe: [209, 497],
  match: {
    java: verbose`
      \.printStackTrace\(\s*(?:
        (?:new\s+PrintWriter\(\s*)?\w{0,20}(?:[rR]esp\w{0,20}|res)\.get(?:Writer|OutputStream)\(\)
        | out\s*\)
      )
      | (?:getWriter\(\)|\bout)\.(?:print|println|write)\([^;]{0,120}\b\w{0,20}(?:[tT]race|StackTrace)\w{0,20}
        (?:\(|\s*\)|\s*\+)
      | sendError\([^;]{0,120}[tT]race
    `,
    python: verbose`
      \b(?:return|Response\(|make_response\(|jsonify\(|write\()[^#]{0,120}\btraceback\.format_(?:exc|exception|stack|tb)\(
      | ^\s*return\s+(?:f["'][^"'\n]{0,80}\{(?:e|err|ex|exc|error)\}|(?:str|repr)\(\s*(?:e|err|ex|exc|error)\s*\))[^#\n]{0,40},\s*5\d\d\b
      | ^\s*return\s+(?:\w+\.)?(?:HttpResponse\w*|make_response|Response)\(\s*(?:str|repr)\(\s*(?:e|err|ex|exc|error)\s*\)
    `,
  },
  // A program that prints to the terminal tells only who runs it.
  when: ([found], _line, lines, { language }) =>
    language === "python"
      ? /\b(?:request|flask|django|fastapi|tornado|aiohttp|handler)\b/.test(lines.slice(0, 400).join("\n"))
      : !/\bout\b/.test(found) || /HttpServletRe|PrintWriter\s+out\b/.test(lines.slice(0, 400).join("\n")),
  message: "Names of files, libraries, tables and paths in it tell whoever broke it how to go on.",
  suggestion: "Log it, and answer with a sentence and a number to ask about.",
});

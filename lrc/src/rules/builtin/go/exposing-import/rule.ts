import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const exposingImport = lineRule({
  id: "go/exposing-import",
  title: "An import opens more than the code shows",
  category: "security",
  subcategory: "network-exposure",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [200, 489],
  match: verbose`
    \bHandle(?:Func)?\([^\n]{0,120}\b(?:pprof\.(?:Index|Profile|Cmdline|Symbol|Trace|Handler)|expvar\.Handler)\b
    | ^\s*(?:import\s+)?_\s+"(?:net\/http\/pprof|expvar)"
    | ^\s*(?:import\s+)?(?:\w+\s+)?"net\/http\/cgi"
    | ^\s*(?:import\s+)?(?:\w+\s+)?"text\/template"
  `,
  when: ([found], _line, lines) => {
    // Who writes down each of its pages may have chosen the server for them.
    if (/Handle/.test(found)) return "doubtful";
    if (!/text\/template/.test(found)) return true;
    const text = lines.slice(0, 2_000).join("\n");
    return (
      /"net\/http"|gin-gonic\/gin"|labstack\/echo|gofiber\/fiber/.test(text) &&
      /http\.ResponseWriter|gin\.Context|echo\.Context|fiber\.Ctx/.test(text)
    );
  },
  message:
    "pprof adds its pages to the default server, cgi reads its environment from requests, and text/template escapes nothing that goes into a page.",
  suggestion: "Serve pprof on a port of its own, leave cgi alone, and use html/template for pages.",
});

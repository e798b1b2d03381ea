import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const crossOrigin = lineRule({
  id: "web/cross-origin",
  title: "Any site may make requests with the user's cookies",
  category: "security",
  subcategory: "cors",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "go", "csharp", "php", "ruby"],
  cwe: [346, 942],
  match: {
    ...inScript(
      verbose("i")`
        Access-Control-Allow-Origin["'\`\]]{1,2}\s*[,:=]\s*(?:(?:req|request|ctx|event|context)\??\.|origin\b)
        | (?:cors|enableCors)\(\s*\{[^}]{0,200}\borigin\s*:\s*(?:true|["']\*["'])
        | Access-Control-Allow-Origin["'\`\]]{1,2}\s*[,:=]\s*["'\`](?:\*|null)["'\`]
        | \borigins?["']?\s*:\s*\[?\s*["'\`]\*["'\`]
        | \bcors\s*:\s*(?:true\b|["'\`]\*)
      `,
    ),
    python: verbose`
      CORS_ALLOW_ALL_ORIGINS\s*=\s*True
      | \borigins\s*=\s*\[?\s*["'](?:r\/)?\*
      | ["']origins["']\s*:\s*\[?\s*["']\*
      | send_wildcard\s*=\s*True
      | allow_origin_regex\s*=\s*r?["']\^?(?:https?:\/\/)?\.[*+]
      | CORS_ORIGINS?["'\]]*\s*=\s*\[?\s*["']\*
      | CORS_ORIGIN_ALLOW_ALL\s*=\s*True
      | allow_origins\s*=\s*\[\s*["']\*["']
      | Access-Control-Allow-Origin["']\]?\s*[,=:]\s*(?:request\.|["']\*["'])
    `,
    java: verbose`
      @CrossOrigin\s*(?:$|\(\s*(?:origins\s*=\s*)?"\*")
      | addAllowedOrigin(?:Pattern)?\(\s*"\*"
      | allowedOriginPatterns\(\s*"\*" | allowedOrigins\(\s*"\*"
      | setAllowedOrigins\(\s*(?:\w+\.)?\w+\(\s*(?:"\*"|CorsConfiguration\.ALL)
      | [aA]ccess-[cC]ontrol-[aA]llow-[oO]rigin"\s*,\s*(?:req\w*\.get(?:Header|Parameter)\(|"\*"|"null")
    `,
    csharp: /SetIsOriginAllowed\(\s*_?\w*\s*=>\s*true/,
    go: verbose`
      \.AddInsecureBypassPattern\(\s*(?:[^"\s]|"(?:[^"\n]{0,80}\/|[^"\n]{0,80}\{[^"\n]{0,40}\.\.\.\})")
      | Access-Control-Allow-Origin"\s*,\s*r(?:eq)?\.Header\.Get\(\s*"Origin"
      | AllowAllOrigins\s*[:=]\s*true
      | AllowedOrigins\(\s*\[\]string\{\s*"\*"
      | AllowedOrigins\s*:\s*\[\]string\{\s*"\*"
      | AllowOrigins\s*:\s*(?:\[\]string\{\s*)?"\*"
      | Access-Control-Allow-Origin"\s*,\s*(?:"null"|origin\b)
      | Access-Control-Allow-Origin"\s*,\s*"\*"
      | AllowOriginFunc\s*:\s*func\([^)]{0,60}\)\s*bool\s*\{\s*return\ true
    `,
    php: /Access-Control-Allow-Origin:\s*["']\s*\.\s*\$_SERVER/,
    ruby: /Access-Control-Allow-Origin["']\]\s*=\s*request\./,
  },
  // Compared with a list, or sent without the user's cookies.
  when: ([found], line, lines) => {
    if (/^allow_origins/.test(found))
      return /allow_credentials\s*=\s*True/.test(lines.slice(Math.max(0, line - 6), line + 6).join("\n")) || "doubtful";
    if (!/,\s*origin\b/i.test(found)) return true;
    const around = lines.slice(Math.max(0, line - 14), line + 4).join("\n");
    return (
      /[cC]redentials/.test(around) &&
      !/allow(?:ed|list)|white|trusted|includes\(|indexOf\(|\.has\(|\.test\(|[=!]==?\s*["'`]http/i.test(
        lines.slice(Math.max(0, line - 14), line).join("\n"),
      )
    );
  },
  message: "Every page on the web can now call this in the name of whoever looks at it, and read the answer.",
  suggestion: "Compare the origin with a list of your own.",
});

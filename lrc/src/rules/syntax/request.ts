import type { Language } from "../rule.ts";
import { assignmentsOf } from "./composition.ts";
import { knownKinds } from "./grammar.ts";
import { type SyntaxNode, scopeOf } from "./tree.ts";

const script =
  /\b(req|request|ctx|context|event)\.(body|query|params|param|headers|cookies|url|originalUrl|files|queryStringParameters|request)\b|\bsearchParams\.get\(|location\.(search|hash|href)\b/;

/** What a web framework hands over from outside, as each language's usual ones spell it. */
const spellings: Partial<Readonly<Record<Language, RegExp>>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python:
    /\b(flask\.)?request\.(args|form|values|json|data|cookies|headers|GET|POST|get_json|query_params|files|params|body|FILES|META|path_params|match_info)\b|\bsys\.argv\b|(^|[^\w.])input\(/,
  go: /\b(r|req|request|c|ctx)\.(URL\.Query|FormValue|PostFormValue|Form\b|PostForm|Header\.Get|Query|Param|Params|DefaultQuery|QueryParam|PathValue|Cookie)\b|\bmux\.Vars\(|\bos\.Args\b/,
  java: /\.(getParameter|getParameterValues|getParameterMap|getHeader|getHeaders|getQueryString|getCookies|getInputStream|getReader|getPathInfo|getRequestURI|getTheParameter|getTheValue|getTheCookie)\(/,
  csharp: /\bRequest\.(Query|QueryString|Form|Params|Headers|Cookies|Body|Path|RawUrl|Unvalidated)|\bRequest\[/,
  php: /\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\b|\$request->(input|get|query|post|all|cookie|header)\b|php:\/\/input/,
  ruby: /\b(params|cookies|request\.(params|headers|env|query_string|body))\b/,
  rust: /\b(query|form|path|params)\.(into_inner|get|0)\b/,
};

/** What in C and C++ comes from outside of the program is named by its own rules. */
const mostSteps = 4;

/** Whether a value comes from a request: it says so itself, or a variable in it was assigned from one, or is a parameter that a framework fills. */
export function isFromRequest(node: SyntaxNode, language: Language, depth = 0): boolean {
  const spelling = spellings[language];
  if (spelling === undefined || depth > mostSteps) return false;
  const text = node.text();
  if (text.length > 4_000) return false;
  if (spelling.test(text)) return !isCleaned(text);
  const names = namesIn(node, language);
  return names.some(
    (name) =>
      isFilledParameter(name, language) ||
      assignmentsOf(name)
        .slice(0, 3)
        .some((value) => isFromRequest(value, language, depth + 1)),
  );
}

/** What makes a number, an identifier or a checked name out of anything. */
function isCleaned(text: string): boolean {
  return /^\s*(\(?\s*)?(parseInt|Number|int|float|Integer\.parseInt|Long\.parseLong|strconv\.Atoi|intval|\(int\)|UUID|uuid\.|basename|path\.basename|os\.path\.basename|filepath\.Base|secure_filename|escape|encodeURIComponent|html\.escape|shlex\.quote|escapeshellarg|htmlspecialchars|Shellwords\.escape)\b/.test(
    text,
  );
}

function namesIn(node: SyntaxNode, language: Language): readonly SyntaxNode[] {
  const isName = (kind: string): boolean => kind === "identifier" || kind === "variable_name";
  if (isName(String(node.kind()))) return [node];
  return node.findAll({ rule: { any: knownKinds(language, ["identifier", "variable_name"]).map((kind) => ({ kind })) } }).slice(0, 12);
}

/** Parameters with an annotation that says a framework fills them from the request. */
function isFilledParameter(name: SyntaxNode, language: Language): boolean {
  if (language !== "java" && language !== "csharp") return false;
  const list = scopeOf(name).field("parameters");
  const wanted = name.text();
  return (
    list?.children().some((parameter) => {
      const text = parameter.text();
      return (
        text.endsWith(wanted) &&
        /@(RequestParam|PathVariable|RequestHeader|RequestBody|CookieValue|QueryParam|PathParam|FormParam)\b|\[From(Query|Route|Body|Header|Form)/.test(
          text,
        )
      );
    }) === true
  );
}

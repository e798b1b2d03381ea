import type { Language } from "../rule.ts";
import { assignmentsOf } from "./composition.ts";
import { knownKinds } from "./grammar.ts";
import { type SyntaxNode, scopeOf } from "./tree.ts";

const script =
  /\b(req|request|ctx|context|event)\.(body|query|params|param|headers|header|cookies|url|originalUrl|files|queryStringParameters|pathParameters|request|payload|path|hostname|get)\b|\bsearchParams\.get\(|\bURLSearchParams\(|\bdocument\.(location|URL|documentURI|referrer|baseURI)\b|\blocation\.(search|hash|href)\b|\bwindow\.(name|location)\b|\bprocess\.argv\b|\b(router|route|\$route|\$routeParams|\$stateParams)\.(query|params)\b/;

/** What a web framework hands over from outside, as each language's usual ones spell it. */
const spellings: Partial<Readonly<Record<Language, RegExp>>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python:
    /\b(flask\.|self\.)?request\.(args|form|values|json|data|cookies|headers|GET|POST|get_json|get_data|query_params|files|params|body|FILES|META|COOKIES|path_params|match_info|path|url|full_path|base_url|host|referrer|query_string|environ|stream|rel_url|post)\b|\bself\.get_(?:query_|body_)?arguments?\(|\bsys\.argv\b|(^|[^\w.])(raw_)?input\(/,
  go: /\b(r|req|request|c|ctx|context)\.(URL\.(Query|Path|RawQuery|RawPath|String|Fragment|Host)|FormValue|PostFormValue|FormFile|Form\b|PostForm|MultipartForm|Header\.Get|Header\[|Header\b|Query|Param|Params|DefaultQuery|GetQuery|QueryParam|QueryArray|PathValue|Cookie|Cookies|Referer|UserAgent|RequestURI|Host\b|Body\b|GetHeader|DefaultPostForm|GetRawData)\b|\bmux\.Vars\(|\bchi\.URLParam\(|\bos\.Args\b/,
  java: /\.(getParameter|getParameterValues|getParameterMap|getParameterNames|getHeader|getHeaders|getHeaderNames|getQueryString|getCookies|getInputStream|getReader|getPathInfo|getRequestURI|getRequestURL|getServletPath|getRemoteUser|getPart|getParts|getSubmittedFileName|getOriginalFilename|getTheParameter|getTheValue|getTheCookie|getQueryParameters|getPathParameters|queryParams|pathParam|queryParam|formParam|getPathSegments)\(/,
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
  if (text.length > 4_000 || isCleaned(text)) return false;
  if (spelling.test(text)) return true;
  return namesIn(node, language).some(
    (name) =>
      isFilledParameter(name, language) ||
      assignmentsOf(name)
        .slice(0, 4)
        .some((value) => isFromRequest(value, language, depth + 1)) ||
      filledBefore(name, language).some((value) => isFromRequest(value, language, depth + 1)),
  );
}

/** What was put into a list, a map or a builder of that name before: `text.append(value)`. */
function filledBefore(name: SyntaxNode, language: Language): readonly SyntaxNode[] {
  if (language !== "java" && language !== "go") return [];
  const own = name.text();
  const scope = scopeOf(name);
  const filling = new RegExp(`^${own}\\.(append|insert|add|addAll|put|push|concat|WriteString|setValue|addFirst|addLast|offer)$`);
  if (!new RegExp(`\\b${own}\\.(append|insert|add|put|push|WriteString|offer)`).test(scope.text())) return [];
  const kind = language === "java" ? "method_invocation" : "call_expression";
  const end = name.range().start.index;
  return scope
    .findAll({ rule: { kind, regex: `^${own}\\.` } })
    .filter((call) => call.range().end.index <= end)
    .flatMap((call) => {
      const callee = language === "java" ? `${call.field("object")?.text()}.${call.field("name")?.text()}` : call.field("function")?.text();
      return filling.test(callee ?? "") ? (call.field("arguments")?.children() ?? []).filter((child) => child.isNamed()) : [];
    });
}

/** What makes a number, an identifier or a checked name out of anything. */
function isCleaned(text: string): boolean {
  if (/^\s*[\w.]{0,60}(?:[eE]scape|[sS]aniti[sz]e|[eE]ncodeFor|[eE]ncodeURI|[qQ]uote|[hH]ash)\w*\s*\(/.test(text)) return true;
  return /^\s*(\(?\s*)?(\w+\.)*(parseInt|parseFloat|Number|Boolean|bool|len|int|float|Integer\.parseInt|Long\.parseLong|Integer\.valueOf|strconv\.\w+|QuoteIdentifier|QuoteLiteral|html\.EscapeString|template\.HTMLEscapeString|url\.QueryEscape|url\.PathEscape|encodeForHTML|escapeHtml\w*|htmlEscape|quote|intval|\(int\)|UUID|uuid\.|basename|path\.basename|os\.path\.basename|filepath\.Base|secure_filename|escape|encodeURIComponent|html\.escape|shlex\.quote|escapeshellarg|htmlspecialchars|Shellwords\.escape)\b/.test(
    text,
  );
}

function namesIn(node: SyntaxNode, language: Language): readonly SyntaxNode[] {
  const isName = (kind: string): boolean => kind === "identifier" || kind === "variable_name";
  if (isName(String(node.kind()))) return [node];
  return node.findAll({ rule: { any: knownKinds(language, ["identifier", "variable_name"]).map((kind) => ({ kind })) } }).slice(0, 12);
}

/** Parameters that a framework fills from the request: with an annotation that says so, or because the function answers an address. */
function isFilledParameter(name: SyntaxNode, language: Language): boolean {
  const scope = scopeOf(name);
  const wanted = name.text();
  const list = scope.field("parameters");
  if (list === null || !list.text().includes(wanted)) return false;
  if (language === "python") return isFilledInPython(scope, list.text(), wanted);
  const found = list
    .children()
    .map((parameter) => parameter.text())
    .filter((text) => new RegExp(`\\b${wanted}\\b`).test(text));
  if (language === "java" || language === "csharp")
    return found.some(
      (text) =>
        text.endsWith(wanted) &&
        /@(RequestParam|PathVariable|RequestHeader|RequestBody|CookieValue|QueryParam|PathParam|FormParam|HeaderParam|ModelAttribute|MatrixVariable|RequestPart|Context)\b|\[From(Query|Route|Body|Header|Form)/.test(
          text,
        ),
    );
  return found.some((text) => /@(Query|Body|Param|Headers?|Req|Cookies)\(|\{[^}]*\b(body|query|params|searchParams)\b/.test(text));
}

/** `<name>` and `{name}` in the address of a decorator, and what a view of Django has after its request. */
function isFilledInPython(scope: SyntaxNode, parameters: string, wanted: string): boolean {
  const decorated = scope.parent()?.kind() === "decorated_definition" ? scope.parent()!.text().slice(0, 2_000) : "";
  const own = new RegExp(`\\b${wanted}\\b`);
  if (/^\(\s*request\s*(:[^,]*)?,/.test(parameters))
    return wanted !== "request" && own.test(parameters) && !/=\s*(None|True|False)/.test(parameters);
  if (!/@\w+(\.\w+)*\.(route|get|post|put|patch|delete|websocket|add_url_rule)\s*\(/.test(decorated)) return false;
  const address = decorated.slice(0, decorated.search(/\bdef\b/));
  return new RegExp(`<(\\w+:)?${wanted}>|\\{${wanted}(:\\w+)?\\}`).test(address)
    ? !new RegExp(`<(int|float|uuid):${wanted}>|\\b${wanted}\\s*:\\s*(int|float|UUID)`).test(address + parameters)
    : new RegExp(`\\b${wanted}\\s*:\\s*str\\b`).test(parameters);
}

/** Whether a value is what the function around it was called with, or was worked out from that: whoever calls it chooses. */
export function isHandedIn(node: SyntaxNode, language: Language, depth = 0): boolean {
  if (depth > mostSteps || node.text().length > 1_000 || isCleaned(node.text())) return false;
  return namesIn(node, language).some((name) => {
    const scope = scopeOf(name);
    const list = scope.field("parameters") ?? scope.field("parameter");
    const own = name.text();
    if (list !== null && own !== "self" && own !== "this" && new RegExp(`\\b${own.replace(/\W/g, "")}\\b`).test(list.text())) return true;
    return assignmentsOf(name)
      .slice(0, 3)
      .some((value) => isHandedIn(value, language, depth + 1));
  });
}

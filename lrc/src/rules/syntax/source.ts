import type { Language } from "../rule.ts";
import { verbose } from "../text/index.ts";
import { fileTextOf } from "./around.ts";
import type { SyntaxNode } from "./tree.ts";

/** Not what a program is called with (`process.argv`): whoever chooses that runs the program, and could run any other. */
const script = verbose`
  \b(req|request|ctx|context|event|_req|httpRequest)\??\.(
    body | rawBody | query | params | param | headers | header | cookies | signedCookies | url | originalUrl | files?
    | queryStringParameters
    | multiValueQueryStringParameters
    | pathParameters | request | payload | path | hostname | host | get | state | nextUrl | formData | subdomains
    | (?:json|text)\(
  )\b
  | \b(?:req|request|ctx|event)\["?'?(?:body|query|params|headers|cookies|url)\b
  | \bsearchParams\.get(?:All)?\( | \bURLSearchParams\(
  | \buse(?:Params|SearchParams|RouteMatch)\(
  | \bprops\.(?:match\.params|location\.(?:search|hash|state))\b
  | \bsnapshot\.(?:params|queryParams|paramMap|queryParamMap|fragment)\b
  | \bdocument\.(location|URL|documentURI|referrer|baseURI)\b
  | \b(?:window\.)?location\.(search|hash|href|pathname)\b
  | \bwindow\.(name|location)\b
  | \b(router|route|\$route|\$routeParams|\$stateParams)\.(query|params|hash)\b
`;

/** What a web framework hands over from outside, as each language's usual ones spell it. */
const spellings: Partial<Readonly<Record<Language, RegExp>>> = {
  typescript: script,
  tsx: script,
  javascript: script,
  python: verbose`
    \b(flask\.|self\.)?request\.(
      args | form | values | json | data | cookies | headers | GET | POST | get_json | get_data | query_params | files
      | params | body | FILES | META | COOKIES | path_params | match_info | path | url | full_path | base_url | host
      | referrer | query_string | environ | stream | rel_url | post
    )\b
    | \b(?:flask\.|self\.)?request\.(?:
        get_data | matchdict | matched_route | content | raw_post_data | REQUEST | view_args | access_route
        | user_agent | remote_user | authorization | params | form_data | query | forms | urlvars | get_full_path
        | get_host | build_absolute_uri | body_file | json_body | json_params | POST | GET | text | match_dict
        | headers_raw
      )\b
    | \breq\.(?:get_param\w* | params | media | get_media | bounded_stream | get_header | get_cookie_values | query_string)\b
    | \bself\.request\b
    | \bself\.get_(?:query_|body_|secure_)?(?:arguments?|cookie)\(
    | \b(?:web\.input|bottle\.request|cherrypy\.request)\b
    | \b(?:event)\[["'](?:
        body | queryStringParameters | pathParameters | headers
        | multiValueQueryStringParameters
        | Records | url | params | query | user\w* | name | key | id | filename | path | data | input | cmd | command
      )["']\]
    | \bevent\.get\( | \bform\.cleaned_data\b | \bself\.cleaned_data\b | \bsys\.argv\b | (^|[^\w.])(raw_)?input\(
  `,
  go: verbose`
    \b(r|req|request|c|ctx|context)\.(
      URL\.(Query|Path|RawQuery|RawPath|String|Fragment|Host)
      | FormValue | PostFormValue | FormFile | Form\b | PostForm | MultipartForm | Header\.Get | Header\[ | Header\b
      | Query | Param | Params | DefaultQuery | GetQuery | QueryParam | QueryArray | PathValue | Cookie | Cookies
      | Referer | UserAgent | RequestURI | Host\b | Body\b | GetHeader | DefaultPostForm | GetRawData | QueryArgs
      | PostArgs | UserValue | PostForm | QueryMap | PostFormMap | QueryParams | FormParams | ParamValues
      | QueryString | PostBody
      | Request\.(?:Header\.Peek|URI|Body)
      | OriginalURL | BaseURL | Hostname | BodyRaw | ParamsInt | AllParams | GetReqHeaders | URLParam\w* | URLFormat
    )\b
    | \b(?:c|ctx|this|ctrl|b)\.(?:
        (?:Ctx\.)?Input\.(?:Param|Query|Header|Cookie|RequestBody|Params|URI|URL|Domain|Host)\b
        | Get(?:String|Strings|File|Files)\(
      )
    | \bmux\.Vars\( | \bchi\.URLParam\(
    | \bhttprouter\.ParamsFromContext\(
    | \bps\.ByName\( | \bparams\.ByName\(
  `,
  java: verbose`
    \.(
      getParameter | getParameterValues | getParameterMap | getParameterNames | getHeader | getHeaders
      | getHeaderNames | getQueryString | getCookies | getInputStream | getReader | getPathInfo | getRequestURI
      | getRequestURL | getServletPath | getRemoteUser | getPart | getParts | getSubmittedFileName
      | getOriginalFilename | getParts | getTrailerFields | getRequestParameterMap | getRequestHeaderMap
      | getRequestCookieMap | getQueryParameters | getPathParameters | queryParams | pathParam | queryParam
      | formParam | getPathSegments | bodyAsString | bodyAsJson | getBodyAsString | getFormAttribute | formParams
      | getQueryStringParameters | getPathParametersMap | getStringExtra | getBundleExtra | getDataString
      | getMultipartParameters | asFormUrlEncoded
    )\(
    | \b(?:request|req|exchange|serverRequest|routingContext|ctx)(?:\.request\(\))?\.(?:
        body | bodyToMono | formData | pathVariable | getParam | getBody | getRequestBody | getEntity | cookieValue
      )\(
    | \b(?:event|input|apiGatewayEvent|gatewayEvent)\.(?:
        getBody | getHeaders | getQueryStringParameters | getPathParameters
      )\(
    | \bgetIntent\(\)
  `,
  csharp: /\bRequest\.(Query|QueryString|Form|Params|Headers|Cookies|Body|Path|RawUrl|Unvalidated)|\bRequest\[/,
  php: /\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\b|\$request->(input|get|query|post|all|cookie|header)\b|php:\/\/input/,
  ruby: /\b(params|cookies|request\.(params|headers|env|query_string|body))\b/,
  rust: /\b(query|form|path|params)\.(into_inner|get|0)\b/,
};

/** Whether an expression is by itself what a request holds. A call is written with its opening parenthesis and without what it is given. */
export function isSource(text: string, language: Language): boolean {
  return text.length < 600 && spellings[language]?.test(text) === true;
}

const filledByRequest = verbose`
  @(
    RequestParam | PathVariable | RequestHeader | RequestBody | CookieValue | QueryParam | PathParam | FormParam
    | HeaderParam | ModelAttribute | MatrixVariable | RequestPart | Context
  )\b
  | \[From(Query|Route|Body|Header|Form)
`;

/** Parameters that a framework fills from the request: with an annotation that says so, or because the function answers an address. */
export function isFilledParameter(scope: SyntaxNode, wanted: string, language: Language): boolean {
  const list = scope.field("parameters");
  if (list === null || !list.text().includes(wanted)) return false;
  if (language === "python") return isFilledInPython(scope, list.text(), wanted);
  const found = list
    .children()
    .map((parameter) => parameter.text())
    .filter((text) => new RegExp(`\\b${wanted}\\b`).test(text));
  if (language === "java" && isMapped(scope, found, wanted)) return true;
  if (language === "java" || language === "csharp") return found.some((text) => text.endsWith(wanted) && filledByRequest.test(text));
  if (isScriptHandler(scope, wanted)) return true;
  return found.some((text) => /@(Query|Body|Param|Headers?|Req|Cookies)\(|\{[^}]*\b(body|query|params|searchParams)\b/.test(text));
}

const handedInByFramework = verbose`
  \b(?:
    HttpServletRe(?:quest|sponse) | Http(?:Session|Headers)
    | Server(?:Web)?(?:Http)?(?:Request|Response|Exchange)
    | Model | ModelMap | ModelAndView | Map<String,\s*Object> | RedirectAttributes | BindingResult | Errors
    | Principal | Authentication | Pageable | Locale | UriComponentsBuilder | UriInfo | SecurityContext
    | AsyncResponse | Writer | OutputStream | int | long | Integer | Long | boolean | Boolean | UUID | double | Double
    | LocalDate\w*
  )\s+\w+$
`;

/** A parameter without annotation of a method that answers an address is filled from the request too; what the framework itself hands in is not. */
function isMapped(scope: SyntaxNode, found: readonly string[], wanted: string): boolean {
  const annotations =
    scope
      .children()
      .find((child) => child.kind() === "modifiers")
      ?.text()
      .slice(0, 1_000) ?? "";
  if (!/@(?:Request|Get|Post|Put|Delete|Patch)Mapping\b|@(?:GET|POST|PUT|DELETE|PATCH)\b/.test(annotations)) return false;
  return found.some(
    (text) =>
      text.endsWith(wanted) &&
      !/@(?:Autowired|AuthenticationPrincipal|SessionAttribute|Value|Suspended|CurrentUser)\b/.test(text) &&
      !handedInByFramework.test(text),
  );
}

/** `exports.handler = (event) => …` of a function in the cloud, and `socket.on("message", (data) => …)`. */
function isScriptHandler(scope: SyntaxNode, wanted: string): boolean {
  const outer = scope.parent();
  if (outer === null) return false;
  if (wanted === "event") {
    if (/^handler$/i.test(scope.field("name")?.text() ?? "")) return true;
    if (!/^(assignment_expression|variable_declarator|pair)$/.test(String(outer.kind()))) return false;
    return /handler$|^(?:module\.)?exports\.\w+$/i.test((outer.field("left") ?? outer.field("name") ?? outer.field("key"))?.text() ?? "");
  }
  const call = outer.kind() === "arguments" ? outer.parent() : null;
  const callee = call?.field("function")?.text() ?? "";
  return (
    /^(?:\w+\.)?(?:ws|socket|sock|websocket|client|connection|conn)\.on$/i.test(callee) &&
    /^\(\s*["'`](?!err|close|open|connect|disconnect|end|finish|drain|timeout|ready)/.test(call?.field("arguments")?.text() ?? "") &&
    new RegExp(`^(?:async\\s+)?(?:function\\s*\\w*\\s*)?\\(?\\s*${wanted}\\b`).test(scope.text().slice(0, 200))
  );
}

const requestTypes =
  /^\w+\??\s*:\s*(?:\w+\.)?(?:Request|NextApiRequest|NextRequest|FastifyRequest|IncomingMessage|APIGatewayProxyEvent(?:V2)?)\b/;

/** Whether a parameter is the request that a function of JavaScript answers: its type says so, or it is the first of what a route was given. */
export function isRequestParameter(scope: SyntaxNode, name: string): boolean {
  const places =
    scope
      .field("parameters")
      ?.children()
      .filter((child) => child.isNamed()) ?? [];
  const own = places.find((place) => new RegExp(`^${name}\\b`).test(place.text()));
  if (own === undefined) return false;
  if (requestTypes.test(own.text())) return true;
  const list = scope.parent();
  const call = list?.kind() === "arguments" ? list.parent() : null;
  return (
    own === places[0] &&
    places.length > 1 &&
    /\.(?:get|post|put|delete|patch|all|use)$/.test(call?.field("function")?.text() ?? "") &&
    /^\(\s*["'`]\//.test(list?.text().slice(0, 40) ?? "")
  );
}

/** Whether what is taken out of `whole` under the name `key` is what a request holds: `const { body } = req`, `const { query: { page } } = req`. */
export function isSourceTakenOut(pattern: string, name: string, whole: string, language: Language): boolean {
  // What a call answers is what it was asked about only where it was asked about nothing.
  if (whole.length > 40 || !/^\{/.test(pattern) || /\(.*\w/.test(whole)) return false;
  const own = name.replaceAll("$", "\\$");
  const text = pattern.slice(0, 600);
  const key = new RegExp(`\\b(\\w+)\\s*:\\s*${own}\\b`).exec(text)?.[1] ?? name;
  if (isSource(`${whole}.${key}`, language)) return true;
  const outer = new RegExp(`\\b(\\w+)\\s*:\\s*\\{[^{}]*\\b${own}\\b`).exec(text)?.[1];
  return outer !== undefined && isSource(`${whole}.${outer}`, language);
}

/** `<name>` and `{name}` in the address of a decorator, and what a view of Django has after its request. */
function isFilledInPython(scope: SyntaxNode, parameters: string, wanted: string): boolean {
  const decorated = scope.parent()?.kind() === "decorated_definition" ? scope.parent()!.text().slice(0, 2_000) : "";
  const own = new RegExp(`\\b${wanted}\\b`);
  // What a function in the cloud is called with.
  if (wanted === "event" && /^\(\s*event\b[^,()]{0,80},\s*_?(?:context|ctx)\b/.test(parameters)) return true;
  if (new RegExp(`\\b${wanted}\\s*:\\s*(?:fastapi\\.|starlette\\.datastructures\\.)?UploadFile\\b`).test(parameters)) return true;
  // CherryPy calls what is exposed with what the address says.
  if (/^\s*@(?:cherrypy\.)?expose\b/m.test(decorated.slice(0, 300))) return wanted !== "self" && own.test(parameters);
  if (/^\(\s*request\s*(:[^,]*)?,/.test(parameters))
    return wanted !== "request" && own.test(parameters) && !/=\s*(None|True|False)/.test(parameters);
  if (!/@\w+(\.\w+)*\.(route|get|post|put|patch|delete|websocket|add_url_rule)\s*\(/.test(decorated)) return false;
  const address = decorated.slice(0, decorated.search(/\bdef\b/));
  if (new RegExp(`\\b${wanted}\\s*(?::[^,=]{1,80})?=\\s*(?:\\w+\\.)?(?:Query|Path|Header|Cookie|Form|Body)\\(`).test(parameters))
    return !new RegExp(`\\b${wanted}\\s*:\\s*(?:int|float|bool|UUID|date\\w*)\\b`).test(parameters);
  // A body that a model of this file describes.
  const model = new RegExp(`\\b${wanted}\\s*:\\s*([A-Z]\\w{0,60})\\b`).exec(parameters)?.[1];
  if (model !== undefined && new RegExp(`\\bclass ${model}\\((?:\\w+\\.)?BaseModel\\b`).test(fileTextOf(scope).slice(0, 200_000)))
    return true;
  return new RegExp(`<(\\w+:)?${wanted}>|\\{${wanted}(:\\w+)?\\}`).test(address)
    ? !new RegExp(`<(int|float|uuid):${wanted}>|\\b${wanted}\\s*:\\s*(int|float|UUID)`).test(address + parameters)
    : new RegExp(`\\b${wanted}\\s*:\\s*str\\b`).test(parameters);
}

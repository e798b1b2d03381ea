import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, compositionOf, isChecked, isConstant, isFromRequest, isHandedIn, type SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const requestAddress = callRule({
  id: "injection/request-address",
  title: "The server fetches an address that a request names",
  category: "security",
  subcategory: "server-side-request-forgery",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java", "php", "ruby"],
  cwe: [918],
  mentions: /req|param|input|GET|POST|query|Query|Form|args/i,
  callee: {
    ...inScript(
      verbose`
        ^(?:window|globalThis|self)\.fetch$
        | ^new\ (?:Request|EventSource)$ | ^needle\.request$
        | ^dns\.(?:promises\.)?(?:lookup|resolve\w*)$
        | ^\w+\.(?:get|post|put|patch|request)$
        | ^(?:\w*[xX](?:hr|ttp|MLHttpRequest)\w*|req|client)\.open$
        | ^(
            fetch | axios | got | request | needle | superagent | node-fetch | nodeFetch | undici\.fetch
            | undici\.request | urllib\.request | requestify | bent | phin | wkhtmltopdf
          )$
        | ^(
            axios | got | request | superagent | needle | https? | fetch | \$http | httpClient | this\.http
            | this\.httpService | httpService | rp | ky | agent
          )\.(get|post|put|request|head|delete|patch|del|options)$
        | ^new\ WebSocket$
        | (^|\.)page\.(goto|setContent|navigate)$
        | \.(goto|setContent)$ | Page\.navigate$ | \.loadURL$
        | (?:^|\.)(?:page|frame)\.(?:open|openUrl|property|setProperty|evaluateJavaScript|addScriptTag)$
        | ^(?:net|tls)\.(?:connect|createConnection)$
        | ^wkhtmltoimage\.generate$ | ^\w+\.(?:printToPDF|navigate)$ | ^(?:undici)\.\w+$
        | ^(?:axios|got|needle|superagent|request)\.\w+$
      `,
    ),
    python: verbose`
      ^(
        requests | httpx | session | self\.session | client | aiohttp | urllib3 | http | s | requests\.Session\(\)
        | httpx\.(Async)?Client\(\)
      )\.(get|post|put|head|delete|patch|request|urlopen|stream|ws_connect)$
      | ^(urllib\.request\.|urllib2\.|urllib\.|request\.)?(urlopen|urlretrieve|URLopener)$
      | ^(urllib\.request\.|urllib2\.)?Request$
      | ^(http\.client\.|httplib\.)?HTTPS?Connection$
      | ^socket\.create_connection$ | ^pycurl\.\w+$ | ^wget\.download$ | ^(requests|httpx)\.\w+$
      | (ClientSession\(\)|PoolManager\(\)|Session\(\)|AsyncClient\(\)|Client\(\))\.\w+$
      | ^(sess|conn|pool|c|browser|driver|page)\.(get|post|request|goto|urlopen|open)$
      | ^urllib\.request\.(urlretrieve|Request|urlopen|URLopener|FancyURLopener)$
      | (URLopener|OpenerDirector)\(\)\.(open|retrieve)$
      | ^(\w*http_client|client|tornado\.httpclient\.\w+\(\)|AsyncHTTPClient\(\)|HTTPClient\(\))\.fetch$
      | ^httplib2\.Http\(.{0,40}\)\.request$
      | ^feedparser\.parse$
    `,
    go: verbose`
      ^(fasthttp|fiber|grequests)\.(Get|Post|Put|Delete|Head|Patch|GetTimeout)$
      | ^(
          http | \w*[cC]lient | c | http\.DefaultClient | resty\.\w+ | grequests
        )\.(Get|Post|Head|PostForm|NewRequest|NewRequestWithContext)$
      | ^websocket\.(Dial|DialConfig|NewConfig)$
      | [dD]ialer\.(Dial|DialContext)$ | ^net\.(Dial|DialTimeout)$
      | ^httputil\.NewSingleHostReverseProxy$
    `,
    java: verbose`
      ^new\ ([\w.]*\.)?(
        URL | URI | HttpGet | HttpPost | HttpPut | HttpDelete | GetMethod | PostMethod | Socket | InetSocketAddress
        | HttpRequest
      )$
      | (^|\.)(
          getForObject | getForEntity | postForObject | postForEntity | patchForObject | exchange | URI\.create
          | HttpRequest\.newBuilder | Jsoup\.connect | Request\.(Get|Post) | fromUriString | fromHttpUrl
          | getForEntity | postForLocation | patchForObject | RestTemplate\.\w+ | delete | put | headForHeaders
          | optionsForAllow | target | resource | newCall | Unirest\.\w+ | Http\.\w+ | WebClient\.create
          | openConnection | openStream | newBuilder | getInputStream | InetAddress\.getByName | url | uri | setUrl
          | loadUrl | getConnection | execute
        )$
      | ^new\ (
          HttpHead | HttpPatch | HttpOptions | HttpTrace | BasicHttpRequest
          | BasicHttpEntityEnclosingRequest
          | HttpGet | URIBuilder | Request | DriverManagerDataSource | HttpRequest | RequestEntity
        )$
    `,
    php: /^(curl_init|file_get_contents|fopen|get_headers|fsockopen)$/,
    ruby: verbose`
      ^(
        Net\.HTTP\.(get|get_response|post|start)
        | URI\.open | open | HTTParty\.(get|post) | RestClient\.(get|post) | Faraday\.(get|post|new) | Excon\.get
      )$
    `,
  },
  when: ({ arguments: values, language, callee, node }) => {
    if (
      language === "java" &&
      /\.(?:delete|put|execute|url|uri|target|resource|newBuilder|getConnection)$/.test(callee) &&
      !/[tT]emplate|[cC]lient|[bB]uilder|HttpRequest|Request|DriverManager/.test(callee)
    )
      return false;
    const isScript = /^(?:javascript|typescript|tsx)$/.test(language);
    if (isScript && /^\w+\.\w+$/.test(callee) && !clients.test(callee) && !isClient(node)) return false;
    const isAfter =
      isScript &&
      (/^needle\.request$/.test(callee) || (/^(?:needle|superagent)$/.test(callee) && values.length > 1) || /^(?:net|tls)\./.test(callee));
    const asked = isAfter
      ? values.slice(0, 2)
      : /NewRequest|^fasthttp/.test(callee)
        ? values.slice(1, 3)
        : (/\.(?:request|urlopen|stream)$/.test(callee) && language === "python") || /\.open$/.test(callee)
          ? values.slice(0, 2)
          : /^websocket|ial\w*$/.test(callee)
            ? values
            : values.slice(0, 1);
    if (language === "php" && /file_get_contents|fopen/.test(callee)) return false; // the rule for paths says so already
    const isAsked = asked.some(
      (value) =>
        !/^(?:w|rw|req|request|r|ctx|res)$/.test(value.text()) &&
        isFromRequest(value, language, "address") &&
        !isChecked(value) &&
        !(language === "go" && hasHostInGo(value)) &&
        !/["'`]https?:\/\/[^"'`${%{\s]+[/?#]/.test(compositionOf(value)?.literal ?? value.text()),
    );
    // Such an address may also begin with file:.
    if (!isAsked && language === "python" && /^urllib|^urlopen$|^urlretrieve$/.test(callee))
      return asked.some((value) => !isConstant(value) && isHandedIn(value, language, "address") && !isChecked(value)) && "doubtful";
    if (!isAsked && language === "go") return /^http\./.test(callee) && asked.some(isOpenInGo) && "doubtful";
    if (isAsked || !isScript) return isAsked;
    // The host is written there, and what is asked of it is not.
    return asked.some(
      (value) =>
        /^(?:template_string|binary_expression|identifier|object)$/.test(String(value.kind())) &&
        isFromRequest(value, language, "address") &&
        !isChecked(value),
    )
      ? "doubtful"
      : false;
  },
  message:
    "Whoever sends the request chooses what this server connects to, from inside your network: databases, metadata of the cloud, its own ports.",
  suggestion: "Choose the address from a list; if it must be free, check the host after resolving it and forbid private networks.",
});

/** An address of Go whose host is written in the source: `url.Parse("https://example.com/?" + name)`, `url.URL{Host: "example.com"}`, and `String()` of either. */
function hasHostInGo(value: SyntaxNode): boolean {
  const name = /^(\w+)\.String\(\)$/.exec(value.text())?.[1];
  const operand = name === undefined ? value : value.field("function")?.field("operand");
  if (operand === null || operand === undefined) return false;
  return [operand, ...assignmentsOf(operand)].some((origin) => {
    if (/^&?url\.URL\{/.test(origin.text())) return /\bHost\s*:\s*"[^"]+"/.test(origin.text());
    const parsed = /^url\.(?:Parse|ParseRequestURI)\(/.test(origin.text()) ? origin.field("arguments")?.child(1) : undefined;
    return parsed !== null && parsed !== undefined && /["`]https?:\/\/[^"`%\s]+[/?#]/.test(compositionOf(parsed)?.literal ?? parsed.text());
  });
}

/** An address that a function is handed or that comes from outside of the program, from its first letter on. */
function isOpenInGo(value: SyntaxNode): boolean {
  if (isConstant(value) || isChecked(value) || !/^(?:identifier|call_expression|binary_expression)$/.test(String(value.kind())))
    return false;
  if (/["`]https?:\/\/[^"`%\s]/.test(compositionOf(value)?.literal ?? value.text())) return false;
  // What a thing was set up with is its owner's choice.
  if (value.kind() === "binary_expression" && /^\w+\./.test(value.text())) return false;
  return (
    isHandedIn(value, "go", "address") ||
    [value, ...assignmentsOf(value)].some((origin) => /^os\.(?:Getenv|Args)\b|\.Text\(\)$|ReadString\(/.test(origin.text()))
  );
}

/** What JavaScript's packages that send requests are called. */
const clients = verbose`
  ^(?:
    axios | got | request | superagent | needle | https? | fetch | \$http | httpClient | httpService | rp | ky | agent
    | undici | urllib | net | tls | dns | wkhtmltoimage | window | globalThis | self | Page | page | frame
    | \w*[xX](?:hr|ttp|MLHttpRequest)\w*
    | req | client | \w+
  )\.(?:
    goto | setContent | navigate | printToPDF | open | openUrl | property | setProperty | evaluateJavaScript
    | addScriptTag | loadURL | generate | fetch | connect | createConnection | lookup | resolve\w*
  )$
  | ^(?:
      axios | got | request | superagent | needle | https? | fetch | \$http | httpClient | httpService | rp | ky
      | agent | undici | urllib
    )\.\w+$
`;

/** A client that was made with settings of its own. */
function isClient(node: SyntaxNode): boolean {
  const object = node.field("function")?.field("object");
  return (
    object?.kind() === "identifier" &&
    assignmentsOf(object).some((value) =>
      /^(?:axios\.create|got\.extend|request\.defaults|ky\.(?:create|extend)|new (?:\w+\.)?Axios)\b/.test(value.text().slice(0, 60)),
    )
  );
}

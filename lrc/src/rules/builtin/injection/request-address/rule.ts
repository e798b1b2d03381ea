import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isChecked, isFromRequest } from "../../../syntax/index.ts";

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
      /^(fetch|axios|got|request|needle|superagent|node-fetch|undici\.fetch)$|^(axios|got|request|superagent|needle|https?|fetch|\$http)\.(get|post|put|request|head|delete|patch)$|^new WebSocket$|^page\.goto$/,
    ),
    python:
      /^(requests|httpx|session|client|aiohttp|urllib3|http)\.(get|post|put|head|delete|patch|request|urlopen)$|^(urllib\.request\.)?(urlopen|urlretrieve)$|^urllib\.request\.Request$/,
    go: /^(http|client|c)\.(Get|Post|Head|PostForm|NewRequest|NewRequestWithContext)$/,
    java: /^new (java\.net\.)?(URL|URI|HttpGet|HttpPost)$|(^|\.)(getForObject|getForEntity|postForObject|exchange|URI\.create)$/,
    php: /^(curl_init|file_get_contents|fopen|get_headers|fsockopen)$/,
    ruby: /^(Net\.HTTP\.(get|get_response|post|start)|URI\.open|open|HTTParty\.(get|post)|RestClient\.(get|post)|Faraday\.(get|post|new)|Excon\.get)$/,
  },
  when: ({ arguments: values, language, callee }) => {
    const asked = /NewRequest/.test(callee) ? values.slice(1, 3) : values.slice(0, 1);
    if (language === "php" && /file_get_contents|fopen/.test(callee)) return false; // the rule for paths says so already
    return asked.some(
      (value) => isFromRequest(value, language) && !isChecked(value) && !/^["'`f]{1,3}https?:\/\/[^"'`${\s]+\//.test(value.text()),
    );
  },
  message:
    "Whoever sends the request chooses what this server connects to, from inside your network: databases, metadata of the cloud, its own ports.",
  suggestion: "Choose the address from a list; if it must be free, check the host after resolving it and forbid private networks.",
});

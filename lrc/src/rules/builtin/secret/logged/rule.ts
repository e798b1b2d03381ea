import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import type { SyntaxNode } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const logged = callRule({
  id: "secret/logged",
  title: "A password is written into the log",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go", "java"],
  cwe: [532, 312],
  mentions: /passw|secret|token|api_?key|private_?key|credential/i,
  callee: {
    ...inScript(/^(console|log|logger|winston|this\.(log|logger)|pino|bunyan|debug)\.(log|info|warn|error|debug|trace|verbose|fatal)$/),
    python: verbose`
      ^(
        logging | log | logger | self\.log(ger)? | LOG | LOGGER | _logger | app\.logger | current_app\.logger
      )\.(debug|info|warning|warn|error|critical|exception|log)$
      | ^print$
    `,
    go: verbose`
      ^(log|logger|slog|glog|klog|logrus|zap)\.(
        Print | Printf | Println | Info | Infof | Infoln | Error | Errorf | Errorln | Warn | Warnf | Debug | Debugf
        | Fatal | Fatalf | Fatalln | Panic | Panicf | Warning | Warningf
      )$
    `,
    java: verbose`
      ^(log|logger|LOG|LOGGER|System\.out|System\.err)\.(
        debug | info | warn | error | trace | println | printf | print | fine | severe | warning
      )$
      | ^(android\.util\.)?Log\.[vdiwe]$
      | ^Timber\.\w$
    `,
  },
  when: ({ arguments: values, language }) =>
    values.some((value) => showsSecret(value, 0)) || (language === "python" && announced.test(values[0]?.text().slice(0, 400) ?? "")),
  message: "Logs are kept for long, copied to other machines and read by more people than may know this.",
  suggestion: "Leave it out, or log that it is there (or its last characters).",
});

/** A place for a value behind a word for a secret: `"password: %s"`. */
const announced = verbose("i")`
  ["'\s](?:
    password | passphrase | api[_\s]?key | secret[_\s]?key | access[_\s]?token | auth[_\s]?token | secret | credentials?
  )(?:\sis)?\s{0,3}[:=]\s{0,3}["']?(?:
    %s | %r
    | \{(?!\w*(?:path|file|name|id|count|len|masked?|status|error|exc)\b|e\b)
  )
`;

const secretName = verbose("i")`
  ^(?:\w*[._])?\w{0,20}(?:
    passw(?:or)?d | passphrase | secret_?key | client_?secret | api_?key | private_?key | access_?token | auth_?token
    | get_?password
  )(?:1|2|_?text|_?plain)?$
  | ^(?:\w+\.)?(?:secret|pwd)$
`;
const otherName =
  /hash|encrypt|encod|mask|redact|length|valid|has|is|reset|field|label|path|file|name|url|type|count|error|policy|prompt|secure_|id$/i;

/** Whether the value of a secret becomes part of the text: not its length, not whether there is one. */
function showsSecret(node: SyntaxNode, depth: number): boolean {
  const kind = String(node.kind());
  if (/^(identifier|member_expression|selector_expression|attribute|field_access)$/.test(kind))
    return secretName.test(node.text()) && !otherName.test(node.text().replace(/^.*\./, ""));
  if (
    depth > 4 ||
    !/binary|template|interpolation|f_string|^string$|call|method_invocation|argument|parenthesized|substitution|format/.test(kind)
  )
    return false;
  if (/call|method_invocation/.test(kind)) {
    const callee = (node.field("function") ?? node.field("name"))?.text() ?? "";
    if (/^(?:\w+\.)?get_?Password$/i.test(callee)) return true;
    if (!/(Sprintf?|Sprint|format|String|toString|valueOf|stringify|str|repr|join|concat)$/.test(callee)) return false;
  }
  return node.children().some((child) => child.isNamed() && showsSecret(child, depth + 1));
}

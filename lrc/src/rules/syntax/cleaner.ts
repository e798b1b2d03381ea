import { verbose } from "../text/index.ts";

/** What a value is used for. */
export type Danger = "any" | "html" | "sql" | "command" | "path" | "address" | "code" | "ldap" | "xpath" | "header" | "trust";

const numbers = verbose`
  (?:^|\.)(?:
    parseInt | parseFloat | parseLong | parseDouble | Number | Boolean | bool | len | int | float | intValue
    | longValue | intval | floatval | Atoi | ParseInt | ParseFloat | ParseUint | ParseBool | UUID | fromString
    | toFixed | ParseUUID | ObjectId
  )$
  | ^(?:\w+\.)*(?!String\.)[A-Z]\w*\.valueOf$
  | ^(?:Integer|Long|Short|Byte)\.decode$
  | (?:^|\.)(?:LocalDate|LocalDateTime|LocalTime|Instant|Duration|ZonedDateTime|Year|DayOfWeek|Month)\.parse$
  | ^(?:uuid|UUID)\.(?:UUID|Parse|MustParse|fromString)$
  | ^(?:Math|math)\.\w+$ | ^(?:ord|abs|round|sum)$ | ^strconv\.(?!Quote)\w+$
`;
const anySanitizer =
  /(?:^|[._])(?:sanitiz\w*|sanitis\w*|purify\w*|clean\w*|whitelist\w*|allowlist\w*|bleach)$|DOMPurify|[Ss]anitiz|[Ss]anitis/;
const byDanger: Readonly<Record<Exclude<Danger, "any">, RegExp>> = {
  html: verbose("i")`
    escape(?!Sql|Shell|Ldap|Filter)
    | encodeFor(?:HTML|Html|JavaScript|XML|CSS|URI)
    | htmlspecialchars | htmlentities | strip_tags | EscapeString | HTMLEscape | QueryEscape | PathEscape | encodeURI
    | URLEncoder\.encode | escapeHtml | htmlEscape | escapeXml | format_html | conditional_escape | Encode\.for
    | createTextNode | stripTags | render_template$ | render_to_string$ | jsonify$
  `,
  sql: verbose("i")`
    (?<!html|xml|script|json|url|uri|html\.|query|path)_?escape(?!d?Html|Xml|Java|Script|Json|Csv|Utils)
    | (?<!url)quote | encodeForSQL | QuoteIdentifier | QuoteLiteral | sql\.Identifier | Identifier$ | Literal$
    | toSqlString | mysql_real | ObjectId | ^sqlx\.In$
  `,
  command: /quote|escapeshell|shellescape|shell_?escape|escapeArg|encodeForOS|Shellwords|shlex(?!\.split)/i,
  path: verbose("i")`
    basename | \.Base$ | secure_filename | getName$ | GetFileName$ | encodeURIComponent | encodeForURL
    | FilenameUtils\.getName | safe_join | normalize_path | securejoin | SecureJoin | uuid
  `,
  address: /encodeURIComponent|QueryEscape|PathEscape|URLEncoder|encodeForURL|urlencode|quote|url_has_allowed|is_safe_url/i,
  code: /JSON\.stringify|escapeRegExp|re\.escape|QuoteMeta|Pattern\.quote|escape_?js|literal_eval/i,
  ldap: verbose("i")`
    escape_filter | EscapeFilter | encodeForLDAP | encodeForDN | escape_rdn | EscapeDN | LdapEncoder | escapeLdap
    | escapeLDAP | filterEncode | nameEncode
    | (?<!html|script)escape(?!Html|Xml|Java|Script|Json|Sql)
    | encode(?!d|r|Base64|String|ForHTML|ForJava|ForXML|ForURL|ForCSS)
  `,
  xpath: /encodeForXPath|escapeXPath|(?<!html|script)escape(?!Html|Java|Script|Json|Utils)|quote/i,
  header: /encode(?!Base)|escape|replace/i,
  // What is trusted later is not only shown.
  trust: /validat|verif/i,
};

/** What says before the call for what it is: `HtmlEscapers.htmlEscaper().escape(text)`, `markupsafe.escape(text)`. */
const forPages = /(?:html|xml|markupsafe|flask|jinja2|cgi|saxutils)\w*(?:\(\))?\.(?:escape|quoteattr)$/i;
const forShells = /\b(?:shlex|pipes)\.(?:quote|join)$/;

/** Where nobody said what it is used for, any escape will do. */
const anyEscape = verbose("i")`
  escape | quote | encodeFor | encodeURI | htmlspecialchars | htmlentities | strip_tags | EscapeString | basename
  | \.Base$ | secure_filename | URLEncoder | shlex(?!\.split) | hash
`;

/** What answers with what a schema lets through, and nothing else: zod, joi, yup, valibot, superstruct, express-validator. */
const bySchema = verbose`
  (?:^|\.)\w*[sS]chema\w*\.(?:
    parse | parseAsync | safeParse | safeParseAsync | validate | validateSync | validateAsync | cast | attempt
    | assert
  )$
  | ^(?:[jJ]oi|z|[yY]up)\.(?:.*\.)?(?:
      parse | parseAsync | safeParse | safeParseAsync | validate | validateSync | validateAsync | cast | attempt
      | assert
    )$
  | (?:^|\.)matchedData$
`;

/** What a servlet of Java is told by whoever installs it. */
const installed = /(?:^|\.)getInitParameter$/;

/** Whether what comes out can do no harm anywhere: it is a number, or was made harmless by name or by a schema, or stands where nobody from outside writes. */
export function isAlwaysHarmless(callee: string): boolean {
  return numbers.test(callee) || installed.test(callee) || anySanitizer.test(callee) || bySchema.test(callee);
}

/** Whether what comes out can do no harm where it goes. */
export function isHarmlessFor(callee: string, danger: Danger): boolean {
  const own = callee.slice(-80).replace(/^.*[)\]]\./, "");
  // What undoes an escape is none.
  if (/unescape|unquote|decode/i.test(own)) return false;
  if (danger === "any") return anyEscape.test(own);
  const full = callee.slice(-80);
  if ((danger !== "html" && forPages.test(full)) || (danger !== "command" && forShells.test(full))) return false;
  return byDanger[danger].test(own);
}

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import type { Language } from "../../../rule.ts";
import { assignmentsOf, compositionOf, isChecked, isFromRequest, optionOf, type SyntaxNode, textAround } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const redirect = callRule({
  id: "injection/redirect",
  title: "A redirect goes where the request says",
  category: "security",
  subcategory: "open-redirect",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "php", "ruby", "go", "csharp"],
  cwe: [601],
  mentions: /[rR]edirect|header|Header|[lL]ocation|window\.open/,
  callee: {
    ...inScript(
      verbose`
        ^(
          res | resp | response | reply | ctx | h | ctx\.response | NextResponse | Response | router | navigation
        )(\.\w+\([^()]*\))*\.(redirect|permanentRedirect)$
        | ^(redirect|permanentRedirect)$
        | (^|\.)location\.(assign|replace)$
        | ^window\.open$
        | ^(res|response)(\.\w+\([^()]*\))*\.(header|setHeader|set|location|writeHead)$
      `,
    ),
    python: verbose`
      ^(self\.|flask\.|web\.|bottle\.|response\.|sanic\.response\.|django\.shortcuts\.)?(
        redirect | HttpResponseRedirect | HttpResponsePermanentRedirect | RedirectResponse | flask\.redirect
        | HTTPFound | HTTPSeeOther | HTTPMovedPermanently | HTTPTemporaryRedirect | seeother | HTTPRedirect
      )$
      | (^|\.)(HTTPFound|HTTPSeeOther|HttpResponseRedirect|RedirectResponse)$
    `,
    java: verbose`
      \.sendRedirect$
      | ^Response\.(seeOther|temporaryRedirect)$
      | \.(addHeader|setHeader)$ | eaders(\(\))?\.(add|set)$
      | ^new\ (RedirectView|ModelAndView)$
      | \.(
          location | redirect | setUrl | found | movedPermanently | temporaryRedirect | setLocation
          | encodeRedirectURL | setViewName
        )$
    `,
    php: /^(header|wp_redirect|redirect)$/,
    ruby: /^redirect_to$/,
    go: /^http\.Redirect$|^(c|ctx)\.Redirect$|\.Header\(\)\.(Set|Add)$/,
    csharp: /(^|\.)Redirect$/,
  },
  when: ({ arguments: values, language, node, callee }) => {
    if (/(?:header|setHeader|addHeader|set|add|Set|Add)$/.test(callee) && !/^["'`]location["'`]$/i.test(values[0]?.text() ?? ""))
      return optionOf(values[0], "location") !== undefined || optionOf(values[0], "Location") !== undefined
        ? isFromRequest(optionOf(values[0], "location") ?? optionOf(values[0], "Location") ?? node, language, "address")
        : language === "php"
          ? /location/i.test(node.text()) && isFromRequest(values[0] ?? node, language)
          : false;
    if (/writeHead$/.test(callee))
      return (
        /location/i.test(node.text()) &&
        isFromRequest(values.at(-1) ?? node, language, "address") &&
        !/location["']?\s*:\s*["'`](?:\/\w|\/\/[\w.-]+\/|https?:\/\/[\w.-]+\/)/i.test(node.text())
      );
    if (language === "php" && !/location/i.test(node.text()) && !/redirect/.test(node.text())) return false;
    const asked =
      language === "go" && !/^(?:c|ctx)\./.test(callee)
        ? values.slice(1)
        : language === "python"
          ? values.filter((value, at) =>
              value.kind() === "keyword_argument" ? /^(?:to|location|url|redirect_to)$/.test(value.field("name")?.text() ?? "") : at === 0,
            )
          : values.slice(0, 2);
    return asked.some(
      (value) =>
        isFromRequest(value, language, "address") &&
        !isChecked(value) &&
        // Nobody but the page that was left says where that was.
        !/[rR]eferr?er["']?\]?\)?(?:\s*(?:\|\||\?\?)|$)/.test(value.text()) &&
        !(language === "go" && (hostIsCompared(value) || isOwnAddress(value.text()))) &&
        !/^(?:\[\s*)?["'`f]{1,3}(?:https?:)?\/\/[\w.-]+[/?#]|^["'`f]{1,3}(?:\/(?:["'`]|\w)|[?#]|\w[\w./-]*[?#])/.test(
          firstOf(compositionOf(value)?.node ?? value),
        ) &&
        (beginsWithRequest(value, language) || !/\?|\/\/[\w.-]+\/|^["'`f]*\/\w/.test(compositionOf(value)?.literal ?? "")) &&
        !/^["'`f]{1,3}\/?[\w][\w./-]*["'`${]|url_for|url_path|_path\b|only_path|^(?:url\.)?format\(\{\s*pathname\s*:\s*["'`]\//.test(
          value.text(),
        ),
    );
  },
  message: "A link to your site can send its reader anywhere: the address bar was yours when they clicked.",
  suggestion: "Redirect to paths of your own, or to addresses from a list.",
});

const ownAddress = verbose`
  ^(?:"https:\/\/"\s*\+\s*)?\w+\.(?:
    Host | URL\.Path | URL\.String\(\) | RequestURI | URL\.RequestURI\(\)
  )(?:
    \s*\+\s*(?:
      \w+\.(?:URL\.Path|RequestURI|URL\.String\(\)|URL\.RequestURI\(\))
      | "\/[^"]*"
    )
  )*$
`;

/** Where the request came to anyway: its path, or its host with another scheme. */
function isOwnAddress(text: string): boolean {
  return ownAddress.test(text);
}

/** `target.String()` where the host of the target was looked at, or `address` where the host of what was parsed of it was. */
function hostIsCompared(value: SyntaxNode): boolean {
  const parsed = /^\w+$/.test(value.text())
    ? new RegExp(`\\b(\\w+)\\s*,\\s*\\w+\\s*:?=\\s*url\\.Parse\\(\\s*${value.text()}\\s*\\)`).exec(textAround(value))?.[1]
    : undefined;
  const name = parsed ?? /^(\w+)\.String\(\)$/.exec(value.text())?.[1];
  return name !== undefined && new RegExp(`\\b${name}\\.(?:Hostname\\(\\)|Host|IsAbs\\(\\))`).test(textAround(value));
}

/** `req.query.host + "/home"`: what is written behind it changes nothing. */
function beginsWithRequest(value: SyntaxNode, language: Language): boolean {
  if (language === "python") {
    const built = compositionOf(value)?.node;
    if (built === undefined) return false;
    if (/^(?:f["']\{|["'](?:\{\d?\}|%s))/.test(built.text())) return true;
    let first = built;
    while (first.kind() === "binary_operator") first = first.field("left") ?? first.child(0)!;
    return first.id() !== built.id() && isFromRequest(first, language, "address");
  }
  if (value.kind() !== "binary_expression") return false;
  let first = value;
  while (first.kind() === "binary_expression") first = first.field("left") ?? first.child(0)!;
  return isFromRequest(first, language, "address");
}

/** How the text begins: a path or a host that is written there is nobody else's. */
function firstOf(value: SyntaxNode): string {
  let first = value;
  while (/^(?:binary_expression|binary_operator)$/.test(String(first.kind()))) first = first.field("left") ?? first.child(0)!;
  const [origin] = /^\w+$/.test(first.text()) ? assignmentsOf(first) : [];
  return (origin ?? first).text();
}

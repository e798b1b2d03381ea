import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import type { Language } from "../../../rule.ts";
import {
  assignmentsOf,
  compositionOf,
  isChecked,
  isConstant,
  isFromRequest,
  isHandedIn,
  isMentioned,
  originOf,
  origins,
  type SyntaxNode,
  textAround,
  textUpTo,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const cleaned = verbose("i")`
  sanitiz | purify | (?<!un)escape | encode | \b(?:xss|filterXSS)\( | htmlspecialchars | htmlentities | strip_tags
  | intval | bleach | \b[eht]\( | format_html | number_format | count\( | strlen\( | esc_\w+\( | wp_kses | __\(
  | translate
`;

/** What Koa answers with: a page where it begins with `<`. */
const bodyOfKoa = /^(?:ctx|context|this)\.(?:response\.)?body$/;

/** What sends an answer, with what else is said about the answer before it. */
const answering = /^(?:res(?:p|ponse)?|reply|h|responseToolkit)(?:\.\w+\([^()]*\))*\.(?:send|write|end|response)$/;

const answersNoPage = verbose`
  mimetype\s*=\s*["']text\/plain
  | content_type\s*=\s*["'](?:text\/plain|application\/json)
  | Content-Type["']\]\s*=\s*["'](?:text\/plain|application\/json)
`;

function becomesHtml(node: SyntaxNode, language: Language): boolean | "doubtful" | "likely" {
  const text = node.text();
  const kind = String(node.kind());
  // What is called a sanitizer is asked to do nothing here.
  const said = /bypassSecurityTrust/.test(text) ? text.replace(/\b\w*[sS]anitizer\b/g, "") : text.replace(/^format_html\(/, "");
  if (text.length > 4_000 || cleaned.test(said)) return false;
  switch (language) {
    case "typescript":
    case "tsx":
    case "javascript": {
      if (kind === "pair") {
        const given = node.field("value");
        const isAttribute = node.parent()?.parent()?.parent()?.kind() === "jsx_attribute";
        return given !== null && !isAttribute && !isConstant(given) && isOpen(given, language);
      }
      if (kind === "jsx_attribute") return isOpenMarkup(node, language);
      const value =
        node.field("right") ??
        node
          .field("arguments")
          ?.children()
          .findLast((child) => child.isNamed());
      if (value === undefined || value === null || isConstant(value)) return false;
      if (isChecked(value)) return false;
      if (bodyOfKoa.test(node.field("left")?.text() ?? ""))
        return (
          /^(?:identifier|member_expression|subscript_expression|template_string|binary_expression)$/.test(String(value.kind())) &&
          !/^(?:ctx|context|this)\.(?:request\.)?(?:body|query|params)$/.test(value.text()) &&
          !isOtherThanHtml(node) &&
          isFromRequest(value, language, "html")
        );
      if (answering.test(node.field("function")?.text() ?? ""))
        return (
          /^(identifier|member_expression|subscript_expression|template_string|binary_expression|call_expression)$/.test(
            String(value.kind()),
          ) &&
          isFromRequest(value, language, "html") &&
          !isOtherThanHtml(node) &&
          !isFilledTemplate(value) &&
          (/\.(?:send|write|end|response)\(/.test(text) || compositionOf(value)?.literal.includes("<") === true)
        );
      const [name, given] =
        node
          .field("arguments")
          ?.children()
          .filter((child) => child.isNamed()) ?? [];
      if (/\.(?:setAttribute|setAttributeNS|attr)$/.test(node.field("function")?.text() ?? ""))
        return (
          given !== undefined &&
          /^["'`](?:href|src|srcdoc|action|formaction|data|xlink:href|on\w+)["'`]$/i.test(name?.text() ?? "") &&
          isFromRequest(value, language, "html") &&
          compositionOf(value) === undefined
        );
      if (/^(?:\$|jQuery)$/.test(node.field("function")?.text() ?? "") && given === undefined && compositionOf(value) === undefined)
        return isFromRequest(value, language, "html")
          ? !/location(?:\.hash)?$/.test((assignmentsOf(value)[0] ?? value).text()) // a mark at the beginning makes a selector of it
          : /\.target\w*$/.test(value.text()) && isHandedIn(value, language)
            ? "doubtful"
            : false;
      const jquery = /\.(?:append|prepend|after|before|html)\(|^(?:\$|jQuery)\(/.test(text) && !/innerHTML/.test(text);
      if (jquery)
        return /\.html\($/.test(`${node.field("function")?.text()}(`) && isFromRequest(value, language, "html")
          ? true
          : compositionOf(value)?.literal.includes("<") === true && /\$\(|jQuery|\$\w/.test(text) && isOpen(value, language);
      return (
        (compositionOf(value) !== undefined && isOpen(value, language)) ||
        isFromRequest(value, language, "html") ||
        /bypassSecurityTrust/.test(text) ||
        (isHandedIn(value, language) && !/^(function|arrow)/.test(String(value.kind())))
      );
    }
    case "python": {
      if (kind === "assignment") {
        const given = node.field("right");
        const built = given === null ? undefined : compositionOf(given);
        return (
          built?.literal.includes("<") === true &&
          !answersNoPage.test(textAround(node)) &&
          built.parts.some((part) => isFromRequest(part, "python", "html"))
        );
      }
      if (kind === "return_statement") {
        const value = node.children().find((child) => child.isNamed());
        if (value === undefined) return false;
        const built = compositionOf(value);
        if (built?.literal.includes("<") === true && built.parts.some((part) => isFromRequest(part, language, "html"))) return true;
        if (value.kind() === "dictionary") return isPageOfFunction(value);
        // Flask sends what a view returns as HTML.
        return (
          /^(?:binary_operator|string|identifier|call|subscript)$/.test(String(value.kind())) &&
          (value.kind() !== "call" || /(?:^|\.)(?:format|join|get|str)$/.test(value.field("function")?.text().slice(-40) ?? "")) &&
          /^@\w+(?:\.\w+)?\.?(?:route|get|post)\(/m.test(textBefore(node)) &&
          !/content_type|mimetype|application\/json|text\/plain|fastapi/i.test(textAround(node)) &&
          !isMentioned(node, /^(?:from|import) fastapi\b/m) &&
          isFromRequest(value, language, "html")
        );
      }
      if (/^(?:\w+\.)*(?:send_mail|mail_admins|mail_managers|EmailMessage|attach_alternative)\(/.test(text)) return isMailed(node);
      const [value] =
        node
          .field("arguments")
          ?.children()
          .filter((child) => child.isNamed()) ?? [];
      if (value === undefined || isConstant(value)) return false;
      // Tornado answers a dictionary as JSON.
      if (value.kind() === "dictionary" && /^self\.write\(/.test(text)) return false;
      if (/text\/plain|application\/json|content_type\s*=\s*["'](?!text\/html)/.test(text)) return false;
      if (answersNoPage.test(textAround(node))) return false;
      if (/^(?:\w+\.)*(?:HttpResponse\w*|HTMLResponse|Response|make_response|render_template_string|write|response\.html)\(/.test(text))
        return value.kind() === "keyword_argument" ? isPageOfAiohttp(node) : isFromRequest(value, language, "html");
      // format_html("…", value) escapes what it puts in, and nothing of the format.
      if (/^format_html\(/.test(text)) return compositionOf(value) !== undefined && isOpen(value, language);
      return compositionOf(value) !== undefined || isFromRequest(value, language) || isHandedIn(value, language);
    }
    case "php":
      return node.children().some((child) => child.isNamed() && isFromRequest(child, language));
    case "ruby":
      return isFromRequest(node, language) || node.has({ rule: { kind: "interpolation" } });
    case "java":
      if (kind === "return_statement") return isPageOfSpring(node);
      return (
        !isWriterOfOthers(node) &&
        (/getWriter\(\)|getOutputStream\(\)|^(?:out|writer|pw|printWriter|res|resp|response)\.|sendError/i.test(text) || isWriter(node)) &&
        !/setContentType\(\s*"(?:text\/plain|application\/json|image\/|text\/csv)/.test(textAround(node)) &&
        (node.field("arguments")?.children() ?? []).some((child) => child.isNamed() && isFromRequest(child, language, "html"))
      );
    case "csharp":
      return (node.field("arguments")?.children() ?? []).some(
        (child) =>
          child.isNamed() &&
          (isFromRequest(child, language) || (/Html\.Raw/.test(text) && compositionOf(child.child(0) ?? child) !== undefined)),
      );
    default:
      if (/^(?:fmt|w|rw|io|c)\./.test(text) && /text\/plain|application\/json|json\.Marshal|NewEncoder/.test(textAround(node)))
        return false;
      if (/^fmt\.Fprint\w*\(\s*(?:os\.|&|buf|log|file|\w*[bB]uffer|stderr|stdout)/.test(text)) return false;
      if (/^(?:c|ctx)\.(?:String|SendString|Send|WriteString|HTML)\(/.test(text)) return isPageOfGo(node);
      return isShownByGo(node) || (isMarkupOfGo(node) && "likely");
  }
}

/** What a call writes of a request, and what is declared to be markup. */
function isShownByGo(node: SyntaxNode): boolean {
  return shownByGo(node).some(
    (child) =>
      child.isNamed() &&
      (isFromRequest(child, "go", "html") ||
        (/^template/.test(node.text()) && (compositionOf(child) !== undefined || isHandedIn(child, "go")))),
  );
}

/** Markup that is put together and written to who asked: `fmt.Fprintf(w, "<p>%s</p>", name)`. Whose the values are is not known. */
function isMarkupOfGo(node: SyntaxNode): boolean {
  if (
    !/^(?:fmt\.Fprint\w*\(\s*(?:w|rw|res|resp|writer)\b|(?:w|rw|res|resp|writer|wr)\.Write|io\.WriteString\(\s*(?:w|rw|res|resp)\b)/.test(
      node.text(),
    )
  )
    return false;
  return (
    /\bResponseWriter\b/.test(textAround(node).slice(0, 2_000)) &&
    /["`]\s*<(?:!doctype|[a-z][a-z0-9]{0,10})\b/i.test(markupBehind(node)) &&
    shownByGo(node).some((child) => hasOpenPart(child))
  );
}

function hasOpenPart(value: SyntaxNode): boolean {
  if (/^(?:w|rw|res|resp|writer|wr)$/.test(value.text())) return false;
  const inner =
    /^(?:type_conversion_expression|call_expression)$/.test(String(value.kind())) && /^\[\]byte\(/.test(value.text())
      ? (lastArgument(value) ?? value)
      : value;
  const built = compositionOf(inner.kind() === "type_conversion_expression" ? (inner.field("operand") ?? inner) : inner);
  return built === undefined ? !isConstant(value) && isOpen(value, "go") : built.parts.some((part) => isOpen(part, "go"));
}

/** The texts that a call is given, and those behind its variables. */
function markupBehind(node: SyntaxNode): string {
  const names = node.findAll({ rule: { kind: "identifier" } }).slice(0, 12);
  return [node, ...names.flatMap((name) => assignmentsOf(name).slice(0, 2))].map((one) => one.text().slice(0, 1_000)).join("\n");
}

/** What Gin, Echo and Fiber answer with is a page where it says so, or where it begins with a tag. */
function isPageOfGo(node: SyntaxNode): boolean {
  // Gin, Echo and Fiber send these as plain text unless they are told otherwise.
  if (/^(?:c|ctx)\.(?:String|SendString|WriteString)\(/.test(node.text()) && !/text\/html|\.Type\(\s*"html|TextHTML/.test(textAround(node)))
    return false;
  const values = (node.field("arguments")?.children() ?? []).filter((child) => child.isNamed());
  return values.some((value) => {
    const built = compositionOf(value);
    const isMarkup = /<[a-z!]/i.test(built?.literal ?? "") || (values.length === 2 && /\.HTML\(/.test(node.text().slice(0, 40)));
    return isMarkup && isFromRequest(value, "go", "html");
  });
}

const contentType = /(?:\.(?:type|contentType)\(\s*|[cC]ontent-[tT]ype["'`\]]{1,2}\s*[,:=]\s*)(.{0,30})/g;

/** Whether what is sent was said to be something else than a page: by the last word about it on the way there. */
function isOtherThanHtml(node: SyntaxNode): boolean {
  const said = [...textUpTo(node).matchAll(contentType)].at(-1)?.[1];
  return said !== undefined && !/^["'`](?:\.?html?\b|text\/html|application\/xhtml|image\/svg)/.test(said);
}

/** What a call writes: not the writer, and no numbers. */
function shownByGo(node: SyntaxNode): readonly SyntaxNode[] {
  const values = (node.field("arguments")?.children() ?? []).filter((child) => child.isNamed());
  if (!/^fmt\.Fprintf\(/.test(node.text())) return values;
  const [, format, ...shown] = values;
  const verbs = format?.text().match(/%[-+ #0-9.]*[a-zA-Z]/g);
  return verbs?.length === shown.length ? shown.filter((_value, at) => !/[dtfeEgGxXobc]$/.test(verbs[at] ?? "")) : values.slice(1);
}

/** The body that a function in the cloud answers with: `{"body": "<h1>" + event["name"]}`. */
function isPageOfFunction(answer: SyntaxNode): boolean {
  const body = answer.children().find((child) => child.kind() === "pair" && /^["']body["']$/.test(child.field("key")?.text() ?? ""));
  const value = body?.field("value");
  const built = value === null || value === undefined ? undefined : compositionOf(value);
  return built?.literal.includes("<") === true && built.parts.some((part) => isFromRequest(part, "python", "html"));
}

/** `web.Response(text="<p>" + name, content_type="text/html")`: what aiohttp answers with is a page where that is said. */
function isPageOfAiohttp(call: SyntaxNode): boolean {
  const given = (call.field("arguments")?.children() ?? []).filter((child) => child.kind() === "keyword_argument");
  return (
    given.some((one) => /^content_type\s*=\s*["']text\/html/.test(one.text())) &&
    given.some((one) => {
      const value = /^(?:text|body)$/.test(one.field("name")?.text() ?? "") ? one.field("value") : null;
      return value !== null && isFromRequest(value, "python", "html");
    })
  );
}

/** Markup of a mail with something of the request in it. */
function isMailed(call: SyntaxNode): boolean {
  return (call.field("arguments")?.children() ?? []).some((child) => {
    const value = child.kind() === "keyword_argument" ? child.field("value") : child;
    const isMarkup = child.kind() === "keyword_argument" && child.field("name")?.text() === "html_message";
    if (value === null || !value.isNamed()) return false;
    return (isMarkup || compositionOf(value)?.literal.includes("<") === true) && isFromRequest(value, "python", "html");
  });
}

/** Markup with something of the request in it, as the answer of a method that is mapped to an address. */
function isPageOfSpring(node: SyntaxNode): boolean {
  const value = node.children().find((child) => child.isNamed());
  const around = value === undefined || value.text().length > 2_000 ? "" : textAround(node);
  if (value === undefined || !/^(?:@\w|public|private|protected)/.test(around) || !/@(?:\w*Mapping|GET|POST|ResponseBody)\b/.test(around))
    return false;
  const given = value.kind() === "method_invocation" && /^ResponseEntity\b/.test(value.text()) ? lastArgument(value) : value;
  const built = given === undefined ? undefined : compositionOf(given);
  return (
    built?.literal.includes("<") === true &&
    !/TEXT_PLAIN|APPLICATION_JSON|text\/plain|application\/json/.test(around) &&
    built.parts.some((part) => isFromRequest(part, "java", "html"))
  );
}

function lastArgument(call: SyntaxNode): SyntaxNode | undefined {
  return call
    .field("arguments")
    ?.children()
    .findLast((child) => child.isNamed());
}

/** A variable of Java that holds what writes a file or a text: it may be called as what writes the answer is. */
function isWriterOfOthers(node: SyntaxNode): boolean {
  const object = node.field("object");
  const given = object?.kind() === "identifier" ? assignmentsOf(object) : [];
  return (
    given.length > 0 &&
    given.every((value) =>
      /^new\s+(?:[\w.]{1,60}\.)?(?:File\w*|Zip\w*|GZIP\w*|ByteArray\w*|String)(?:OutputStream|Writer)\(|^Files\.new/.test(
        value.text().slice(0, 120),
      ),
    )
  );
}

/** A variable of Java that holds what writes the answer. */
function isWriter(node: SyntaxNode): boolean {
  const object = node.field("object");
  return (
    object?.kind() === "identifier" &&
    assignmentsOf(object).some((value) => /\bget(?:Writer|OutputStream)\(\)/.test(value.text().slice(0, 300)))
  );
}

/** The text before a function, with its decorators. */
function textBefore(node: SyntaxNode): string {
  let scope = node.parent();
  while (scope !== null && scope.kind() !== "function_definition") scope = scope.parent();
  const outer = scope?.parent();
  return outer?.kind() === "decorated_definition" ? outer.text().slice(0, 400) : "";
}

/** What a template makes of values is escaped, unless it asks for it not to be. */
function isFilledTemplate(value: SyntaxNode): boolean {
  return (
    /(?:^|\.)(?:render\w*|\w*[tT]emplate\w*|compile\w*)$/.test(value.field("function")?.text().slice(-60) ?? "") &&
    !/<%-|!\{|\{\{\{|\|\s*safe/.test(value.text())
  );
}

/** What `dangerouslySetInnerHTML` is given: an object that is written there, or what makes one. */
function isOpenMarkup(attribute: SyntaxNode, language: Language): boolean {
  const [object] = attribute.findAll({ rule: { kind: "pair", has: { field: "key", regex: "^['\"]?__html['\"]?$" } } });
  const value = object?.field("value");
  if (value === null || value === undefined) return true;
  // `<` that is written as \u003c ends no script.
  if (/JSON\.stringify\([\s\S]*\.replace\(\s*\/</.test(value.text())) return false;
  return isOpen(value, language);
}

/** Something of it can be anything: not only numbers and what was escaped. */
function isOpen(value: SyntaxNode, language: Language): boolean {
  return (originOf(value, language, "html") & ~origins.cleaned) !== 0;
}

const scriptShapes = [
  { kind: "assignment_expression", has: { field: "left", regex: "^(ctx|context|this)\\.(response\\.)?body$" } },
  { kind: "assignment_expression", has: { field: "left", regex: "\\.(innerHTML|outerHTML)$" } },
  { kind: "augmented_assignment_expression", has: { field: "left", regex: "\\.(innerHTML|outerHTML)$" } },
  { kind: "new_expression", has: { field: "constructor", regex: "(^|\\.)SafeString$" } },
  {
    kind: "pair",
    has: { field: "key", regex: "^['\"]?__html['\"]?$" },
  },
  {
    kind: "call_expression",
    has: {
      field: "function",
      regex:
        "(^|\\.)(document\\.write(ln)?|insertAdjacentHTML|bypassSecurityTrust\\w+|\\$sce\\.trustAs\\w*|createContextualFragment|setHTMLUnsafe|html|append|prepend|after|before|attr|setAttribute|setAttributeNS|\\$|jQuery)$|^(res(p|ponse)?|reply|h|responseToolkit)(\\.\\w+\\([^()]*\\))*\\.(send|write|end|response)$",
    },
  },
];

export const html = syntaxRule({
  id: "injection/html",
  title: "Text becomes HTML without being escaped",
  category: "security",
  subcategory: "cross-site-scripting",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "php", "ruby", "java", "csharp", "go"],
  cwe: [79],
  mentions: verbose`
    resp\.text | response\.html | innerHTML | outerHTML | document\.write | dangerouslySetInnerHTML | insertAdjacentHTML | setHTMLUnsafe | \.html\(
    | mark_safe | Markup | echo | print | format_html | send_mail | mail_ | EmailMessage | attach_alternative | body
    | html_safe | raw | Html\.Raw | template\.HTML | getWriter | getOutputStream | sendError | Mapping | ResponseBody
    | \.route\( | HttpResponse | Response | self\.write | wfile | Fprint | \.Write | WriteString | \$\( | jQuery
    | append | createContextualFragment | setAttribute | \.attr\( | bypassSecurityTrust | trustAs | SafeString
    | \.(?:send|write|end)\( | \.response\( | __html | Response\.Write | SafeString | srcdoc
  `,
  find: {
    typescript: scriptShapes,
    javascript: [...scriptShapes, { kind: "jsx_attribute", regex: "^dangerouslySetInnerHTML" }],
    tsx: [...scriptShapes, { kind: "jsx_attribute", regex: "^dangerouslySetInnerHTML" }],
    python: [
      {
        kind: "call",
        has: {
          field: "function",
          regex:
            "(^|\\.)(mark_safe|format_html|send_mail|mail_admins|mail_managers|EmailMessage|attach_alternative|SafeString|SafeText|Markup|HttpResponse|HttpResponseBadRequest|HttpResponseNotFound|HttpResponseForbidden|HttpResponseServerError|HTMLResponse|Response|html_safe|make_response|render_template_string|wfile\\.write)$|^self\\.write$|(^|\\.)response\\.html$",
        },
      },
      { kind: "assignment", has: { field: "left", regex: "^resp(onse)?\\.(body|text|data|content)$" } },
      { kind: "return_statement" },
    ],
    php: [{ kind: "echo_statement" }, { kind: "print_intrinsic" }],
    ruby: [{ kind: "call", has: { field: "method", regex: "^(html_safe|raw)$" } }],
    java: [
      { kind: "method_invocation", has: { field: "name", regex: "^(write|print|println|printf|format|append|sendError)$" } },
      { kind: "return_statement" },
    ],
    csharp: [{ kind: "invocation_expression", has: { field: "function", regex: "(Html\\.Raw|Response\\.Write)$" } }],
    go: [
      {
        kind: "call_expression",
        has: {
          field: "function",
          regex:
            "^(template\\.(HTML|JS|URL|HTMLAttr)|fmt\\.Fprintf?|fmt\\.Fprintln|(w|rw|res|resp|writer|wr)\\.(Write|WriteString)|io\\.WriteString|(c|ctx)\\.(Writer\\.(Write|WriteString)|Data|HTML|HTMLBlob|String|SendString|Send|WriteString|Response\\(\\)\\.Write))$",
        },
      },
    ],
  },
  when: (node, { language }) => language !== undefined && becomesHtml(node, language),
  message: "This value is put into a page as HTML. Whoever chooses it can run script in the browsers of others.",
  suggestion: "Set it as text (textContent, a template that escapes), or run it through a sanitizer that is made for HTML.",
});

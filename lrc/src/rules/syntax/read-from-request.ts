import type { Language } from "../rule.ts";
import { verbose } from "../text/index.ts";
import { argumentNodes } from "./call-parts.ts";
import { indexOf, isParameter, type Scope, scopeAt } from "./definitions.ts";
import { definitionsOf } from "./reaching.ts";
import { isRequestParameter, isSource } from "./source.ts";
import { isScript, type SyntaxNode } from "./tree.ts";

const requestType = /\b(?:\w*Servlet|\w*Http|Server|Web|Portlet|Action|Native|Multipart(?:Http)?)\w*Request\s+$/;
/** What is read out of a request by name, and not what a server keeps about it. */
const reading = verbose`
  ^(?:
    get | read | fetch | extract | require | parse | obtain
  )(?!
    \w*(?:
      Session | User | Locale | Principal | Context | Attribute | Address | Addr | Ip\b | Int\b | Integer | Long
      | Bool | Id\b | Instance | Bean | Logger | Dispatcher | Port | Count | Size | Date
    )
  )
`;

/** What a class that was made of the request reads out of it, and what a helper is handed the request for. */
export function isReadFromRequest(
  callee: string,
  receiver: SyntaxNode | undefined,
  values: readonly SyntaxNode[],
  language: Language,
): boolean {
  if (receiver === undefined || !reading.test(callee.slice(callee.lastIndexOf(".") + 1))) return false;
  if (isRequest(values[0]) && values.length > 1 && /^[A-Z]\w*$/.test(receiver.text()))
    return /Param|Header|Cookie|Query|Body|Input/.test(callee);
  const [made, ...others] = /^new\s/.test(receiver.text().slice(0, 4)) ? [receiver] : definitionsOf(receiver).map(({ value }) => value);
  if (made === undefined || others.length > 0 || !/^new\s+[\w.]+\s*\(/.test(made.text().slice(0, 120)) || language !== "java") return false;
  return argumentNodes(made).some(isRequest);
}

/** A parameter whose type is that of a request. */
function isRequest(node: SyntaxNode | undefined): boolean {
  const name = node?.text() ?? "";
  const index = node === undefined || !/^\w{1,40}$/.test(name) ? undefined : indexOf(node);
  if (index === undefined || node === undefined) return false;
  const scope = scopeAt(index.scopes, node.range().start.index);
  if (!isParameter(name, scope)) return false;
  const list = scope.node.field("parameters")?.text().slice(0, 1_000) ?? "";
  return requestType.test(list.slice(0, Math.max(0, list.search(new RegExp(`\\b${name}\\b\\s*[,)]`)))));
}

/** A part of what is a request under another name: `incoming.query.page`. */
export function isOfRequest(node: SyntaxNode, text: string, language: Language): boolean {
  if (!isScript.test(language) && language !== "go") return false;
  const [, base = "", rest = ""] = /^(\w{1,30})(\.[\s\S]+)$/.exec(text) ?? [];
  if (base === "" || base === "req" || !isSource(`req${rest}`, language)) return false;
  const index = indexOf(node);
  if (index === undefined) return false;
  for (let scope: Scope | undefined = scopeAt(index.scopes, node.range().start.index); scope?.parent !== undefined; scope = scope.parent)
    if (isParameter(base, scope)) return language === "go" ? isRequestOfGo(scope.node, base) : isRequestParameter(scope.node, base);
  return false;
}

/** `func page(w http.ResponseWriter, incoming *http.Request)`: what a handler is handed, whatever it is called. */
function isRequestOfGo(scope: SyntaxNode, name: string): boolean {
  const list = scope.field("parameters")?.text().slice(0, 1_000) ?? "";
  return new RegExp(
    `\\b${name}\\s+(?:\\*http\\.Request|\\*gin\\.Context|echo\\.Context|\\*?fiber\\.Ctx|\\*fasthttp\\.RequestCtx|iris\\.Context)\\b`,
  ).test(list);
}

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, optionOf, type SyntaxNode } from "../../../syntax/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

export const cleartextRequest = callRule({
  id: "javascript/cleartext-request",
  title: "A request is sent without encryption",
  category: "security",
  subcategory: "cleartext-transport",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [319],
  mentions: /["'`](?:http|ws|ftp):/i,
  callee: inScript(
    verbose`
      ^(?:fetch|axios|got|request|needle|superagent|ky|rp)$
      | ^(?:
          axios | got | request | needle | superagent | http | ky | rp | this\.http | \$http | httpClient | undici
        )\.(?:get|post|put|patch|delete|head|request|options)$
      | ^new\ (?:\w+\.)?(?:WebSocket|EventSource)$
      | ^\w*[xX](?:hr|http|Http|HttpRequest)\w*\.open$
      | \.loadURL$
      | ^(?:io|socketIO)(?:\.connect)?$
    `,
  ),
  when: ({ callee, arguments: values }, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    const asked = /\.open$/.test(callee) ? values[1] : values[0];
    if (asked === undefined) return false;
    const address = optionOf(asked, "url") ?? optionOf(asked, "uri") ?? asked;
    if (isOpen(address)) return !isOfManuals(address) || "doubtful";
    return /^http\.request$/.test(callee) && /^["'`]http:["'`]$/.test(optionOf(asked, "protocol")?.text() ?? "") ? "doubtful" : false;
  },
  message: "Everybody between the two ends can read and change what is asked and answered, cookies and keys included.",
  suggestion: "Ask for https: (or wss:), which most servers answer too.",
});

/** The address as it is written there, or where its variable is given it. */
function textOf(address: SyntaxNode): string {
  return (/^\w+$/.test(address.text()) ? assignmentsOf(address)[0] : address)?.text() ?? "";
}

const nearby = verbose("i")`
  ^.\w+:\/\/(?:
    localhost | 127\. | 0\.0\.0\.0 | \[?::1 | 10\. | 192\.168\. | 169\.254\. | 172\.(?:1[6-9]|2\d|3[01])\.
    | host\.docker | [\w-]+(?:[:/"'\`]|$) | \$\{
    | [\w.-]+\.(?:local|internal|test|invalid|svc|localhost|lan)(?![\w-])
  )
`;

function isOpen(address: SyntaxNode): boolean {
  const text = textOf(address);
  return /^["'`](?:http|ws|ftp):\/\/[^"'`/\s]/i.test(text) && !nearby.test(text);
}

function isOfManuals(address: SyntaxNode): boolean {
  return /\/\/(?:[\w-]+\.)?example\.(?:com|org|net)\b/i.test(textOf(address));
}

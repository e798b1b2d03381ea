import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { linesOf, optionOf, type SyntaxNode, writtenText } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const oldVersion = /^["'`]?TLSv1(?:\.1)?["'`]?$/;
const oldMethod = /^["'`]?(?:SSLv[23]|TLSv1(?:_1)?)_(?:client_|server_)?method["'`]?$/;
/** What speaks every version that the machine knows, unless the old ones are taken out. */
const anyMethod = /^["'`]?(?:SSLv23|TLS)_(?:client_|server_)?method["'`]?$/;

export const oldTls = callRule({
  id: "javascript/old-tls",
  title: "A connection may use an outdated version of TLS",
  category: "security",
  subcategory: "weak-protocol",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [326, 327],
  mentions: /secureProtocol|minVersion|maxVersion/,
  callee: inScript(
    verbose`
      ^(?:
        tls\.(?:connect|createServer|createSecureContext)
        | https\.(?:request|get|createServer)
        | new\ https\.Agent | new\ tls\.TLSSocket
        | http2\.(?:connect|createSecureServer)
        | (?:request|axios|got|needle)(?:\.\w+)?
      )$
    `,
  ),
  when: ({ arguments: values, node }) => {
    for (const value of values) {
      const method = optionOf(value, "secureProtocol");
      const forbidden = optionOf(value, "secureOptions")?.text() ?? "";
      const isOld =
        (method !== undefined &&
          (oldMethod.test(writtenIn(method)) ||
            (anyMethod.test(writtenIn(method)) && !/NO_TLSv1\b[\s\S]*NO_TLSv1_1|NO_TLSv1_1[\s\S]*NO_TLSv1\b/.test(forbidden)))) ||
        ["minVersion", "maxVersion"].some((name) => oldVersion.test(writtenIn(optionOf(value, name))));
      // Where the call itself has the version in its words, the rule for lines says so.
      if (isOld) return !isSaidByLine(node) && node;
    }
    return false;
  },
  message: "The version that is allowed here has known attacks, and who sits in between picks the weakest that both ends speak.",
  suggestion: 'Leave secureProtocol out and set minVersion: "TLSv1.2", or leave that out, too.',
});

function writtenIn(node: SyntaxNode | undefined): string {
  return node === undefined ? "" : writtenText(node) || node.text();
}

function isSaidByLine(node: SyntaxNode): boolean {
  const { startLine, endLine } = linesOf(node);
  return (
    startLine === endLine &&
    /secureProtocol\s*:\s*["'](?:SSLv\d|TLSv1_method|TLSv1_1_method)|minVersion\s*:\s*["']TLSv1(?:\.1)?["']/.test(node.text())
  );
}

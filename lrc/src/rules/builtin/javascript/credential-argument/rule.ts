import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, objectOf, optionOf, type SyntaxNode, writtenOf } from "../../../syntax/index.ts";
import { isMadeUpPath, isPlaceholder, verbose } from "../../../text/index.ts";

export const credentialArgument = callRule({
  id: "javascript/credential-argument",
  title: "A password is handed over as a text in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [259, 798],
  mentions:
    /auth|Auth|Sequelize|credential|password|passwd|secretAccessKey|login|scrypt|pbkdf2|createSecretKey|bind|clientSecret|passphrase/i,
  callee: inScript(
    verbose`
      \.auth$ | ^basicAuth$ | \.(?:bind|simpleBind)$ | ^knex$ | ^new\ (?:IO)?Redis$ | ^new\ AWS\.[A-Z]\w+$
      | ^new\ [A-Z]\w*(?:Client|Strategy)$
      | ^(?:crypto\.)?(?:scrypt|scryptSync|pbkdf2|pbkdf2Sync|createSecretKey|createPrivateKey)$
      | ^new\ Sequelize$ | \.authenticate$ | ^(AWS|aws)\.config\.update$
      | ^new\ AWS\.(Config|Credentials)$
      | \.(createConnection|createPool|createClient|createTransport|loginWithUsernamePassword|connect)$
      | ^new\ (\w+\.)?(Client|Pool|Connection|MongoClient)$
      | ^(request|axios|got|superagent|https?)(\.(get|post|put|head|request|delete))?$
    `,
  ),
  when: ({ callee, arguments: values }, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    if (/(?:scrypt|pbkdf2)(?:Sync)?$|createSecretKey$/.test(callee)) return isPassword(values[0]);
    if (/\.(?:bind|simpleBind)$/.test(callee)) return isDistinguishedName(values[0]) && isPassword(values[1]);
    if (/^new Sequelize$/.test(callee))
      return isPassword(values[2]) || isPassword(optionOf(values[0], "password")) || isPassword(optionOf(values[3], "password"));
    if (/\.auth$|^basicAuth$|loginWithUsername/.test(callee)) {
      const users = objectOf(optionOf(values[0], "users"));
      if (users?.children().some((child) => child.kind() === "pair" && isPassword(child.field("value") ?? undefined))) return true;
      return /^["'`]/.test(values[0]?.text() ?? "") && isPassword(values[1]);
    }
    return values.some((value) =>
      [
        "password",
        "pass",
        "passwd",
        "secretAccessKey",
        "auth.pass",
        "auth.password",
        "auth.bearer",
        "credentials.secretAccessKey",
        "connection.password",
        "authentication.options.password",
        "clientSecret",
        "passphrase",
      ].some((name) => isPassword(optionOf(value, name))),
    );
  },
  message: "Everybody who reads the source can log in with it, and it is the same wherever this runs.",
  suggestion: "Read it from the environment or a secret store when the program starts.",
});

/** A text in quotes with something in it that could open a door. */
function isPassword(node: SyntaxNode | undefined): boolean {
  if (node === undefined) return false;
  // A variable that may hold something else, too, is not that text.
  const texts = node.kind() === "identifier" ? writtenOf(node) : [];
  const text = texts.length === 1 && typeof texts[0] === "string" && isOnlyWritten(node) ? JSON.stringify(texts[0]) : node.text();
  const value = /^(["'`])([^"'`\n$]{4,200})\1$/.exec(text)?.[2];
  return value !== undefined && !isPlaceholder(value) && !/^[<{[%]|^(?:password|secret|pass|test)$/i.test(value);
}

/** Whether all that a variable is given stands in quotes. */
function isOnlyWritten(name: SyntaxNode): boolean {
  const given = assignmentsOf(name);
  return given.length > 0 && given.every((value) => /string/.test(String(value.kind())));
}

/** What somebody is called in a directory. */
function isDistinguishedName(node: SyntaxNode | undefined): boolean {
  return /^["'`](?:cn|uid|dc|ou)=/i.test(node?.text() ?? "");
}

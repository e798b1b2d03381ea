import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { objectOf, optionOf, type SyntaxNode } from "../../../syntax/index.ts";
import { isMadeUpPath, isPlaceholder } from "../../../text/index.ts";

export const credentialArgument = callRule({
  id: "javascript/credential-argument",
  title: "A password is handed over as a text in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [259, 798],
  mentions: /auth|Auth|Sequelize|credential|password|passwd|secretAccessKey|login/i,
  callee: inScript(
    /\.auth$|^basicAuth$|^new Sequelize$|\.authenticate$|^(AWS|aws)\.config\.update$|^new AWS\.(Config|Credentials)$|\.(createConnection|createPool|createClient|createTransport|loginWithUsernamePassword|connect)$|^new (\w+\.)?(Client|Pool|Connection|MongoClient)$|^(request|axios|got|superagent|https?)(\.(get|post|put|head|request|delete))?$/,
  ),
  when: ({ callee, arguments: values }, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    if (/^new Sequelize$/.test(callee))
      return isPassword(values[2]) || isPassword(optionOf(values[0], "password")) || isPassword(optionOf(values[3], "password"));
    if (/\.auth$|^basicAuth$|loginWithUsername/.test(callee)) {
      const users = objectOf(optionOf(values[0], "users"));
      if (users?.children().some((child) => child.kind() === "pair" && isPassword(child.field("value") ?? undefined))) return true;
      return /^["'`]/.test(values[0]?.text() ?? "") && isPassword(values[1]);
    }
    return values.some((value) =>
      ["password", "pass", "passwd", "secretAccessKey", "auth.pass", "auth.password", "auth.bearer", "credentials.secretAccessKey"].some(
        (name) => isPassword(optionOf(value, name)),
      ),
    );
  },
  message: "Everybody who reads the source can log in with it, and it is the same wherever this runs.",
  suggestion: "Read it from the environment or a secret store when the program starts.",
});

/** A text in quotes with something in it that could open a door. */
function isPassword(node: SyntaxNode | undefined): boolean {
  const value = /^(["'`])([^"'`\n$]{4,200})\1$/.exec(node?.text() ?? "")?.[2];
  return value !== undefined && !isPlaceholder(value) && !/^[<{[%]|^(?:password|secret|pass|test)$/i.test(value);
}

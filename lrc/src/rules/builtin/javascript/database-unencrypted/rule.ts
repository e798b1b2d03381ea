import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isOpenEnded, objectOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const databaseUnencrypted = callRule({
  id: "javascript/database-unencrypted",
  title: "A database is talked to without encryption",
  category: "security",
  subcategory: "cleartext-transport",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [319],
  mentions: /Sequelize|Pool|Client|createConnection|createTransport|ssl/,
  callee: inScript(
    verbose`
      ^new\ (?:\w+\.)?(?:Sequelize|Pool|Client|DataSource)$
      | ^(?:mysql2?|pg|nodemailer|mariadb)\.(?:createConnection|createPool|createTransport)$
      | ^(?:createConnection|createTransport)$
    `,
  ),
  when: ({ callee, arguments: values }) => {
    const options = values.find((value) => objectOf(value) !== undefined);
    if (options === undefined || isOpenEnded(options)) return false;
    const text = objectOf(options)?.text() ?? "";
    if (/\b(?:ssl|requireTLS|secure)["']?\s*:\s*false\b/.test(text)) return true;
    if (/createTransport$/.test(callee)) return !/secure|service|SES|sendmail|stream|jsonTransport|requireTLS|465/.test(text);
    return /Sequelize$/.test(callee) && !/ssl|tls|sqlite|storage/i.test(text) && !/localhost|127\.0\.0\.1/.test(text);
  },
  message: "Everybody between the two ends can read and change what is asked and answered, the password included.",
  suggestion: "ssl: { ca } with the certificate of the server, or secure: true.",
});

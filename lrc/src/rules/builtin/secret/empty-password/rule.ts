import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, named, type SyntaxNode } from "../../../syntax/index.ts";
import { isMadeUpPath } from "../../../text/index.ts";

export const emptyPassword = callRule({
  id: "secret/empty-password",
  title: "A database is opened without a password",
  category: "security",
  subcategory: "missing-authentication",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java"],
  cwe: [258, 521],
  mentions: /connect|Connection|password|Password|passwd|PASSWORD/,
  callee: {
    python: /(^|\.)(connect|create_engine|MySQLConnection|Connection|set_password|DB)$/,
    java: /(^|\.)(getConnection|setPassword|withPassword|password)$|^new PasswordAuthentication$/,
  },
  when: (call, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    const { arguments: values, callee, language } = call;
    if (language === "java")
      return /getConnection$|PasswordAuthentication$/.test(callee)
        ? (values.length === 3 && isEmpty(values[2])) || isEmptyInUrl(values[0])
        : values.length === 1 && isEmpty(values[0]);
    if (/set_password$/.test(callee)) return isEmpty(values[0]);
    if (isEmptyInUrl(values[0])) return true;
    if (/\.DB$/.test(callee) && named(call, "dbname") === undefined && named(call, "host") === undefined) return false;
    const given = named(call, "password") ?? named(call, "passwd");
    return given !== undefined ? isEmpty(given) : /(?:mysql|pymysql|MySQLdb|pgdb)[\w.]*\.connect$/.test(callee) && isEmpty(values[2]);
  },
  message: "Whoever reaches the database is let in.",
  suggestion: "Give the account a password and read it from the environment or a secret store.",
});

function isEmpty(value: SyntaxNode | undefined): boolean {
  return value !== undefined && [value, ...assignmentsOf(value).slice(0, 1)].some((one) => /^b?(?:""|'')$/.test(one.text()));
}

const urlWithoutPassword =
  /^["'](?:jdbc:)?(?:postgres|mysql|mariadb|oracle|mssql|sqlserver)[\w:+@/.-]{0,80}(?::@|[?&;]password=(?:[&;"']|$)|\/\/\w+@[\w.-]+\.\w)/;

/** `postgresql://user:@host` and `password=&`. */
function isEmptyInUrl(value: SyntaxNode | undefined): boolean {
  return (
    value !== undefined && [value, ...assignmentsOf(value).slice(0, 1)].some((one) => urlWithoutPassword.test(one.text().slice(0, 300)))
  );
}

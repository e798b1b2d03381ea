import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const directoryLogin = lineRule({
  id: "web/directory-login",
  title: "A directory is asked without logging in",
  category: "security",
  subcategory: "missing-authentication",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "java"],
  cwe: [287, 521],
  match: {
    python: verbose`
      \.(?:simple_bind|simple_bind_s|bind|bind_s)\(\s*(?:
        \)
        | (?:["'][^"']*["']|who=[^,()]{1,80}|\w+)\s*(?:\)|,\s*(?:cred\s*=\s*)?(?:["']{2}|None)\s*\))
      )
    `,
    java: verbose`
      SECURITY_AUTHENTICATION\s*,\s*"none"
      | "java\.naming\.security\.authentication"\s*,\s*"none"
      | \.setAnonymousReadOnly\(\s*true
      | new\ SearchControls\([^()]{0,160},\s*true\s*,\s*\w+\s*\)
      | \.setReturningObjFlag\(\s*true
    `,
  },
  when: (_found, line, lines, { language }) =>
    language === "java" || /ldap/i.test(lines.slice(Math.max(0, line - 30), line + 1).join("\n")),
  message: "Everybody who reaches the directory is answered, or may put an object into it that is loaded here.",
  suggestion: "Log in with an account that may only read what is needed, and do not ask for objects.",
});

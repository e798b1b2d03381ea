import { lineRule } from "../../../kinds/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

export const frameworkKey = lineRule({
  id: "secret/framework-key",
  title: "The key a framework signs its sessions with is written in the source",
  category: "security",
  subcategory: "exposed-secret",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [321, 798],
  match: verbose`
    (?<![\w.])(?:\w+\.)?(?:
      config\[["'](?:JWT_)?SECRET_KEY["']\]
      | (?:JWT_|FLASK_|DJANGO_)?SECRET_KEY
      | secret_key | CRYPTOGRAPHY_KEY | JWT_SECRET | SIGNING_KEY | WTF_CSRF_SECRET_KEY | cookie_secret
    )\s*=\s*(?:[rbu]{0,2}(["'])[^"'\s]{4,}\1|(\w+))\s*(?:[,)#}]|$)
    | ["'](?:JWT_|WTF_CSRF_)?SECRET_KEY["']\s*[:,]\s*[rbu]{0,2}["'][^"'\s]{4,}["']
    | Hashids\(\s*salt\s*=\s*(?:\w+\.)*(?:config\[["'])?SECRET_KEY
  `,
  when: (found, line, lines, { diff }) => {
    if (isMadeUpPath(diff.path) || /environ|getenv|config\(|\bget\(/.test(found.input)) return false;
    if (/["'](?:\$|<|\{\{|change_?me|your[-_]|(?:true|false|none|null|password)["'])/i.test(found[0])) return false;
    const name = found[2];
    if (name === undefined) return true;
    // A name that was given a text further up.
    const given = new RegExp(`^\\s*${name}\\s*=\\s*[rbu]{0,2}["'][^"'\\s]{4,}["']\\s*(?:#|$)`);
    return lines.slice(Math.max(0, line - 40), line - 1).some((text) => text.length < 300 && given.test(text));
  },
  message: "Whoever reads the source can sign sessions and tokens of their own: any user, any role.",
  suggestion: "Read it from the environment or a secret store when the program starts.",
});

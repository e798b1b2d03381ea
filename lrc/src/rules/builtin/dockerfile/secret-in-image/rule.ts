import { lineRule } from "../../../kinds/index.ts";
import { isRandom, passwordStrength, verbose } from "../../../text/index.ts";

export const secretInImage = lineRule({
  id: "dockerfile/secret-in-image",
  title: "A secret is built into an image",
  category: "security",
  subcategory: "exposed-secret",
  severity: "error",
  confidence: "medium",
  languages: ["dockerfile"],
  cwe: [522, 538],
  match: verbose("i")`
    ^\s*(?:ENV|ARG)\s+[^#]{0,80}?\b(
      \w*(?:
        PASSWORD | PASSWD | SECRET | TOKEN | API_?KEY | PRIVATE_KEY | ACCESS_KEY
      )\w*
    )(?:=|\s+)["']?([^\s"'$]{4,})
    | ^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*(?:\S*\/)?(?:\.env|id_rsa|id_ed25519|\.npmrc|\.netrc|\.pypirc|\.aws|\.ssh)\b
  `,
  when: (found) =>
    found[2] === undefined ||
    ((isRandom(found[2]) || passwordStrength(found[2]) !== undefined) && !/_FILE$|_PATH$|_ID$/i.test(found[1] ?? "")),
  message: "It stays in the layers of the image: everybody who can pull it can read it, even if a later line removes it.",
  suggestion: "Use RUN --mount=type=secret for building, and the environment for running.",
});

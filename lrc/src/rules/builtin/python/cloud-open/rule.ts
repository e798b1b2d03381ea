import { lineRule } from "../../../kinds/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

export const cloudOpen = lineRule({
  id: "python/cloud-open",
  title: "Something in the cloud is made for everybody, or without encryption",
  category: "security",
  subcategory: "open-access",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [284, 311, 732],
  match: verbose`
    \bACL["']?\s*[=:]\s*["']public-read
    | \bPubliclyAccessible["']?\s*[=:]\s*True\b
    | \b(?:StorageEncrypted|AtRestEncryptionEnabled|TransitEncryptionEnabled)["']?\s*[=:]\s*False\b
    | \bBlockPublic(?:Acls|Policy)["']?\s*[=:]\s*False\b
    | \bRestrictPublicBuckets["']?\s*[=:]\s*False\b
  `,
  when: (_found, _line, lines, { diff }) =>
    !isMadeUpPath(diff.path) && /\b(?:boto3|botocore|aiobotocore|aioboto3)\b/.test(lines.slice(0, 400).join("\n")),
  message: "Whoever knows the address, and addresses are searched for, reads what is in it; without encryption so does who gets the disk.",
  suggestion: "Keep it private and hand out signed addresses; switch encryption on when it is made.",
});

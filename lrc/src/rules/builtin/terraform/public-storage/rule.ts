import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const publicStorage = lineRule({
  id: "terraform/public-storage",
  title: "Storage or a database is public",
  category: "security",
  subcategory: "network-exposure",
  severity: "error",
  confidence: "high",
  languages: ["terraform", "yaml"],
  cwe: [284, 732],
  match: verbose`
    \bacl\s*=\s*"public-read(?:-write)?"
    | publicly_accessible\s*=\s*true
    | block_public_(?:acls|policy)\s*=\s*false
    | (?:ignore_public_acls|restrict_public_buckets)\s*=\s*false
    | allow_(?:blob_public_access|nested_items_to_be_public)\s*=\s*true
    | "allUsers" | "allAuthenticatedUsers" | AccessControl:\s*PublicRead | PubliclyAccessible:\s*true
    | public_network_access_enabled\s*=\s*true
  `,
  message: "Everybody on the internet can reach what is stored there.",
  suggestion: "Keep it private, and hand out what must be public through something in front of it.",
});

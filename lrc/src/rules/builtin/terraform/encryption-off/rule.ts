import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const encryptionOff = lineRule({
  id: "terraform/encryption-off",
  title: "Data are stored unencrypted",
  category: "security",
  subcategory: "missing-encryption",
  severity: "warning",
  confidence: "high",
  languages: ["terraform"],
  cwe: [311],
  match: verbose`
    \b(?:
      storage_encrypted | encrypted | kms_encrypted | encryption_at_rest_enabled | at_rest_encryption_enabled
      | transit_encryption_enabled | enable_key_rotation | encrypt_at_rest | https_only | enable_https_traffic_only
      | require_secure_transport | ssl_enforcement_enabled
    )\s*=\s*false\b
  `,
  message: "Whoever gets at the disk, a copy of it or the wire reads everything.",
  suggestion: "Switch it on; it costs nothing.",
});

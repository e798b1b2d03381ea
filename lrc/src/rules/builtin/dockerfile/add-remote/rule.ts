import { lineRule } from "../../../kinds/index.ts";

export const addRemote = lineRule({
  id: "dockerfile/add-remote",
  title: "ADD fetches an address without checking what comes",
  category: "security",
  subcategory: "supply-chain",
  severity: "warning",
  confidence: "high",
  languages: ["dockerfile"],
  cwe: [494],
  match: /^\s*ADD\s+(?!.*--checksum=)(?:--\S+\s+)*https?:\/\//i,
  message: "Nothing says what the address gave when this was built, and what it gives next time.",
  suggestion: "ADD --checksum=sha256:…, or download and compare in one RUN.",
});

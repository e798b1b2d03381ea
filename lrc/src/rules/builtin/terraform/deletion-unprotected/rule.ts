import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const deletionUnprotected = lineRule({
  id: "terraform/deletion-unprotected",
  title: "A database can be deleted without a copy",
  category: "reliability",
  subcategory: "data-loss",
  severity: "warning",
  confidence: "medium",
  languages: ["terraform"],
  cwe: [1220],
  match: verbose`
    \b(?:
      skip_final_snapshot\s*=\s*true
      | deletion_protection\s*=\s*false
      | backup_retention_period\s*=\s*0
      | force_destroy\s*=\s*true | prevent_destroy\s*=\s*false
    )\b
  `,
  when: (_found, _line, _lines, { diff }) => !/(^|[/_.-])(dev|test|staging|sandbox)([/_.-]|$)/i.test(diff.path),
  message: "One wrong plan that is applied, and the data are gone with no copy left.",
  suggestion: "Protect what holds data; take the protection off in a change of its own when it is to go.",
});

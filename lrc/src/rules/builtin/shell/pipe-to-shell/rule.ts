import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const pipeToShell = lineRule({
  id: "shell/pipe-to-shell",
  title: "What is downloaded is run unseen",
  category: "security",
  subcategory: "supply-chain",
  severity: "warning",
  confidence: "medium",
  languages: ["shell", "dockerfile", "yaml"],
  cwe: [494],
  match: verbose`
    \b(?:curl|wget)\b[^|;#]{0,400}\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:\/bin\/)?(?:ba|z|da|k)?sh\b
    | \b(?:ba)?sh\s+(?:-c\s+)?["']?(?:<\(|\$\()\s*(?:curl|wget)\b
  `,
  message: "Whoever controls the address, or the way to it, runs what they like here, and half a download is run as well.",
  suggestion: "Download a version, compare its checksum, then run it.",
});

import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const privilegedContainer = lineRule({
  id: "yaml/privileged-container",
  title: "A container has the rights of its host",
  category: "security",
  subcategory: "excessive-permission",
  severity: "error",
  confidence: "medium",
  languages: ["yaml", "terraform"],
  cwe: [250],
  match: verbose`
    ^\s*(?:-\s+)?(?:
      privileged\s*[:=]\s*true
      | allowPrivilegeEscalation\s*:\s*true
      | host(?:Network|PID|IPC)\s*:\s*true
      | runAsUser\s*:\s*0 | runAsNonRoot\s*:\s*false | network_mode\s*:\s*["']?host | pid\s*:\s*["']?host
    )\s*["']?\s*(?:\#.*)?$
    | \/var\/run\/docker\.sock
    | ^\s*-\s*["']?(?:SYS_ADMIN|ALL|NET_ADMIN|SYS_PTRACE)["']?\s*(?:\#.*)?$
  `,
  when: (found, line, lines) =>
    !/^\s*-\s*["']?(?:ALL|SYS|NET)/.test(found[0]) ||
    /\b(?:add|cap_add)\s*:/.test(lines.slice(Math.max(0, line - 4), line - 1).findLast((text) => /:\s*$/.test(text)) ?? ""),
  message: "Whoever breaks out of the program in it is root on the machine.",
  suggestion: "Leave it out; add the one capability that is needed, if any.",
});

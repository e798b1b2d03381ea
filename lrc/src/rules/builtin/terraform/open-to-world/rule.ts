import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const openToWorld = lineRule({
  id: "terraform/open-to-world",
  title: "A port is open to the whole internet",
  category: "security",
  subcategory: "network-exposure",
  severity: "error",
  confidence: "medium",
  languages: ["terraform", "yaml"],
  cwe: [284],
  match: verbose`
    (?:
      cidr_blocks? | source_ranges | cidr_ipv4 | source_address_prefix(?:es)? | ipv6_cidr_blocks | CidrIp
    )\s*[=:]\s*\[?\s*["']?(?:0\.0\.0\.0\/0|::\/0|\*|Internet)["']?
  `,
  when: (_found, line, lines) => {
    const around = lines.slice(Math.max(0, line - 12), line + 8).join("\n");
    if (
      /\begress\b|direction\s*=\s*"(?:Outbound|EGRESS)"|type\s*=\s*"egress"|SecurityGroupEgress/i.test(
        lines.slice(Math.max(0, line - 8), line).join("\n"),
      )
    )
      return false;
    const ports = [
      ...around.matchAll(/(?:from_port|to_port|FromPort|ToPort|ports?|destination_port_range)\s*[=:]\s*\[?\s*["']?(\d+)/g),
    ].map(([, port]) => Number(port));
    return ports.length === 0
      ? /ingress|Inbound|firewall/i.test(around) && /protocol\s*=\s*"-1"|"all"/i.test(around)
      : !ports.every((port) => port === 80 || port === 443);
  },
  message: "Everybody can try this port, and somebody does within minutes.",
  suggestion: "Name the networks that need it, or put something in front of it.",
});

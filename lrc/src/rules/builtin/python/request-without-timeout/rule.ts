import { callRule } from "../../../kinds/index.ts";
import { named } from "../../../syntax/index.ts";
import { isMadeUpPath } from "../../../text/index.ts";

export const requestWithoutTimeout = callRule({
  id: "python/request-without-timeout",
  title: "A request waits for ever",
  category: "reliability",
  subcategory: "missing-timeout",
  severity: "info",
  confidence: "medium",
  languages: ["python"],
  cwe: [400, 1088],
  mentions: /requests\./,
  callee: { python: /^requests\.(get|post|put|patch|delete|head|options|request)$/ },
  when: (call, { diff }) => named(call, "timeout") === undefined && !/\*\*/.test(call.node.text()) && !isMadeUpPath(diff.path),
  message: "requests has no time-out of its own: a peer that accepts and says nothing holds this for ever.",
  suggestion: "Pass timeout=…",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const tokenExposes = callRule({
  id: "javascript/token-exposes",
  title: "A token carries more than who it is for",
  category: "security",
  subcategory: "exposed-data",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [312, 522],
  mentions: /jwt|JWT|jose|jsonwebtoken/,
  callee: inScript(/^(jwt|jsonwebtoken|JWT|jose\.JWT|jwtSimple)\.(sign|encode)$|^new (jose\.)?SignJWT$/),
  when: ({ arguments: [payload] }) =>
    payload !== undefined &&
    (/^(?:user|account|profile|customer|data|employee|person)$/i.test(payload.text()) ||
      (payload.kind() === "object" && /\b(?:password|passwd|email|mail|phone|ssn|address|user)\b\s*[:,}]|\.\.\./i.test(payload.text()))),
  message: "Everybody who holds the token can read what is in it: it is signed, not encrypted.",
  suggestion: "Put in an id and an end, and look the rest up.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { objectOf } from "../../../syntax/index.ts";

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
    (wholePerson.test(payload.text()) ||
      /\b(?:password|passwd|passphrase|pwd|secret|ssn|credentials?|creditCard)\b["']?\s*[:,}]|\.(?:password|passwd|secret)\b/i.test(
        objectOf(payload)?.text() ?? payload.text(),
      ) ||
      (payload.kind() === "object" && /\b(?:email|phone|address|user)\b\s*[:,}]|\.\.\./i.test(payload.text()) ? "doubtful" : false)),
  message: "Everybody who holds the token can read what is in it: it is signed, not encrypted.",
  suggestion: "Put in an id and an end, and look the rest up.",
});

const person = "(?:user|account|profile|customer|employee|person|creds?|credentials)";
/** All that is known of somebody: `user`, `user.toJSON()`, `{ ...user }`, `Object.assign({}, user)`. */
const wholePerson = new RegExp(
  `^(?:${person}(?:\\.(?:toJSON|toObject|get)\\(\\))?|\\{\\s*\\.\\.\\.${person}(?:\\.dataValues|\\._doc)?\\s*\\}|Object\\.assign\\(\\{\\},\\s*${person}\\)|JSON\\.parse\\(JSON\\.stringify\\(${person}\\)\\))$`,
  "i",
);

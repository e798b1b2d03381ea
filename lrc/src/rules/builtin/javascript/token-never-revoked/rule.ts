import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isOpenEnded, objectOf, optionOf } from "../../../syntax/index.ts";

export const tokenNeverRevoked = callRule({
  id: "javascript/token-never-revoked",
  title: "A token cannot be taken back",
  category: "security",
  subcategory: "session-lifetime",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [613],
  mentions: /express-?jwt|expressJwt/i,
  callee: inScript(/^(expressJwt|expressjwt)(\.expressjwt)?$/),
  when: ({ arguments: [options] }) =>
    objectOf(options) !== undefined && !isOpenEnded(options) && optionOf(options, "isRevoked") === undefined,
  message: "Who stole a token stays logged in until it ends, whatever the user does.",
  suggestion: "Give isRevoked a function that asks a list, or let tokens live for minutes.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isMentioned, optionOf } from "../../../syntax/index.ts";

/** What answers requests. */
const server = /["'](?:express|fastify|koa|@hapi\/hapi|hapi|restify|@nestjs\/common|next|http)["']|\breq(?:uest)?\.(?:body|query|params)\b/;

export const validatorCollectsAll = callRule({
  id: "javascript/validator-collects-all",
  title: "A validator goes on after the first fault",
  category: "security",
  subcategory: "denial-of-service",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [400],
  mentions: /allErrors/,
  callee: inScript(/^new (?:\w+\.)?Ajv\w*$|^[aA]jv$/),
  when: ({ arguments: [options], node }) =>
    optionOf(options, "allErrors")?.text() !== "true" ? false : isMentioned(node, server) || "doubtful",
  message: "Every fault of a long document is collected: one request with a million of them takes the memory and the time of all others.",
  suggestion: "Leave allErrors off for what comes from outside, or only switch it on for development.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const nosqlInjection = callRule({
  id: "javascript/nosql-injection",
  title: "A query of a document store takes what a request holds",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [943],
  mentions: /find|update|delete|\$where|remove/,
  callee: inScript(
    /\.(find|findOne|findOneAndUpdate|findOneAndDelete|updateOne|updateMany|deleteOne|deleteMany|countDocuments|aggregate|remove|where)$/,
  ),
  when: ({ arguments: [first] }) =>
    first !== undefined &&
    (/^(req|request|ctx)\.(body|query|params)$/.test(first.text()) ||
      /^\{[\s\S]{0,200}:\s*(req|request|ctx(\.request)?)\.(body|query)\.\w+\s*[,}]/.test(first.text()) ||
      /\$where["']?\s*:\s*(`[^`]*\$\{|["'][^"']*["']\s*\+)/.test(first.text())),
  message: 'A request can hold an object where a text is meant: {"$ne": null} as a password matches every user.',
  suggestion: "Make a text of it (String(…)), or check the request against a schema first.",
});

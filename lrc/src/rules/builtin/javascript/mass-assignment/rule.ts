import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";

export const massAssignment = callRule({
  id: "javascript/mass-assignment",
  title: "A record takes over all that a request holds",
  category: "security",
  subcategory: "mass-assignment",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [915],
  mentions: /\.body|\.query/,
  callee: inScript(
    /^new [A-Z]\w*$|^[A-Z]\w*\.(create|insertMany|findByIdAndUpdate|findOneAndUpdate|update|updateOne|build|bulkCreate|upsert)$/,
  ),
  when: ({ arguments: values, callee }) =>
    !/Error|Map|Set|Date|RegExp|URL|Promise|Buffer|Array|Object|Response|FormData/.test(callee) &&
    values.some((value) => /^(?:\{\s*\.\.\.)?(?:req|request|ctx\.request)\.(?:body|query)(?:\s*\})?$/.test(value.text())),
  message: "Whoever sends the request also sets the fields that no form shows: isAdmin, price, owner.",
  suggestion: "Take over the fields that are meant, by name.",
});

import { callRule } from "../../../kinds/index.ts";
import { type Call, compositionOf, isFromRequest, named, originOf, origins } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** The text of a condition of DynamoDB, which takes values beside it. */
function isPutTogether(call: Call): boolean {
  return ["FilterExpression", "KeyConditionExpression"].some((name) => {
    const value = named(call, name);
    return (
      value !== undefined &&
      ((compositionOf(value)?.parts ?? []).some((part) => (originOf(part, "python") & ~origins.cleaned) !== 0) ||
        isFromRequest(value, "python"))
    );
  });
}

export const documentQuery = callRule({
  id: "injection/document-query",
  title: "A query of a document store is put together from a request",
  category: "security",
  subcategory: "injection",
  severity: "warning",
  confidence: "medium",
  languages: ["python", "go", "java"],
  cwe: [943],
  mentions: /dynamodb|mongo|bson|collection|Collection|BasicDBObject|\$where/,
  callee: {
    python: verbose`
      (^|\.)(
        find | find_one | find_one_and_update | find_one_and_delete | update_one | update_many | delete_one
        | delete_many | aggregate | count_documents | remove | scan | query
      )$
    `,
    go: verbose`
      \.(
        Find | FindOne | FindOneAndDelete | FindOneAndReplace | FindOneAndUpdate | Aggregate | CountDocuments
        | DeleteMany | DeleteOne | Distinct | ReplaceOne | UpdateMany | UpdateOne | Watch
      )$
    `,
    java: /^new BasicDBObject$|\.put$|^Document\.parse$|^BasicDBObject\.parse$|^JSON\.parse$|^new BasicQuery$/,
  },
  when: (call) => {
    const { arguments: values, language, callee } = call;
    if (language === "go") return values.slice(1).some((value) => isFromRequest(value, language));
    if (language === "python") {
      if (/\.(?:scan|query)$/.test(callee)) return isPutTogether(call);
      const [first] = values;
      return (
        first !== undefined &&
        (/\$where/.test(first.text())
          ? isFromRequest(first, language)
          : /get_json|\.json\b|loads\(/.test(first.text().replace(/\b(?:str|int)\([^()]{0,80}\)/g, "")) && isFromRequest(first, language))
      );
    }
    if (/parse$|BasicQuery$/.test(callee)) return values[0] !== undefined && isFromRequest(values[0], language);
    return (
      /"\$where"/.test(values[0]?.text() ?? "") &&
      values[1] !== undefined &&
      (compositionOf(values[1]) !== undefined || isFromRequest(values[1], language))
    );
  },
  message: "What the request holds becomes part of the query: operators and code in it find other documents than were meant.",
  suggestion: "Take single values out of the request, as texts or numbers, and compare fields with those.",
});

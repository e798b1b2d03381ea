import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import type { Language } from "../../../rule.ts";
import { assignmentsOf, compositionOf, isFromRequest, optionOf, type SyntaxNode, textUpTo } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

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
    verbose`
      ^new\ (?:Query|Scan|ExecuteStatement)Command$
      | ^(?:docClient|documentClient|dynamo\w*|ddb\w*)\.(?:query|scan|executeStatement)$
      | \.(
          find | findOne | findOneAndUpdate | findOneAndDelete | findOneAndRemove | findOneAndReplace
          | findByIdAndUpdate | updateOne | updateMany | update | replaceOne | deleteOne | deleteMany | countDocuments
          | count | distinct | aggregate | remove | where | and | or | nor
        )$
    `,
  ),
  when: ({ arguments: values, language, callee }) => {
    const [first] = values;
    if (/Command$|^(?:doc|dynamo|ddb)/i.test(callee))
      return (
        first !== undefined && (isOpenExpression(first, language) || (isFromRequest(first, language) && !/Key|:\w/.test(first.text())))
      );
    if (/^(?:\w*[kK]nex\w*|trx|qb)\b.*\.where$/.test(callee)) return false; // a table's
    if (first === undefined || /function|arrow/.test(String(first.kind())) || isText(first)) return false;
    return (
      (/^(?:\w+|\{[^{}]*\})$/.test(first.text()) &&
        /^[A-Z]\w*\.|[cC]ollection|\b(?:doc|docs|users?|coll|db|model|Model|posts?|items?)\./.test(callee) &&
        !/\bwhere\s*:|String\(|\.toString\(|\$eq\b/.test(first.text()) &&
        /\.(?:body|query)\b/.test([first, ...assignmentsOf(first), ...namesIn(first)].map((one) => one.text()).join(" ")) &&
        isFromRequest(first, language)) ||
      /^(req|request|ctx)\.(body|query|params)$/.test(first.text()) ||
      /^\{[^$]{0,200}:\s*(req|request|ctx(\.request)?)\.(body|query)\.\w+\s*[,}]/.test(first.text()) ||
      isOpenProgram(optionOf(first, "$where"), language)
    );
  },
  message: 'A request can hold an object where a text is meant: {"$ne": null} as a password matches every user.',
  suggestion: "Make a text of it (String(…)), or check the request against a schema first.",
});

/** An expression of DynamoDB that a request is put into, rather than handed over as a value of it. */
function isOpenExpression(query: SyntaxNode, language: Language): boolean {
  return ["FilterExpression", "KeyConditionExpression", "Statement"].some((name) => {
    const value = optionOf(query, name);
    return value !== undefined && isFromRequest(value, language);
  });
}

/** Whether what the filter takes was asked whether it is a text. */
function isText(filter: SyntaxNode): boolean {
  return Array.from(textUpTo(filter).matchAll(/\btypeof\s+([\w.?[\]"']+)\s*[!=]==?\s*["']string["']/g), ([, name = ""]) => name).some(
    (name) => filter.text().includes(name),
  );
}

/** `$where` holds JavaScript, which the database runs. */
function isOpenProgram(value: SyntaxNode | undefined, language: Language): boolean {
  return value !== undefined && (compositionOf(value) !== undefined || isFromRequest(value, language));
}

/** What the names in a filter were given. */
function namesIn(filter: SyntaxNode): readonly SyntaxNode[] {
  return filter
    .findAll({ rule: { any: [{ kind: "identifier" }, { kind: "shorthand_property_identifier" }] } })
    .slice(0, 6)
    .flatMap((name) => assignmentsOf(name).slice(0, 2));
}

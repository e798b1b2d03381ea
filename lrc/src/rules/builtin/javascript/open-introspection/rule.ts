import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isOpenEnded, objectOf, optionOf } from "../../../syntax/index.ts";

export const openIntrospection = callRule({
  id: "javascript/open-introspection",
  title: "A GraphQL service tells everybody all it can do",
  category: "security",
  subcategory: "exposed-configuration",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [200],
  mentions: /ApolloServer|graphqlHTTP|createYoga|GraphQLModule|mercurius/,
  callee: inScript(/^new (\w+\.)?ApolloServer$|^(graphqlHTTP|createYoga|createHandler)$|^GraphQLModule\.forRoot$/),
  when: ({ arguments: [options], callee }) => {
    if (options === undefined || isOpenEnded(options) || objectOf(options) === undefined) return false;
    const asked = optionOf(options, "introspection")?.text();
    if (asked === "true" || optionOf(options, "graphiql")?.text() === "true" || optionOf(options, "playground")?.text() === "true")
      return true;
    if (/^(?:true|"\*")$/.test(optionOf(options, "cors.origin")?.text() ?? "") || optionOf(options, "csrfPrevention")?.text() === "false")
      return true;
    return /ApolloServer/.test(callee) && optionOf(options, "csrfPrevention") === undefined && asked === undefined ? "doubtful" : false;
  },
  message: "Who asks gets every type and field, the forgotten ones too, and other sites can ask in the name of who is logged in.",
  suggestion: "Switch introspection off in production and leave the protection against forged requests on.",
});

import { syntaxRule } from "../../../kinds/index.ts";
import { textAround } from "../../../syntax/index.ts";

export const bodyNotClosed = syntaxRule({
  id: "go/body-not-closed",
  title: "The body of a response is not closed",
  category: "reliability",
  subcategory: "resource-leak",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [772],
  mentions: /http\.(Get|Post|Head)|\.Do\(/,
  find: [
    {
      kind: "short_var_declaration",
      has: { field: "right", regex: "^(http\\.(Get|Post|PostForm|DefaultClient\\.Do)|\\w*[cC]lient\\.(Get|Post|Do))\\(" },
    },
  ],
  when: (node, { diff }) => {
    const name = /^(\w+)/.exec(node.text())?.[1] ?? "_";
    return (
      name !== "_" &&
      !/_test\.go$/.test(diff.path) &&
      !new RegExp(
        `\\b${name}\\.Body\\.Close|\\breturn\\s+(?:[^\\n]{0,40},\\s*)?${name}\\b(?!\\.)|\\(${name}\\b|,\\s*${name}\\)|=\\s*${name}\\b|\\b${name}\\.Body\\b[^.]`,
      ).test(textAround(node))
    );
  },
  message: "The connection behind it is neither used again nor given back.",
  suggestion: "defer resp.Body.Close() once err was found to be nil.",
});

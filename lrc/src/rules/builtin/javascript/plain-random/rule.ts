import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { isMentioned } from "../../../syntax/index.ts";

const packages = /["'](?:random-number|random-int|random-float|random-seed|unique-random|seedrandom|chance)["']/;

export const plainRandom = callRule({
  id: "javascript/plain-random",
  title: "A random number that can be foretold",
  category: "security",
  subcategory: "weak-random",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [338],
  mentions: /random|Random|chance/,
  callee: inScript(/^Math\.random$|^(?:crypto\.)?pseudoRandomBytes$|^(random(?:Int|Float)|seedrandom|uniqueRandom)$|^chance\.\w+$/),
  when: ({ callee, node }) => /^Math|pseudo/.test(callee) || isMentioned(node, packages),
  message: "Such numbers can be foretold from a few others. Where they guard something, they guard nothing.",
  suggestion: "The crypto module, where it matters.",
});

import { callRule } from "../../../kinds/index.ts";
import { fileTextOf, isConstant } from "../../../syntax/index.ts";

const loginOfProgram =
  /urn:ietf:wg:oauth:2\.0:oob|\boob\b|RedirectURL:\s*"http:\/\/(?:localhost|127\.0\.0\.1)|fmt\.Scan|bufio\.NewReader\(os\.Stdin/;

export const oauthStateConstant = callRule({
  id: "go/oauth-state-constant",
  title: "The state of a login is always the same",
  category: "security",
  subcategory: "missing-csrf",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [352],
  mentions: /AuthCodeURL/,
  callee: { go: /\.AuthCodeURL$/ },
  when: ({ node, arguments: [state] }) => {
    if (state === undefined || !(isConstant(state) || isAlwaysTheSame(state.text(), fileTextOf(node)))) return false;
    // Programs on somebody's own machine have the code typed in, or take it at an address of that machine.
    return !loginOfProgram.test(fileTextOf(node));
  },
  message: "The state ties an answer to who asked. When everybody has the same one, a visitor can be logged in to somebody else's account.",
  suggestion: "Make a random state for each login, keep it in the session and compare it when the answer comes.",
});

/** A variable of the package that is given a text and nothing else. */
function isAlwaysTheSame(name: string, text: string): boolean {
  return (
    /^\w+$/.test(name) &&
    new RegExp(`^(?:var|const)?\\s*${name}(?:\\s+string)?\\s*=\\s*"[^"]*"`, "m").test(text) &&
    !new RegExp(`\\b${name}\\s*=\\s*[^"=\\s]`).test(text)
  );
}

import { scriptLanguages } from "../../../kinds/index.ts";
import type { Rule } from "../../../rule.ts";
import { changedText, emptyCatchesOf, linesOf, type SyntaxNode, touches } from "../../../syntax/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

export const swallowed: Rule = {
  id: "errors/swallowed",
  title: "An error is caught and thrown away",
  category: "reliability",
  subcategory: "swallowed-error",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "java", "csharp", "php", "ruby", "cpp"],
  cwe: [390, 391],

  scope: "file",
  check(file, report) {
    if (file.after === undefined || isMadeUpPath(file.diff.path) || !/catch|except|rescue/.test(file.after)) return;
    const { added } = changedText(file);
    for (const node of emptyCatchesOf(file)) {
      const { startLine, endLine } = linesOf(node);
      if (!touches(added, startLine, endLine) || isHarmless(node.text()) || isProbe(node)) continue;
      report({
        side: "new",
        startLine,
        endLine: startLine,
        message: "When this fails, nobody learns of it: the program goes on with what it does not have.",
        suggestion: "Handle it, pass it on, or say in a comment why it may be ignored.",
      });
    }
  },
};

const expectedFailure = verbose`
  InterruptedException | FileNotFoundError | FileExistsError | ImportError | ModuleNotFoundError | KeyError
  | StopIteration | NoSuchElement | CancelledError | KeyboardInterrupt | ProcessLookupError | ConnectionResetError
  | BrokenPipeError | AttributeError | IndexError | NumberFormatException | UnicodeDecodeError | ValueError
  | OperationCanceledException | ENOENT | LoadError | \bignored?\b | \b_\w*\b | expected
`;

/** What is caught by its name is known; only what takes everything, or says nothing, is thrown away. */
function isHarmless(text: string): boolean {
  return /\/\/|\/\*|#/.test(text) || expectedFailure.test(text);
}

/** Closing, deleting and asking whether something is there may fail. */
function isProbe(node: SyntaxNode): boolean {
  const attempt =
    node
      .parent()
      ?.text()
      .split(/catch|except|rescue/)[0] ?? "";
  return attempt.length < 200 && /close|unlink|remove|rm|kill|cleanup|dispose|disconnect|destroy|stat|exists|access/i.test(attempt);
}

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { compositionOf, isCalledWith, isChecked, isConstant, isFromRequest, optionOf, originOf, origins } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const dynamicProcess = callRule({
  id: "javascript/dynamic-process",
  title: "What is started is not written in the source",
  category: "security",
  subcategory: "injection",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [78],
  mentions: /child_process|shelljs|execa|cross-spawn|Deno\.run|Deno\.Command|Bun\.spawn/,
  callee: inScript(
    verbose`
      ^(?:
        child_process | childProcess | cp | proc | crossSpawn | execa | shell | shelljs | require\(.*\)
      )\.(?:
        exec | execSync | spawn | spawnSync | execFile | execFileSync | fork | sync | shell | command | commandSync
        | execaSync
      )$
      | ^(?:execa|crossSpawn|execAsync|Deno\.run|new\ Deno\.Command|Bun\.spawn)$
    `,
  ),
  when: ({ arguments: values, callee, language }) => {
    const [first, second] = values;
    if (first === undefined) return false;
    const asked = callee === "Deno.run" ? (optionOf(first, "cmd") ?? first) : first;
    const isOpen =
      !isConstant(asked) &&
      !/function|arrow|regex/.test(String(asked.kind())) &&
      (originOf(asked, language, "command") & ~origins.cleaned) !== 0;
    // The rule for commands says so with more certainty.
    // Which program is started without a shell is the caller's to say, where it is one that says it.
    if (isOpen)
      return (
        (!/(?:spawn|spawnSync|execFile|execFileSync|fork)$/.test(callee) || isCalledWith(asked, language, "command")) &&
        compositionOf(asked) === undefined &&
        !isFromRequest(asked, language, "command") &&
        !isChecked(asked)
      );
    const shell = optionOf(values.at(-1), "shell");
    if (shell !== undefined && shell.text() !== "false") return true;
    return (
      /^["'`](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["'`]$|^["'`]cmd(?:\.exe)?["'`]$/.test(first.text()) &&
      second !== undefined &&
      !isConstant(second)
    );
  },
  message: "Whoever chooses the program, or what a shell reads, can run anything with the rights of this process.",
  suggestion: "Write the program in the source, give it its arguments as a list, and start no shell.",
});

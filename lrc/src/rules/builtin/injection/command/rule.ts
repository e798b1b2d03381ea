import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import type { Language } from "../../../rule.ts";
import {
  assignmentsOf,
  type Call,
  compositionOf,
  isCalledWith,
  isChecked,
  isConstant,
  isFromRequest,
  isHandedIn,
  isMentioned,
  isToldHere,
  named,
  originOf,
  origins,
  type SyntaxNode,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

function runsShell(values: readonly string[]): boolean {
  return (
    /"(?:\/bin\/)?(?:ba|z|da)?sh"|"cmd(?:\.exe)?"|"powershell/.test(values.join(" ")) && /"-l?c"|"\/c"|"-Command"/i.test(values.join(" "))
  );
}

/** Put together from text, chosen by a request or by whoever calls the function, and not looked at before. */
function isOpen(value: SyntaxNode, language: Language): boolean {
  if (/^(function|arrow)/.test(String(value.kind())) || isChecked(value)) return false;
  const built = compositionOf(value);
  if (built !== undefined) return !built.parts.every((part) => isClean(part, language) || isEscaped(part, language));
  return (
    isFromRequest(value, language, "command") ||
    (!isConstant(value) && isHandedIn(value, language, "command") && !/quote|escape|sanitiz/i.test(textBehind(value)))
  );
}

/** Whether what a value was given says that it was escaped, and nothing is known of it that says otherwise: escapes for pages are none for shells. */
function isEscaped(part: SyntaxNode, language: Language): boolean {
  return /quote|escape|sanitiz/i.test(textBehind(part)) && !isFromRequest(part, language, "command");
}

/** What a shell is told with `-c`, over SSH, or on its standard input. What starts another program has a rule of its own. */
function wrongInGo({ callee, arguments: values, node }: Call, first: SyntaxNode): boolean | "doubtful" | "likely" {
  if (/Write|Fprint/.test(callee)) {
    const receiver = /\.Write(?:String)?$/.test(callee) && !/^io\./.test(callee) ? node.field("function")?.field("operand") : first;
    return (
      isMentioned(node, shellWithInput) &&
      receiver?.kind() === "identifier" &&
      assignmentsOf(receiver).some((value) => /\.StdinPipe\(\)$/.test(value.text())) &&
      values.some((value) => value.id() !== receiver.id() && !isConstant(value) && !isClean(value, "go"))
    );
  }
  if (/[sS]ess(?:ion)?\./.test(callee)) return isMentioned(node, /golang\.org\/x\/crypto\/ssh|gliderlabs\/ssh/) && howOpen(first, "go");
  const last = values.at(-1);
  // `args := []string{"-c", "cat " + name}`, handed over as a whole.
  const list = last?.kind() === "variadic_argument" ? last.children().find((child) => child.isNamed()) : undefined;
  if (list !== undefined && runsShell([...values, ...assignmentsOf(list)].map((value) => value.text()))) return !isClean(list, "go");
  const told = values.map(writtenHere);
  // `python -c` and the like run what they are told as a shell does.
  const isInterpreter =
    told.some((value, at) => at < 2 && /^"(?:[\w/]*\/)?(?:python[\d.]*|perl|ruby|node|php)"$/.test(value)) &&
    /^"-(?:c|e|r)"$/.test(told.at(-2) ?? "");
  return (
    (runsShell(told) || isInterpreter) &&
    values.slice(-1).some((value) => !isConstant(value) && !isClean(value, "go")) &&
    (values.slice(-1).every((value) => isToldHere(value, "go")) ? "doubtful" : true)
  );
}

/** The text of a value, or of what its variable was given where that is a text of the source. */
function writtenHere(value: SyntaxNode): string {
  const [origin, ...others] = value.kind() === "identifier" ? assignmentsOf(value) : [];
  return origin !== undefined && others.length === 0 && /^"[^"]*"$/.test(origin.text()) ? origin.text() : value.text();
}

/** A shell that is started without a command reads its standard input. */
const shellWithInput = /exec\.Command(?:Context)?\((?:\w+(?:\.\w+\(\))?,\s*)?"(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh"\s*[,)]/;

/** A whole command that a function is handed is as good as its callers: `run(command)` may be what the function is for. */
function howOpen(value: SyntaxNode, language: Language): boolean | "likely" {
  if (!isOpen(value, language)) return false;
  return compositionOf(value) !== undefined || isFromRequest(value, language, "command") || "likely";
}

function textBehind(value: SyntaxNode): string {
  return [value, ...assignmentsOf(value)].map((node) => node.text()).join("\n");
}

/** A number, a text that a schema let through. */
function isClean(part: SyntaxNode, language: Language): boolean {
  return (originOf(part, language, "command") & ~origins.cleaned) === 0;
}

/** A variable that holds Java's runtime. */
function isRuntime(node: SyntaxNode | null): boolean {
  return (
    node !== null && (/^rt?$/.test(node.text()) || assignmentsOf(node).some((value) => /getRuntime\(/.test(value.text().slice(0, 200))))
  );
}

const ownProgram = /^\[\s*(?:f?["']|sys\.executable\b)/;
const shellInList = /^\[\s*["'](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["']\s*,\s*["']-l?c["']/;

/** A shell and what it is told, as arguments of their own: `os.execl("/bin/sh", "sh", "-c", command)`. */
function runsShellOfPython(values: readonly SyntaxNode[]): boolean {
  const told = values.map((value) => value.text());
  return told.some((text) => /^["'](?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh["']$/.test(text)) && told.some((text) => /["']-l?c["']/.test(text));
}

/** A parameter that is a whole program: not the first of a list that was put together here. */
function isNamedElsewhere(program: SyntaxNode): boolean {
  return (
    /^[a-z_]\w*$/.test(program.text()) &&
    /cmd|command|program|prog|binary|executable|name|path|input|user/i.test(program.text()) &&
    isCalledWith(program, "python", "command")
  );
}

/** With a shell whatever is put together counts, without one only what a request says; what is handed in from elsewhere may be all right. */
function wrongInPython(call: Call, given: SyntaxNode): boolean | "doubtful" | "likely" {
  // What the loop is told comes after what makes the protocol.
  const values = /\.subprocess_(?:shell|exec)$/.test(call.callee) ? call.arguments.slice(1) : call.arguments;
  const first = values[0] ?? given;
  // `run` is that of subprocess where it was imported from there.
  const callee = call.alias?.startsWith("subprocess.") === true ? call.alias : call.callee;
  if (/Bash(?:Operator|Sensor)$/.test(callee)) {
    const told = named(call, "bash_command");
    return told !== undefined && compositionOf(told) !== undefined && isOpen(told, "python");
  }
  if (/^sh\.|Connection\(|^(?:invoke\.|fabric\.)?(?:local|sudo|run)$|containers\./.test(callee))
    return values.some((value) => isFromRequest(value, "python", "command"));
  if (/^os\.(?:spawn|exec|posix)|subprocess_exec|^pty/.test(callee)) {
    const asked = values.filter((value) => !/^os\.P_|environ/.test(value.text()));
    // The program starts itself once more, as whoever started it called it.
    if (asked[0]?.text() === "sys.executable")
      return asked.slice(1).some((value) => !/\bsys\.argv\b/.test(value.text()) && isFromRequest(value, "python", "command"));
    if (asked.some((value) => isFromRequest(value, "python", "command"))) return true;
    if (runsShellOfPython(asked)) return asked.slice(-1).some((value) => isOpen(value, "python")) && "likely";
    // A program that others name, and nothing else.
    if (asked[0] !== undefined && isNamedElsewhere(asked[0])) return "likely";
    return asked.some((value) => !isConstant(value) && !/^\*?(?:sys\.executable|sys\.argv)\b/.test(value.text())) && "doubtful";
  }
  const shell = named(call, "shell")?.text();
  if (/^(?:subprocess|sp)\.(?!get)|^(?:Popen|check)/.test(callee) && shell !== "True" && shell !== "1") {
    // A list that begins with a program is arguments and no command line, unless the program is a shell.
    const lists = [first, ...assignmentsOf(first)].map((value) => value.text());
    if (isFromRequest(first, "python", "command") && !lists.some((text) => ownProgram.test(text) && !shellInList.test(text))) return true;
    if (shellInList.test(first.text())) {
      if (isFromRequest(first, "python", "command")) return true;
      const told = first.children().findLast((child) => child.isNamed());
      if (told !== undefined && !isConstant(told) && isOpen(told, "python")) return compositionOf(told) !== undefined || "likely";
      return !isConstant(first) && "doubtful";
    }
    return !/^\[\s*["']/.test(first.text()) && (isHandedIn(first, "python", "command") || compositionOf(first) !== undefined) && "doubtful";
  }
  // A file in the folder may be called like an option.
  if (isConstant(first) && /\b(?:tar|chown|chmod|rsync)\s[^;|&"']*\s\*/.test(first.text())) return "likely";
  if (isConstant(first) && /\b(?:tar|chown|chmod|rsync|rm|cp)\s[^;|&"']*(?:\s|\/)\*/.test(first.text())) return "doubtful";
  if (isClean(first, "python")) return false;
  if (isToldHere(first, "python")) return "doubtful";
  if (isOpen(first, "python")) return true;
  return !isConstant(first) && !/quote|escape/.test(textBehind(first)) && "doubtful";
}

const runnerInScript = verbose`
  ^(
    child_process | cp | childProcess | shell | shelljs | util | promisify | execAsync | proc | \w*ssh\w* | conn
    | require\(.*\) | execmod | new\s?\w*[sS][sS][hH].*
  )?\.?exec$
`;

export const command = callRule({
  id: "injection/command",
  title: "A shell command is put together from text",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "high",
  languages: [...scriptLanguages, "python", "go", "java", "csharp", "php", "ruby", "rust", "c", "cpp"],
  cwe: [78],
  mentions: /exec|spawn|system|bash_command|popen|Popen|subprocess|Process|Command|shell|passthru|getoutput|`|run|Run|Output|StdinPipe/,
  callee: {
    ...inScript(
      verbose`
        (^|\.)(exec|execSync|\$|execaCommand|execaCommandSync)$
        | (^|\.)(spawn|spawnSync|execFile|execFileSync|shellExec|fork)$
        | ^(execa|shell|crossSpawn)$
        | ^(execa|crossSpawn)\.(sync|shell|shellSync|stdout|stderr|command|commandSync|spawn)$
        | ^Deno\.run$ | ^new\ Deno\.Command$
      `,
    ),
    python: verbose`
      (^|\.)(
        system | popen | popen[234] | Popen[34] | getoutput | getstatusoutput | create_subprocess_shell
        | create_subprocess_exec | subprocess_shell | subprocess_exec | exec_command | run_command
      )$
      | ^(subprocess|sp)\.(run|call|check_call|check_output|Popen)$
      | ^os\.(spawn\w+|posix_spawnp?|exec[lv]\w*|startfile)$
      | ^commands\.get(output|statusoutput|status)$ | \.(exec_command|invoke_shell)$
      | ^(Popen|check_output|check_call)$
      | ^pty\.spawn$ | ^pexpect\.(spawn|run)$ | ^sh\.\w+$
      | ^_xxsubinterpreters\.run_string$
      | ^(invoke\.|fabric\.)?(local|sudo|run)$
      | containers\.(run|create)$
      | (^|\.)Bash(Operator|Sensor)$ | ^(fabric\.)?Connection\(.*\)\.(run|sudo|local)$
    `,
    go: verbose`
      (^|\.)exec\.(Command|CommandContext)$
      | ^syscall\.(Exec|ForkExec|StartProcess)$
      | ^os\.StartProcess$
      | ^\w*[sS]ess(ion)?\.(Run|Start|Output|CombinedOutput)$
      | \.Write(String)?$ | ^io\.WriteString$ | ^fmt\.Fprint(f|ln)?$
    `,
    java: /(^|\.)exec$|^new ProcessBuilder$|\.command$|^CommandLine\.parse$|^new (CommandLine|Command)$|addArgument$|^ProcessImpl\.start$/,
    csharp: /(^|\.)Process\.Start$|^new ProcessStartInfo$/,
    php: /^(exec|shell_exec|system|passthru|popen|proc_open|pcntl_exec)$/,
    ruby: /^(system|exec|`|spawn|IO\.popen|Open3\.(capture2|capture2e|capture3|popen3)|Kernel\.(system|exec|spawn))$/,
    rust: /(^|\.)(Command\.new|args?)$/,
    c: /^(system|popen)$/,
    cpp: /^(std\.)?(system|popen)$/,
  },
  when: (call) => {
    const { callee, language, arguments: values } = call;
    const [first, second] = values;
    if (callee === "`") return /[#$]/.test(call.node.text()) && compositionOf(call.node) !== undefined;
    if (first === undefined) return false;
    if (inScript(true)[language as "javascript"]) {
      if (/(^|\.)exec$/.test(callee) && !runnerInScript.test(callee)) return false; // a regular expression's
      if (/spawn|execFile|^execa$|fork$|^(?:execa|crossSpawn)\.(?!shell|command)|Deno/i.test(callee))
        return (
          isFromRequest(first, language, "command") ||
          (/^["'`](?:\/(?:usr\/)?bin\/)?(?:ba|z)?sh["'`]$/.test(first.text()) &&
            second !== undefined &&
            !isChecked(second) &&
            isFromRequest(second, language, "command")) ||
          (runsShell(values.map((value) => value.text().replaceAll("'", '"'))) && second !== undefined && isOpen(second, language)) ||
          (/shell:\s*true/.test(values.at(-1)?.text() ?? "") &&
            ((second !== undefined && values.slice(1, -1).some((value) => isOpen(value, language))) || howOpen(first, language)))
        );
      return howOpen(first, language);
    }
    if (language === "python") {
      return wrongInPython(call, first);
    }
    if (language === "go") return wrongInGo(call, first);
    if (language === "java") {
      if (/\.exec$/.test(callee) && !/[rR]untime/.test(callee) && !isRuntime(call.node.field("object"))) return false;
      if (/CommandLine|addArgument$|Command$/.test(callee)) return values.some((value) => isFromRequest(value, language, "command"));
      return (
        values.some(
          (value) => (compositionOf(value) !== undefined && isOpen(value, language)) || isFromRequest(value, language, "command"),
        ) ||
        (/\.exec$/.test(callee) && isOpen(first, language)) ||
        (/sh"|"cmd/.test(call.node.text()) &&
          values.some((value) => !isConstant(value) && !isClean(value, language) && !/^(new|List|Arrays)/.test(value.text()))) ||
        (!isConstant(first) && isHandedIn(first, language, "command") && "doubtful")
      );
    }
    if (language === "csharp")
      return values.some((value) => compositionOf(value) !== undefined || isFromRequest(value, language, "command"));
    if (language === "php")
      return (
        (compositionOf(first) !== undefined || isFromRequest(first, language, "command")) &&
        !/escapeshell(arg|cmd)\(/.test(textBehind(first))
      );
    if (language === "ruby")
      return (
        (compositionOf(first) !== undefined &&
          values.filter((value) => value.kind() !== "pair").length === 1 &&
          !/shellescape|Shellwords/.test(textBehind(first))) ||
        (second === undefined && isFromRequest(first, language, "command"))
      );
    if (language === "rust")
      return /\.?args?$/.test(callee) && runsShell([call.node.text()]) && /format!|&\w+\]?\)$/.test(call.node.text());
    return !isConstant(first) && !/^(argv\[0\]|NULL)$/.test(first.text());
  },
  message: "A value becomes part of a command line that a shell reads. Whoever chooses the value can run anything.",
  suggestion: "Start the program directly with a list of arguments, without a shell.",
});

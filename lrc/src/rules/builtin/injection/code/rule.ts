import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import {
  compositionOf,
  isCalledWith,
  isChecked,
  isConstant,
  isFromRequest,
  isHandedIn,
  isMentioned,
  originOf,
  origins,
} from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

/** What runs code of JavaScript apart from the rest. */
const machines = /["'](?:vm|vm2|isolated-vm|sandbox|node:vm)["']|(?:VM|[sS]andbox)\(/;

/** What runs scripts within Java. */
const engines = /\bScriptEngine\b|\bGroovyShell\b|\bJexlEngine\b|\bbsh\.Interpreter\b|\bELProcessor\b/;

/** What runs code within Go. */
const interpreters = /robertkrimen\/otto|dop251\/goja|traefik\/yaegi|\botto\.New|\bgoja\.New|\binterp\.New/;

const loadsOrRunsElsewhere = verbose`
  ^(__import__|importlib|Class\.forName|require$|import$|compile$|parse$|interpolate$)
  | page\. | [sS]cope\. | ^this\. | WebAssembly | injectJavaScript | executeJavaScript
`;

export const code = callRule({
  id: "injection/code",
  title: "A text is run as code",
  category: "security",
  subcategory: "injection",
  severity: "error",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "php", "ruby", "java", "go"],
  cwe: [94, 95],
  mentions: verbose`
    MethodByName | otto | goja | yaegi | plugin\.Open | listen | timeit | loadClass | invoke | Groovy | Jexl | [oO]gnl
    | buildConstraint | Script | [gs]etattr | eval | forName | Expression | Ognl | MVEL | import_module | require
    | Function | exec | compile | setTimeout | setInterval | VM | andbox | vm | afeEval | \$compile | \$watch
    | \.evaluate | create_function | assert | scope\.\$ | \$parse | \$interpolate | injectJavaScript
    | executeJavaScript | WebAssembly | SourceTextModule | import\( | class_eval | instance_eval | runIn
  `,
  callee: {
    ...inScript(
      verbose`
        ^(window\.|globalThis\.|global\.)?(eval|execScript)$
        | ^(new\ )?Function$
        | ^(window\.)?(setTimeout|setInterval)$
        | (^|\.)(runInNewContext|runInThisContext|runInContext|compileFunction)$
        | ^new\ vm\.Script$
        | (^|\.|\))(run|runInContext|runInNewContext|runInThisContext|createContext|runAsync)$
        | ^new\ (vm2\.)?(VM|NodeVM)$
        | ^(safeEval|safe_eval|saferEval|staticEval)$
        | (^|\.)page\.(evaluate|evaluateOnNewDocument|evaluateHandle)$
        | ^(?:\w*[sS]cope\.|this\.)(eval|watch|watchCollection|watchGroup|apply|applyAsync|evalAsync)$
        | ^(compile|parse|interpolate|eval)$
        | ^new\ vm\.SourceTextModule$ | ^new\ (?:vm2\.)?VMScript$
        | ^new\ (?:Async|Generator|AsyncGenerator)Function$
        | ^\(0,eval\)$
        | \.(injectJavaScript|executeJavaScript)$
        | ^WebAssembly\.(compile|compileStreaming|instantiate)$
        | ^(?:\$|jQuery|)\.?globalEval$ | ^(require|import)$
      `,
    ),
    python: verbose`
      ^(builtins\.|__builtin__\.)?(eval|exec|execfile|compile)$
      | ^(__import__|importlib\.import_module|importlib\.__import__)$
      | ^code\.(InteractiveInterpreter|InteractiveConsole|interact|compile_command)$
      | \.(runcode|runsource|push)$ | ^(globals|locals)\(\)\.get$ | ^timeit\.timeit$ | ^_testcapi\.run_in_subinterp$
      | ^logging\.config\.listen$
      | ^(pd|pandas|df|numexpr)\.(eval|query|evaluate)$
      | ^(typing\.)?get_type_hints$ | ^[gs]etattr$ | ^interpreters\.\w+$ | ^(globals|locals)\(\)\[.*\]$
    `,
    java: verbose`
      \.(parseExpression|createValueExpression|createMethodExpression)$
      | ^Ognl\.(getValue|setValue|parseExpression)$
      | ^MVEL\.(eval|compileExpression|executeExpression|evalToString)$
      | ^TemplateRuntime\.eval$
      | (ngine|shell|Shell|interpreter|Interpreter|scriptEngine)\.(eval|evaluate|parse)$
      | ^Class\.forName$ | \.loadClass$
      | getEngineBy\w+\([^()]*\)\.eval$
      | (
          ngine | GroovyShell\(.*\) | GroovyShell | GroovyClassLoader(\(.*\))? | groovy | nashorn | js | Jexl | jexl
          | JexlEngine
        )\.(
          eval | evaluate | parse | parseClass | createExpression | createScript | createTemplate | compile
        )$
      | \.(
          invokeFunction | invokeMethod
          | buildConstraintViolationWithTemplate
          | compileTemplate | executeScript | evaluateScript | evaluateString | compileString
        )$
      | ^(ELProcessor|elp|elProcessor)\.(eval|getValue|setValue|setVariable)$
      | ^(OgnlUtil|ognlUtil|OgnlReflectionProvider|reflectionProvider|provider|TextParseUtil)\.\w+$
      | ^Eval\.(me|x|xy|xyz)$
      | ^new\ (GroovyCodeSource|SpelExpression|OgnlValueStack|ConstraintViolation)$
      | ^ScriptUtils\.\w+$ | ^System\.(load|loadLibrary)$
      | untime\(?\)?\.(load|loadLibrary)$
      | \.eval$ | ^WebView\.evaluateJavascript$
    `,
    php: /^(eval|create_function|assert)$/,
    go: verbose`
      (^|\.)(vm|runtime|rt|otto|interpreter|interp|i|js)\.(Run|Eval|RunString|RunScript|RunProgram|EvalPath)$
      | ^otto\.Run$ | \.MethodByName$ | ^plugin\.Open$
    `,
    ruby: /(^|\.)(eval|class_eval|instance_eval|module_eval)$/,
  },
  when: ({ callee, language, arguments: values, node }) => {
    const first = /Function$|create_function/.test(callee) ? values.at(-1) : /^[gs]etattr$/.test(callee) ? values[1] : values[0];
    if (/run$|runAsync$|VM$|createContext$/.test(callee) && /^(?:javascript|typescript|tsx)$/.test(language)) {
      if (!isMentioned(node, machines)) return false;
      if (values.some((value) => isFromRequest(value, language, "code") && !isChecked(value))) return true;
      return first !== undefined && /run$/.test(callee) && isHandedIn(first, language) ? "doubtful" : false;
    }
    if (language === "python" && /(?:^|\.)config\.listen$/.test(callee)) return /^logging\.config\./.test(callee) ? "likely" : "doubtful";
    if (language === "python" && /^code\.interact$/.test(callee)) return "doubtful";
    // A function that is looked up by a name from outside: `globals()[name]()`.
    if (language === "python" && /^(?:globals|locals)\(\)\[/.test(callee)) {
      const key = node.field("function")?.field("subscript");
      if (key === null || key === undefined || isConstant(key) || isChecked(key)) return false;
      return isFromRequest(key, language, "code") || (isCalledWith(key, language) && "likely");
    }
    if (first === undefined || (isConstant(first) && !/\.create\w+Expression$/.test(callee))) return false;
    if (language === "go")
      return /\.(?:Run|Eval\w*)$/.test(callee) && !isMentioned(node, interpreters)
        ? false
        : isFromRequest(first, language, "code") ||
            (isHandedIn(first, language) && (/\.(?:Run|Eval\w*)$/.test(callee) ? "likely" : "doubtful"));
    // A number is no code.
    if (language === "python" && (originOf(first, language, "code") & ~origins.cleaned) === 0) return false;
    if (loadsOrRunsElsewhere.test(callee))
      return isFromRequest(first, language, "code") && !isChecked(first)
        ? true
        : /^(?:python|java)$/.test(language) &&
            /^(?:__import__|importlib|Class)/.test(callee) &&
            !/^(?:self\.__class__|__name__|\w+\.__module__)$/.test(first.text()) &&
            isHandedIn(first, language)
          ? "doubtful"
          : language === "python" && /^(?:builtins\.)?compile$/.test(callee) && isHandedIn(first, language)
            ? "doubtful"
            : false;
    if (
      language === "java" &&
      /OgnlUtil|ognlUtil|rovider|TextParseUtil|invoke(?:Function|Method)|loadClass|buildConstraint|ScriptUtils|evaluateString|Eval\./.test(
        callee,
      )
    )
      return (
        values.some((value) => isFromRequest(value, language, "code")) ||
        (/loadClass|invoke|[oO]gnlUtil|buildConstraint|Eval\./.test(callee) &&
          values.some((value) => isHandedIn(value, language) || compositionOf(value) !== undefined) &&
          "doubtful")
      );
    if (language === "java" && /\.load(?:Library)?$/.test(callee)) return isFromRequest(first, language);
    if (language === "java") {
      if (
        /(?<!ngine|[sS]hell|nterpreter|groovy|nashorn|js|[jJ]exl|MVEL|Runtime|ELProcessor|elp|elProcessor|\))\.eval$/.test(callee) &&
        !isMentioned(node, engines)
      )
        return false;
      // What makes an expression takes what it is about before it.
      const run = /\.create\w+Expression$/.test(callee) ? (values[1] ?? first) : first;
      return compositionOf(run) !== undefined || isFromRequest(run, language, "code") || isHandedIn(run, language);
    }
    if (/setTimeout|setInterval/.test(callee))
      return compositionOf(first) !== undefined || (!/function|arrow/.test(String(first.kind())) && isFromRequest(first, language));
    if (callee === "assert" && language === "php") return compositionOf(first) !== undefined || isFromRequest(first, language, "code");
    if (language === "python" && /^(ast|model|self|self\.model)\./.test(node.text())) return false;
    if (
      language === "python" &&
      /timeit|listen$|(?:pd|pandas|df|numexpr)\.|type_hints|[gs]etattr|run(?:code|source)$|push$|interpreters|locals|globals|run_in/.test(
        callee,
      )
    )
      return (
        (/^[gs]etattr$/.test(callee) ? values.slice(1, 2) : values.slice(0, 2)).some((value) => isFromRequest(value, language, "code")) ||
        (/listen$|runcode$|runsource$|run_in|Interactive\w+\(.*\)\.push$/.test(callee) &&
          (isCalledWith(first, language) ? "likely" : "doubtful"))
      );
    if (language === "ruby" && /block/.test(String(first.kind()))) return false;
    return !/^(function|\(?\w*\)?\s*=>|async\b|JSON\.stringify)/.test(first.text());
  },
  message: "What this text holds is run with all rights of the program. If any part of it comes from outside, so does the code.",
  suggestion: "Parse what is expected (JSON.parse, ast.literal_eval), or look the wanted function up in a table.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const staticEverything = callRule({
  id: "javascript/static-everything",
  title: "The program's own folder is served",
  category: "security",
  subcategory: "exposed-files",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [219, 548],
  mentions: /static|directory|serve/,
  callee: inScript(/^(?:express|restify\.plugins|connect)\.(?:static|serveStatic|directory)$|^(?:serveStatic|koaStatic|koa_static)$/),
  when: ({ callee, arguments: [folder] }) =>
    callee === "express.directory" ||
    [folder, ...(folder === undefined ? [] : assignmentsOf(folder))].some((one) => isWhole.test(one?.text() ?? "")),
  message: "Settings, sources, keys and everything else beside the program can be asked for by name.",
  suggestion: "Serve a folder that holds nothing but what is meant for everybody.",
});

/** The folder of the program, one above it, all of the machine, or what packages are kept in. */
const isWhole = verbose`
  ^(?:
    __dirname | process\.cwd\(\)
    | ["'\`](?:\/|~|\.{1,2}\/?)["'\`]
    | path\.(?:join|resolve)\(\s*__dirname\s*(?:,\s*["'\`]\.{0,2}\/?["'\`]\s*)?\)
    | ["'\`](?:\.\/|\/)?node_modules\/?["'\`]
  )$
`;

import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { compositionOf, isChecked, isConstant } from "../../../syntax/index.ts";

export const pageGetsNode = syntaxRule({
  id: "javascript/page-gets-node",
  title: "A page in Electron is handed what can do anything",
  category: "security",
  subcategory: "excessive-permission",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [250, 749],
  mentions: /exposeInMainWorld|openExternal/,
  find: [
    {
      kind: "pair",
      has: { field: "value", regex: "^(ipcRenderer|ipcRenderer\\.\\w+|fs|fs\\.\\w+|shell|shell\\.\\w+|child_process(\\.\\w+)?|require)$" },
      inside: { kind: "call_expression", has: { field: "function", regex: "exposeInMainWorld$" }, stopBy: "end" },
    },
    { kind: "call_expression", has: { field: "function", regex: "^(electron\\.)?shell\\.openExternal$" } },
  ],
  when: (node) => {
    if (node.kind() === "call_expression") {
      const value = node
        .field("arguments")
        ?.children()
        .find((child) => child.isNamed());
      return value !== undefined && !isConstant(value) && !isChecked(value) && compositionOf(value) === undefined ? "doubtful" : false;
    }
    return true;
  },
  message: "Script of any page that is shown can use it: to send any message, read any file, start any program.",
  suggestion: "Hand over one function for each thing that a page may ask for, and check what it is given.",
});

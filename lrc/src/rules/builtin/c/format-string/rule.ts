import { callRule } from "../../../kinds/index.ts";
import { isConstant } from "../../../syntax/index.ts";

export const formatString = callRule({
  id: "c/format-string",
  title: "A format is not written in the source",
  category: "security",
  subcategory: "format-string",
  severity: "error",
  confidence: "medium",
  languages: ["c", "cpp"],
  cwe: [134],
  mentions: /printf|syslog/,
  callee: /^(std\.)?(printf|fprintf|dprintf|syslog|snprintf|vprintf|err|warn)$/,
  when: ({ callee, arguments: values }) => {
    const at = /^(std\.)?(fprintf|dprintf|syslog)$/.test(callee) ? 1 : /snprintf$/.test(callee) ? 2 : /^(err)$/.test(callee) ? 1 : 0;
    const format = values[at];
    return (
      format !== undefined &&
      values.length === at + 1 &&
      /^(identifier|subscript_expression|field_expression|pointer_expression|call_expression)$/.test(String(format.kind())) &&
      !isConstant(format) &&
      !/^(_|gettext|N_|G_|[A-Z][A-Z0-9_]+)\b/.test(format.text())
    );
  },
  message: "If the text holds a %n or %s, memory is read or written: whoever chooses the text chooses where.",
  suggestion: 'printf("%s", text)',
});

import {
  binary,
  bodyOf,
  conditionOf,
  deletion,
  each,
  guards,
  ifKinds,
  isExit,
  operatorOf,
  put,
  script,
  sidesOf,
  span,
  statementOf,
  statementsOf,
} from "./syntax-edits.mjs";

/**
 * Changes that leave what the code does as it is.
 * @typedef {import("./syntax-edits.mjs").Node} Node
 * @typedef {import("./syntax-edits.mjs").Mutation} Mutation
 */

const names = ["entry", "current", "picked", "subjectOfIt", "handed"];
/** @param {Node} node */
const topLevel = (node) =>
  node.parent()?.kind() === "program" ||
  node.parent()?.kind() === "module" ||
  node.parent()?.kind() === "source_file" ||
  node.parent()?.kind() === "class_body";

/** @type {Readonly<Record<string, Mutation>>} */
export const refactorings = {
  "local renamed": (subject) => {
    const locals = subject.all("variable_declarator", "assignment", "short_var_declaration").flatMap((node) => {
      const name = /^\s*([a-z][A-Za-z]{2,})\s*(?::?=)/.exec(node.text())?.[1];
      return name === undefined ? [] : [name];
    });
    return [...new Set(locals)].slice(0, 10).flatMap((name) => {
      const uses = subject.all("identifier", "shorthand_property_identifier").filter((node) => node.text() === name);
      if (uses.length === 0 || uses.some((node) => node.kind() !== "identifier")) return [];
      const next = names[Math.floor(subject.number() * names.length)] ?? "entry";
      return subject.text.includes(next) ? [] : [uses.map((node) => put(node, next))];
    });
  },
  "comment edited": (subject) =>
    subject
      .all("comment", "line_comment", "block_comment")
      .filter((node) => node.text().length > 12)
      .map((node) => [put(node, node.text().replace(/\b(?:the|is|a|to|of)\b/g, "that"))]),
  "comment deleted": (subject) => each(subject.all("comment", "line_comment").map((node) => deletion(subject, node))),
  "condition named": (subject) =>
    guards(subject).flatMap((node) => {
      const condition = conditionOf(node);
      const statement = statementOf(node);
      if (
        condition === undefined ||
        node.field("initializer") !== null ||
        /\bif let\b|:=|[^=!<>]=[^=>]/.test(condition.text()) ||
        !/^(?:statement_block|block|program|module|source_file|compound_statement|statement_list)$/.test(String(statement.parent()?.kind()))
      )
        return [];
      const indent = /[ \t]*$/.exec(subject.text.slice(0, span(statement).start))?.[0] ?? "";
      const declared = script.test(subject.language)
        ? "const isOver = "
        : subject.language === "python"
          ? "is_over = "
          : subject.language === "go"
            ? "isOver := "
            : subject.language === "rust"
              ? "let is_over = "
              : "boolean isOver = ";
      const name = /python|rust/.test(subject.language) ? "is_over" : "isOver";
      if (subject.language === "php" || subject.language === "ruby") return [];
      return [
        [
          {
            start: span(statement).start,
            end: span(statement).start,
            text: `${declared}${condition.text().replace(/\s*\n\s*/g, " ")}${/python|go/.test(subject.language) ? "" : ";"}\n${indent}`,
          },
          put(condition, name),
        ],
      ];
    }),
  "condition turned by De Morgan": (subject) =>
    subject.all(...ifKinds).flatMap((node) => {
      const condition = conditionOf(node);
      const operator = condition === undefined ? undefined : operatorOf(condition);
      const sides = condition === undefined || !/^(?:&&|\|\||and|or)$/.test(operator ?? "") ? undefined : sidesOf(condition);
      if (sides === undefined || condition === undefined || /^let\b/.test(condition.text())) return [];
      const not = subject.language === "python" ? "not " : "!";
      const other = { "&&": "||", "||": "&&", and: "or", or: "and" }[operator ?? ""];
      const negated = (/** @type {Node} */ side) =>
        /^(?:!(?!=)|not\s)/.test(side.text()) && !/&&|\|\||\band\b|\bor\b|[=<>]/.test(side.text())
          ? side.text().replace(/^(?:!|not\s+)/, "")
          : `${not}(${side.text()})`;
      return [[put(condition, `${not}(${negated(sides[0])} ${other} ${negated(sides[1])})`)]];
    }),
  "comparison turned": (subject) =>
    subject.all(...binary).flatMap((node) => {
      const operator = operatorOf(node) ?? "";
      const sides = sidesOf(node);
      const turned = { "<": ">", ">": "<", "<=": ">=", ">=": "<=", "===": "===", "==": "==", "!==": "!==", "!=": "!=" }[operator];
      return sides === undefined || turned === undefined || node.text().length > 100
        ? []
        : [[put(node, `${sides[1].text()} ${turned} ${sides[0].text()}`)]];
    }),
  "operands swapped": (subject) =>
    subject.all(...ifKinds).flatMap((node) => {
      const condition = conditionOf(node);
      const operator = condition === undefined ? "" : (operatorOf(condition) ?? "");
      const sides = condition === undefined || !/^(?:&&|\|\||and|or)$/.test(operator) ? undefined : sidesOf(condition);
      return sides === undefined || condition === undefined ? [] : [[put(condition, `${sides[1].text()} ${operator} ${sides[0].text()}`)]];
    }),
  "guard turned inside out": (subject) =>
    guards(subject).flatMap((node) => {
      const statement = statementOf(node);
      const body = bodyOf(node);
      const condition = conditionOf(node);
      const rest = statement.nextAll().filter((other) => other.isNamed());
      const [only] = body === undefined ? [] : statementsOf(body);
      if (condition === undefined || only === undefined || !/^return;?$/.test(only.text()) || rest.length === 0) return [];
      if (!script.test(subject.language) && !/python|go/.test(subject.language)) return [];
      const first = rest[0];
      const last = rest.at(-1);
      if (first === undefined || last === undefined || (subject.language === "go" && node.field("initializer") !== null)) return [];
      const indent = /[ \t]*$/.exec(subject.text.slice(0, span(statement).start))?.[0] ?? "";
      const step = indent.includes("\t") || subject.language === "go" ? "\t" : subject.language === "python" ? "    " : "  ";
      const inner = subject.text
        .slice(span(first).start, span(last).end)
        .split("\n")
        .map((line, at) => (at === 0 || line === "" ? line : step + line))
        .join("\n");
      const negated = /^!(?![=])[\w.()]+$/.test(condition.text())
        ? condition.text().slice(1)
        : subject.language === "python"
          ? `not (${condition.text()})`
          : `!(${condition.text()})`;
      const head = subject.language === "python" ? `if ${negated}:` : subject.language === "go" ? `if ${negated} {` : `if (${negated}) {`;
      return [
        [
          {
            start: span(statement).start,
            end: span(last).end,
            text: `${head}\n${indent}${step}${inner}${subject.language === "python" ? "" : `\n${indent}}`}`,
          },
        ],
      ];
    }),
  "if made a ternary": (subject) =>
    guards(subject).flatMap((node) => {
      const statement = statementOf(node);
      const condition = conditionOf(node);
      const body = bodyOf(node);
      const [only, more] = body === undefined ? [] : statementsOf(body);
      const next = statement.nextAll().find((other) => other.isNamed());
      const [one, other] = [/^return ([^;\n]+);?$/.exec(only?.text() ?? "")?.[1], /^return ([^;\n]+);?$/.exec(next?.text() ?? "")?.[1]];
      if (
        condition === undefined ||
        more !== undefined ||
        one === undefined ||
        other === undefined ||
        next === undefined ||
        !(script.test(subject.language) || /python|java/.test(subject.language))
      )
        return [];
      const text =
        subject.language === "python"
          ? `return ${one} if ${condition.text()} else ${other}`
          : `return ${condition.text()} ? ${one} : ${other};`;
      return [[{ start: span(statement).start, end: span(next).end, text }]];
    }),
  "guard moved into a function": (subject) =>
    guards(subject).flatMap((node) => {
      const statement = statementOf(node);
      const text = statement.text();
      if (
        !/\b(?:throw|raise)\b/.test(text) ||
        !(script.test(subject.language) || /python/.test(subject.language)) ||
        statement.range().start.column > 8
      )
        return [];
      const used = [
        ...new Set(
          conditionOf(node)
            ?.text()
            .match(/(?<![.\w$])[a-z]\w*(?!\w*\()/g) ?? [],
        ),
      ]
        .filter((name) => !/^(?:typeof|not|in|is|and|or|instanceof|this|self|null|undefined|true|false)$/.test(name))
        .slice(0, 3);
      const lines = text
        .split("\n")
        .map((line, at) => (at === 0 ? line : line.slice(Math.min(statement.range().start.column, /^\s*/.exec(line)?.[0].length ?? 0))));
      const step = subject.language === "python" ? "    " : "  ";
      const helper =
        subject.language === "python"
          ? `\n\ndef ensure_usable(${used.join(", ")}):\n${lines.map((line) => step + line).join("\n")}\n`
          : `\nfunction ensureUsable(${used.join(", ")}) {\n${lines.map((line) => step + line).join("\n")}\n}\n`;
      return [
        [
          put(statement, subject.language === "python" ? `ensure_usable(${used.join(", ")})` : `ensureUsable(${used.join(", ")});`),
          { start: subject.text.length, end: subject.text.length, text: helper },
        ],
      ];
    }),
  "number named": (subject) =>
    subject
      .all("number", "integer", "int_literal", "decimal_integer_literal")
      .filter((node) => /^\d{2,}$/.test(node.text()) && !topLevel(node))
      .flatMap((node) => {
        const declared = script.test(subject.language)
          ? `const SOME_SIZE = ${node.text()};\n\n`
          : subject.language === "python"
            ? `SOME_SIZE = ${node.text()}\n\n`
            : undefined;
        const first = subject
          .all("function_declaration", "function_definition", "class_declaration")
          .find((one) => one.parent()?.kind() === "program" || one.parent()?.kind() === "module");
        if (declared === undefined || first === undefined || span(first).start > span(node).start) return [];
        return [[{ start: span(first).start, end: span(first).start, text: declared }, put(node, "SOME_SIZE")]];
      }),
  "functions reordered": (subject) => {
    const all = subject.all("function_declaration", "function_definition", "method_declaration", "method_definition").filter(topLevel);
    return all.slice(1).flatMap((node, at) => {
      const before = all[at];
      return before === undefined || node.parent()?.id() !== before.parent()?.id()
        ? []
        : [[put(before, node.text()), put(node, before.text())]];
    });
  },
  "call wrapped": (subject) =>
    subject.all("call_expression", "call", "method_invocation").flatMap((node) => {
      const list = node.field("arguments");
      const parts = list?.children().filter((child) => child.isNamed()) ?? [];
      if (list === null || list === undefined || parts.length < 2 || list.text().includes("\n") || !list.text().startsWith("(")) return [];
      const indent = /^[ \t]*/.exec(subject.text.slice(subject.text.lastIndexOf("\n", span(node).start) + 1))?.[0] ?? "";
      return [[put(list, `(\n${parts.map((part) => `${indent}    ${part.text()},\n`).join("")}${indent})`)]];
    }),
  "condition wrapped": (subject) =>
    subject.all(...ifKinds).flatMap((node) => {
      const condition = conditionOf(node);
      const sides = condition === undefined ? undefined : sidesOf(condition);
      if (
        sides === undefined ||
        condition === undefined ||
        !/^(?:&&|\|\|)$/.test(operatorOf(condition) ?? "") ||
        condition.text().includes("\n")
      )
        return [];
      const indent = " ".repeat(node.range().start.column);
      return [[put(condition, `\n${indent}  ${sides[0].text()} ${operatorOf(condition)}\n${indent}  ${sides[1].text()}\n${indent}`)]];
    }),
  "chain made optional": (subject) =>
    !script.test(subject.language)
      ? []
      : subject.all("binary_expression").flatMap((node) => {
          const sides = sidesOf(node);
          if (sides === undefined || operatorOf(node) !== "&&" || !sides[1].text().startsWith(`${sides[0].text()}.`)) return [];
          return [[put(node, sides[1].text().replace(`${sides[0].text()}.`, `${sides[0].text()}?.`))]];
        }),
  "ifs merged": (subject) =>
    subject.all("if_statement").flatMap((node) => {
      const body = bodyOf(node);
      const statements = body === undefined ? [] : statementsOf(body);
      const [inner] = statements;
      if (
        statements.length !== 1 ||
        inner === undefined ||
        inner.kind() !== "if_statement" ||
        node.field("alternative") !== null ||
        inner.field("alternative") !== null ||
        inner.field("initializer") !== null ||
        node.field("initializer") !== null
      )
        return [];
      const [one, other, deep] = [conditionOf(node), conditionOf(inner), bodyOf(inner)];
      if (one === undefined || other === undefined || deep === undefined || /\|\||\bor\b/.test(one.text() + other.text())) return [];
      if (subject.language === "python")
        return [[put(node, `if ${one.text()} and ${other.text()}:\n${" ".repeat(deep.range().start.column - 4)}${deep.text()}`)]];
      return [
        [
          put(
            node,
            subject.language === "go"
              ? `if ${one.text()} && ${other.text()} ${deep.text()}`
              : `if (${one.text()} && ${other.text()}) ${deep.text()}`,
          ),
        ],
      ];
    }),
  "test renamed": (subject) =>
    !subject.isTest
      ? []
      : subject
          .all("identifier", "string_fragment")
          .filter(
            (node) =>
              /^(?:def|func|it|test)\b/.test(
                subject.text.slice(subject.text.lastIndexOf("\n", span(node).start) + 1, span(node).start).trim(),
              ) && /^(?:test_\w|Test[A-Z]|[a-z ]{8})/.test(node.text()),
          )
          .map((node) => [
            put(node, `${node.text()}${/\s/.test(node.text()) ? " as it should" : /_/.test(node.text()) ? "_well" : "Well"}`),
          ]),
  "assertions in other words": (subject) =>
    !subject.isTest
      ? []
      : subject.all("expression_statement").flatMap((node) => {
          const now = node
            .text()
            .replace(/^expect\(([^()\n]*)\)\.(?:toBe|toEqual)\(([^()\n]*)\)/, "assert.strictEqual($1, $2)")
            .replace(/^(?:assert\.(?:strictEqual|equal)|t\.is)\(([^(),\n]*), ([^(),\n]*)\)/, "expect($1).toBe($2)")
            .replace(/^self\.assertEqual\(([^(),\n]*), ([^(),\n]*)\)/, "assert $1 == $2")
            .replace(/^assert\.(\w+)\(t, /, "require.$1(t, ");
          return now === node.text() ? [] : [[put(node, now)]];
        }),
  "returned promise": (subject) =>
    !script.test(subject.language)
      ? []
      : subject.all("return_statement").flatMap((node) => {
          const found = /^return await ([^\n]+)$/.exec(node.text());
          return found === null ? [] : [[put(node, `return ${found[1]}`)]];
        }),
  "else dropped after return": (subject) =>
    subject.all("if_statement").flatMap((node) => {
      const body = bodyOf(node);
      const other = node.field("alternative");
      if (
        body === undefined ||
        other === null ||
        other === undefined ||
        !isExit(statementsOf(body).at(-1)) ||
        !script.test(subject.language)
      )
        return [];
      const block = other.children().find((child) => child.kind() === "statement_block");
      if (block === undefined || node.parent()?.kind() === "else_clause") return [];
      const inner = block
        .text()
        .slice(1, -1)
        .split("\n")
        .map((line) => line.replace(/^ {2}|^\t/, ""))
        .join("\n")
        .trim();
      return [[{ start: span(body).end, end: span(node).end, text: `\n${" ".repeat(node.range().start.column)}${inner}` }]];
    }),
};

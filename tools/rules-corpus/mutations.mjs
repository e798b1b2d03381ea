/**
 * Changes of a file, made by its syntax tree: `removals` take one check away or loosen it, `refactorings` leave what the code does as it is. Each is given the root of the tree,
 * the text and the language, and answers with the edits that it could make; one of them is then made.
 * @typedef {import("@ast-grep/napi").SgNode} Node
 * @typedef {{ start: number, end: number, text: string }} Edit
 * @typedef {{ root: Node, text: string, language: string, isTest: boolean, all: (...kinds: string[]) => Node[], number: () => number }} Subject
 * @typedef {(subject: Subject) => Edit[][]} Mutation
 */

const ifKinds = ["if_statement", "if_expression", "if"];
const exits = /^\s*(?:\{\s*)?(?:return|throw|raise|panic|continue|break|abort|die|exit|bail)\b/;
const exitKinds =
  /^(?:return_statement|throw_statement|raise_statement|continue_statement|break_statement|return|next|break|return_expression|throw_expression)$/;
const script = /^(?:typescript|tsx|javascript)$/;

/** @param {Node} node */
const span = (node) => ({ start: node.range().start.index, end: node.range().end.index });
/** The node with the rest of its lines, so that no empty line stays behind. @param {Subject} subject @param {Node} node @returns {Edit | undefined} */
function deletion({ text }, node) {
  let { start, end } = span(node);
  while (start > 0 && /[ \t]/.test(text[start - 1] ?? "")) start -= 1;
  while (end < text.length && /[ \t;]/.test(text[end] ?? "")) end += 1;
  if ((start > 0 && text[start - 1] !== "\n") || (text[end] !== "\n" && end < text.length)) return undefined;
  return { start, end: Math.min(text.length, end + 1), text: "" };
}
/** @param {(Edit | undefined)[]} edits @returns {Edit[][]} */
const each = (edits) => edits.flatMap((edit) => (edit === undefined ? [] : [[edit]]));
/** @param {Node} node @param {string} text @returns {Edit} */
const put = (node, text) => ({ ...span(node), text });

/** @param {Node} node */
function conditionOf(node) {
  const condition = node.field("condition");
  if (condition === null) return undefined;
  return condition.kind() === "parenthesized_expression" ? (condition.children().find((child) => child.isNamed()) ?? condition) : condition;
}
/** @param {Node} node */
function bodyOf(node) {
  return node.field("consequence") ?? node.field("body") ?? undefined;
}
/** @param {Node} body */
function statementsOf(body) {
  const inner = body.kind() === "then" || /block|compound|body/.test(String(body.kind())) ? body.children() : [body];
  return inner
    .filter((child) => child.isNamed() && child.kind() !== "comment")
    .flatMap((child) => (child.kind() === "statement_list" ? child.children().filter((one) => one.isNamed()) : [child]));
}
/** An expression statement is what it holds. @param {Node | undefined} node */
const isExit = (node) =>
  node !== undefined &&
  (exitKinds.test(String(node.kind())) || exits.test(node.text()) || (node.kind() === "expression_statement" && exits.test(node.text())));
/** The statements that stand in a block by themselves. @param {Node} node */
const statementOf = (node) => (node.parent()?.kind() === "expression_statement" ? /** @type {Node} */ (node.parent()) : node);

/** Ifs that end what follows them. @param {Subject} subject */
function guards({ all }) {
  return all(...ifKinds).filter((node) => {
    if (node.field("alternative") !== null || node.children().some((child) => /^(?:else|elsif|elif)/.test(String(child.kind()))))
      return false;
    const statement = statementOf(node);
    if (/^(?:else|elif)/.test(String(statement.parent()?.kind())) || /\belse\s*$/.test(statement.prev()?.text() ?? "")) return false;
    const body = bodyOf(node);
    if (body === undefined || node.text().split("\n").length > 6) return false;
    const follows = statement.nextAll().some((other) => other.isNamed() && other.kind() !== "comment");
    return follows && isExit(statementsOf(body).at(-1));
  });
}
/** @param {Node} node */
const operatorOf = (node) =>
  node.field("operator")?.text() ??
  node
    .children()
    .find((child) => /^(?:&&|\|\||and|or|<=?|>=?|===?|!==?)$/.test(child.text()))
    ?.text();
const binary = ["binary_expression", "boolean_operator", "comparison_operator", "binary"];
/** @param {Node} node @returns {[Node, Node] | undefined} */
function sidesOf(node) {
  const sides = node.children().filter((child) => child.isNamed() && child.kind() !== "comment");
  return sides.length === 2 ? /** @type {[Node, Node]} */ (sides) : undefined;
}
/** @param {Subject} subject @param {RegExp} name */
function callStatements({ all }, name) {
  return all("expression_statement", "call", "defer_statement", "go_statement").filter((node) => {
    if (node.kind() === "call" && !/^(?:body_statement|then|program|block_body)$/.test(String(node.parent()?.kind()))) return false;
    const text = node.text();
    return text.length < 200 && !/=[^=>]/.test(text.split("(")[0] ?? "") && name.test((text.split("(")[0] ?? "").trim());
  });
}
/** @param {Subject} subject @param {RegExp} name */
const pairsNamed = ({ all }, name) =>
  all("pair", "keyword_argument", "keyed_element", "hash_key_symbol").filter((node) => name.test(node.text().split(/[:=]/)[0] ?? ""));
/** An element of a list with the comma beside it. @param {Subject} subject @param {Node} node @returns {Edit} */
function element({ text }, node) {
  let { start, end } = span(node);
  const behind = /^\s*,[ \t]*\n?/.exec(text.slice(end, end + 200));
  if (behind !== null) {
    end += behind[0].length;
    if (behind[0].endsWith("\n")) while (/[ \t]/.test(text[start - 1] ?? "")) start -= 1;
  } else {
    const before = /,\s*$/.exec(text.slice(Math.max(0, start - 200), start));
    if (before !== null) start -= before[0].length;
  }
  return { start, end, text: "" };
}
/** @param {string} text */
const isBoundary = (text) => /^(?:<=?|>=?)$/.test(text);

const testKinds = ["expression_statement", "function_definition", "function_declaration", "method_declaration", "function_item", "call"];

/** @type {Readonly<Record<string, Mutation>>} */
export const removals = {
  "guard deleted": (subject) => (subject.isTest ? [] : each(guards(subject).map((node) => deletion(subject, statementOf(node))))),
  "operand of and dropped": (subject) =>
    subject.isTest
      ? []
      : subject.all(...ifKinds).flatMap((node) => {
          const condition = conditionOf(node);
          const body = bodyOf(node);
          if (
            condition === undefined ||
            body === undefined ||
            !/^(?:&&|and)$/.test(operatorOf(condition) ?? "") ||
            isExit(statementsOf(body).at(-1))
          )
            return [];
          const sides = sidesOf(condition);
          return sides === undefined ? [] : [[put(condition, sides[subject.number() < 0.5 ? 0 : 1].text())]];
        }),
  "operand of or dropped": (subject) =>
    subject.isTest
      ? []
      : guards(subject).flatMap((node) => {
          const condition = conditionOf(node);
          const sides = condition === undefined || !/^(?:\|\||or)$/.test(operatorOf(condition) ?? "") ? undefined : sidesOf(condition);
          return sides === undefined || condition === undefined ? [] : [[put(condition, sides[subject.number() < 0.5 ? 0 : 1].text())]];
        }),
  "or gained": (subject) =>
    subject.isTest
      ? []
      : subject.all(...ifKinds).flatMap((node) => {
          const condition = conditionOf(node);
          const body = bodyOf(node);
          if (condition === undefined || body === undefined || isExit(statementsOf(body)[0]) || condition.text().includes("\n")) return [];
          if (!/^(?:identifier|member_expression|attribute|selector_expression|call|call_expression)$/.test(String(condition.kind())))
            return [];
          return [
            [
              put(
                condition,
                `${condition.text()} ${/python|ruby/.test(subject.language) ? "or" : "||"} ${subject.language === "php" ? "$lenient" : "lenient"}`,
              ),
            ],
          ];
        }),
  "guard gained an and": (subject) =>
    subject.isTest
      ? []
      : guards(subject).flatMap((node) => {
          const condition = conditionOf(node);
          if (
            condition === undefined ||
            condition.text().includes("\n") ||
            condition.text().length > 60 ||
            /\|\||\bor\b/.test(condition.text())
          )
            return [];
          return [
            [
              put(
                condition,
                `${condition.text()} ${/python|ruby/.test(subject.language) ? "and" : "&&"} ${subject.language === "php" ? "$strict" : "strict"}`,
              ),
            ],
          ];
        }),
  "boundary moved": (subject) =>
    subject.isTest
      ? []
      : guards(subject).flatMap((node) => {
          const condition = conditionOf(node);
          if (condition === undefined || !binary.includes(String(condition.kind()))) return [];
          const operator = condition.children().find((child) => isBoundary(child.text()));
          return operator === undefined || operator.text().length < 2 ? [] : [[put(operator, operator.text()[0] ?? "")]];
        }),
  "constant raised": (subject) =>
    subject.isTest
      ? []
      : guards(subject).flatMap((node) => {
          const condition = conditionOf(node);
          const sides = condition === undefined || !/^>=?$/.test(operatorOf(condition) ?? "") ? undefined : sidesOf(condition);
          return sides === undefined || !/^[1-9]\d*$/.test(sides[1].text()) ? [] : [[put(sides[1], `${Number(sides[1].text()) * 10}`)]];
        }),
  "not dropped": (subject) =>
    subject.isTest
      ? []
      : guards(subject).flatMap((node) => {
          const condition = conditionOf(node);
          const found = condition === undefined ? null : /^(?:!(?![=(])|not\s+)(.+)$/s.exec(condition.text());
          return found === null || condition === undefined || /&&|\|\||\band\b|\bor\b/.test(condition.text())
            ? []
            : [[put(condition, found[1] ?? "")]];
        }),
  "exit in guard removed": (subject) =>
    subject.isTest
      ? []
      : each(
          guards(subject).map((node) => {
            const statements = statementsOf(/** @type {Node} */ (bodyOf(node)));
            const last = statements.at(-1);
            return last === undefined || statements.length < 2 ? undefined : deletion(subject, last);
          }),
        ),
  "catch emptied": (subject) =>
    subject.isTest
      ? []
      : subject.all("catch_clause", "except_clause").flatMap((node) => {
          const body = node.field("body") ?? node.children().findLast((child) => /block|compound/.test(String(child.kind())));
          if (body === undefined || body === null || statementsOf(body).length === 0 || /^\s*pass\s*$/.test(body.text())) return [];
          return [[put(body, subject.language === "python" ? "pass" : "{\n}")]];
        }),
  "error ignored": (subject) =>
    subject.language !== "go" || subject.isTest
      ? []
      : subject.all("if_statement").flatMap((node) => {
          const start = node.field("initializer");
          if (
            start !== null &&
            /^err\s*:?=\s/.test(start.text()) &&
            /^err\s*!=\s*nil$/.test(conditionOf(node)?.text() ?? "") &&
            node.field("alternative") === null
          )
            return [[put(node, `_ = ${start.text().replace(/^err\s*:?=\s*/, "")}`)]];
          const before = node.prev();
          if (
            start === null &&
            before !== null &&
            /^err\s*!=\s*nil$/.test(conditionOf(node)?.text() ?? "") &&
            /^\w+, err\s*:=/.test(before.text())
          ) {
            const gone = deletion(subject, node);
            const name = before.children()[0];
            return gone === undefined || name === undefined ? [] : [[put(name, name.text().replace(/\berr$/, "_")), gone]];
          }
          return [];
        }),
  "error of Rust ignored": (subject) =>
    subject.language !== "rust" || subject.isTest
      ? []
      : subject
          .all("expression_statement")
          .filter((node) => /\?;$/.test(node.text()) && !node.text().includes("\n") && /^[\w.:]+\(/.test(node.text()))
          .map((node) => [put(node, `let _ = ${node.text().replace(/\?;$/, ";")}`)]),
  "copy without a bound": (subject) =>
    subject.language !== "c"
      ? []
      : subject.all("call_expression").flatMap((node) => {
          const found = /^(strncpy|strncat|snprintf|fgets|strlcpy|SDL_strlcpy)\((.+)\)$/s.exec(node.text());
          const list =
            node
              .field("arguments")
              ?.children()
              .filter((child) => child.isNamed()) ?? [];
          if (found === null || list.length < 3) return [];
          const [one, other, third] = list.map((argument) => argument.text());
          if (found[1] === "snprintf")
            return [[put(node, `sprintf(${[one, third, ...list.slice(3).map((argument) => argument.text())].join(", ")})`)]];
          return found[1] === "fgets"
            ? [[put(node, `gets(${one})`)]]
            : [[put(node, `${found[1] === "strncat" ? "strcat" : "strcpy"}(${one}, ${other})`)]];
        }),
  "using dropped": (subject) =>
    subject.language !== "csharp" || subject.isTest
      ? []
      : subject
          .all("local_declaration_statement")
          .flatMap((node) => (/^using /.test(node.text()) ? [[put(node, node.text().replace(/^using /, ""))]] : [])),
  "lock block unwrapped": (subject) =>
    subject.language !== "csharp" && subject.language !== "java"
      ? []
      : subject.all("lock_statement", "synchronized_statement").flatMap((node) => {
          const body = node.field("body") ?? node.children().find((child) => child.kind() === "block");
          return body === null || body === undefined ? [] : [[put(node, body.text())]];
        }),
  "nil-safe call made plain": (subject) =>
    subject.isTest || !/^(?:csharp|ruby|php)$/.test(subject.language)
      ? []
      : subject
          .all("member_binding_expression", "nullsafe_member_call_expression", "call", "conditional_access_expression")
          .flatMap((node) => {
            const text = node.text();
            const now =
              subject.language === "ruby"
                ? text.replace("&.", ".")
                : subject.language === "php"
                  ? text.replace("?->", "->")
                  : text.replace(/\?\./, ".");
            return now === text || text.includes("\n") ? [] : [[put(node, now)]];
          }),
  "await dropped": (subject) =>
    subject.isTest
      ? []
      : subject
          .all("await_expression", "await")
          .filter((node) => node.isNamed() && node.parent()?.kind() === "expression_statement")
          .map((node) => [put(node, node.text().replace(/^await\s+|\.await$/, ""))]),
  "assertion deleted": (subject) =>
    !subject.isTest
      ? []
      : each(
          [
            ...callStatements(
              subject,
              subject.language === "ruby"
                ? /^(?:expect|assert\w*|refute\w*|must_\w+)\b/
                : /^(?:await\s+)?(?:[\w.:>$-]*(?:\.|->|::))?(?:expect|assert\w*!?|require|verify|Errorf?|Fatalf?|That|Equal|True|False)\b/,
            ),
            ...subject.all("assert_statement"),
          ].map((node) => deletion(subject, node)),
        ),
  "test deleted": (subject) =>
    !subject.isTest
      ? []
      : each(
          subject
            .all(...testKinds)
            .filter(
              (node) =>
                /^(?:it|test)\(|^def test_|^async def test_|^func Test|@Test\b|^\[(?:Fact|Test)\]|^public function test|^(?:it|test) ["']/.test(
                  node.text(),
                ) &&
                node.text().length < 3_000 &&
                !/^decorated/.test(String(node.parent()?.kind())),
            )
            .map((node) => deletion(subject, node)),
        ),
  "test skipped": (subject) =>
    !subject.isTest
      ? []
      : subject.all(...testKinds).flatMap((node) => {
          const text = node.text();
          if (/^(?:it|test)\(/.test(text)) return [[put(node, text.replace(/^\w+/, "$&.skip"))]];
          if (/^def test_/.test(text) && !/^decorated/.test(String(node.parent()?.kind()))) {
            const indent = " ".repeat(node.range().start.column);
            return [[put(node, `@pytest.mark.skip\n${indent}${text}`)]];
          }
          if (/^func Test\w+\(t \*testing\.T\) \{/.test(text)) return [[put(node, text.replace("{", '{\n\tt.Skip("later")'))]];
          if (/@Test\b/.test(text.slice(0, 40))) return [[put(node, text.replace("@Test", "@Disabled\n  @Test"))]];
          if (/^(?:#\[test\]\s*)?fn \w+\(\) \{/.test(text) && node.prev()?.text() === "#[test]")
            return [[put(node, `#[ignore]\n${" ".repeat(node.range().start.column)}${text}`)]];
          if (/^\[(?:Fact|Test)\]/.test(text))
            return [
              [
                put(
                  node,
                  text.replace(/^\[(Fact|Test)\]/, (_all, name) =>
                    name === "Fact" ? '[Fact(Skip = "later")]' : '[Test, Ignore("later")]',
                  ),
                ),
              ],
            ];
          if (/^public function test\w+\(\)(?:\s*:\s*void)?\s*\{/.test(text))
            return [[put(node, text.replace("{", "{\n        $this->markTestSkipped();"))]];
          if (subject.language === "ruby" && /^(?:it|test|scenario) ["'].{1,200}do\b/s.test(text))
            return [[put(node, text.replace(/^\w+/, "xit"))]];
          return [];
        }),
  "limit dropped": (subject) =>
    subject.isTest
      ? []
      : each(
          pairsNamed(subject, /^\s*["']?\w*(?:[tT]ime_?[oO]ut|max[A-Z_]\w*|[lL]imit|Max[A-Z]\w*)["']?\s*$/).map((node) =>
            element(subject, node),
          ),
        ),
  "check called no more": (subject) =>
    subject.isTest
      ? []
      : each(
          callStatements(
            subject,
            /(?:^|[.\s>:])(?:await\s+)?(?:validate|check|verify|assert|authorize|ensure|require)(?:[A-Z_]\w*)?!?$/,
          ).map((node) => deletion(subject, node)),
        ),
  "protecting decorator removed": (subject) =>
    subject.isTest
      ? []
      : each(
          subject
            .all("decorator", "annotation", "marker_annotation", "attribute_list")
            .filter((node) =>
              /required|Auth|Secured|Valid\b|NotNull|NotBlank|Transactional|UseGuards|Nonnull|Size\(|protect|atomic|limiter|CheckReturnValue|GuardedBy/.test(
                node.text().slice(0, 60),
              ),
            )
            .map((node) => deletion(subject, node)),
        ),
  "escape unwrapped": (subject) =>
    subject.isTest
      ? []
      : subject.all("call_expression", "call", "method_invocation", "function_call_expression", "invocation_expression").flatMap((node) => {
          const callee = node.text().split("(")[0] ?? "";
          if (
            !/(?:escape\w*|sanitize\w*|encodeURIComponent|htmlspecialchars|quote|secure_filename|basename|HtmlEncode|QueryEscape|PathEscape|Clean)$/i.test(
              callee,
            )
          )
            return [];
          const list =
            node
              .field("arguments")
              ?.children()
              .filter((child) => child.isNamed()) ?? [];
          return list.length === 1 && list[0] !== undefined ? [[put(node, list[0].text())]] : [];
        }),
  "lock removed": (subject) =>
    subject.isTest
      ? []
      : subject.all("expression_statement").flatMap((node) => {
          if (!/^[\w.]+\.R?(?:Lock|lock)\(\)/.test(node.text())) return [];
          const name =
            node
              .text()
              .split("(")[0]
              ?.replace(/R?[lL]ock$/, "") ?? "";
          const next = node.nextAll().find((other) => other.isNamed() && other.text().includes(name) && /[uU]nlock\(\)/.test(other.text()));
          const [one, other] = [
            deletion(subject, node),
            next === undefined || next.text().includes("\n") ? undefined : deletion(subject, next),
          ];
          return one === undefined || other === undefined ? [] : [[one, other]];
        }),
  "closing removed": (subject) =>
    subject.isTest
      ? []
      : each(
          callStatements(
            subject,
            /(?:^defer\s+|\.)(?:[\w.]+\.)?(?:[cC]lose|[dD]ispose|[rR]elease|cancel|Rollback|unlink|clearTimeout|removeEventListener)$|^(?:clearTimeout|clearInterval|defer cancel|fclose|free)$/,
          ).map((node) => deletion(subject, node)),
        ),
  "finally removed": (subject) =>
    subject.isTest
      ? []
      : each(
          subject
            .all("finally_clause")
            .map((node) =>
              node.prev()?.kind() === "catch_clause" || node.prev()?.kind() === "except_clause"
                ? { ...span(node), start: node.prev()?.range().end.index ?? 0, text: "" }
                : undefined,
            ),
        ),
  "optional chaining dropped": (subject) =>
    subject.isTest || !script.test(subject.language)
      ? []
      : each(subject.all("optional_chain").map((node) => put(node, /^\??\.?$/.test(node.text()) ? "." : node.text()))),
  "anchor dropped": (subject) =>
    subject.isTest
      ? []
      : subject.all("regex_pattern", "string_content", "interpreted_string_literal_content", "string_fragment").flatMap((node) => {
          const text = node.text();
          return /^\^.{3,}\$$/.test(text) ? [[put(node, subject.number() < 0.5 ? text.slice(1) : text.slice(0, -1))]] : [];
        }),
  "suppression added": (subject) =>
    subject.isTest
      ? []
      : subject.all("expression_statement", "return_statement").flatMap((node) => {
          const indent = " ".repeat(node.range().start.column);
          const said =
            {
              python: "# nosec",
              go: "//nolint:all",
              java: "// NOSONAR",
              csharp: "// NOSONAR",
              php: "// phpcs:ignore",
              ruby: "# rubocop:disable all",
            }[subject.language] ?? (script.test(subject.language) ? "// @ts-ignore" : undefined);
          if (said === undefined || node.text().includes("\n")) return [];
          return script.test(subject.language)
            ? [[put(node, `${said}\n${indent}${node.text()}`)]]
            : [[put(node, `${node.text()} ${said}`)]];
        }),
};

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

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
 * Changes that take one check away or loosen it.
 * @typedef {import("./syntax-edits.mjs").Node} Node
 * @typedef {import("./syntax-edits.mjs").Subject} Subject
 * @typedef {import("./syntax-edits.mjs").Mutation} Mutation
 * @typedef {import("./syntax-edits.mjs").Edit} Edit
 */

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

import { syntaxRule } from "../../../kinds/index.ts";
import { type SyntaxNode, scopeOf, textAround } from "../../../syntax/index.ts";

export const cookieUnprotected = syntaxRule({
  id: "go/cookie-unprotected",
  title: "A cookie is made without its protection",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [614, 1004],
  mentions: /(?:http|fiber)\.Cookie\b|sessions\.Options\{/,
  find: {
    go: [
      { kind: "composite_literal", has: { field: "type", regex: "^(http\\.Cookie|fiber\\.Cookie|sessions\\.Options)$" } },
      { kind: "call_expression", regex: "^new\\((http|fiber)\\.Cookie\\)$" },
    ],
  },
  when: (node) => {
    const text = node.text();
    const name = variableOf(node);
    const later = name === undefined ? "" : fieldsSetLater(name, textAround(node));
    const isTakenAway = /MaxAge\s*[:=]\s*-|Expires\s*[:=]\s*(?:time\.Unix\(0|time\.Now\(\)\.Add\(-|\w+\.Add(?:Date)?\(-)/;
    if (isTakenAway.test(text) || isTakenAway.test(later)) return false;
    if (/^\S+\{\s*\}$/.test(text) || /^new\(/.test(text)) {
      // Filled later: judged by all that it is given, where it is given something.
      if (!/\b(?:Name|Value)\s*=/.test(later)) return false;
    } else if (!/:/.test(text)) return false;
    const whole = `${text}\n${later}`;
    if (!/SameSiteNoneMode/.test(whole) && isSet(whole, "Secure", node) && isSet(whole, "H(?:ttp|TTP)Only", node)) return false;
    return (name !== undefined && !/:/.test(text) && sentFrom(node, name)) || true;
  },
  message: "Without HttpOnly script in the page can read it, without Secure it also travels unencrypted.",
  suggestion: "Set HttpOnly and Secure, and SameSite.",
});

/** Whether a field is given something else than `false`, be it by the name of a variable. */
function isSet(text: string, field: string, node: SyntaxNode): boolean {
  const given = new RegExp(`\\b${field}\\s*[:=]\\s*(\\w+)`).exec(text)?.[1];
  return given !== undefined && given !== "false" && !new RegExp(`\\b${given}\\s*:?=\\s*false\\b`).test(textAround(node));
}

/** Where a cookie that is filled step by step is sent: then all is known about it. */
function sentFrom(node: SyntaxNode, name: string): SyntaxNode | undefined {
  return (
    scopeOf(node).find({
      rule: { kind: "call_expression", all: [{ regex: `^(\\w+\\.){1,3}(SetCookie|Cookie)\\(` }, { regex: `[(, ]&?${name}\\)$` }] },
    }) ?? undefined
  );
}

/** The variable that is given the cookie. */
function variableOf(node: SyntaxNode): string | undefined {
  let parent = node.parent();
  for (let level = 0; parent !== null && level < 3; level += 1) {
    const left = parent.field("left") ?? parent.field("name");
    if (left !== null) return /^\w+$/.test(left.text()) ? left.text() : undefined;
    parent = parent.parent();
  }
  return undefined;
}

/** `cookie.Secure = true`, `session.Options.Secure = …`: the assignments to fields of a variable. */
function fieldsSetLater(name: string, text: string): string {
  return [...text.matchAll(new RegExp(`\\b${name}\\.(\\w+\\s*=[^=\\n][^\\n]{0,200})`, "g"))].map(([, said = ""]) => said).join("\n");
}

import { syntaxRule } from "../../../kinds/index.ts";

export const cookieUnprotected = syntaxRule({
  id: "go/cookie-unprotected",
  title: "A cookie is made without its protection",
  category: "security",
  subcategory: "insecure-cookie",
  severity: "warning",
  confidence: "medium",
  languages: ["go"],
  cwe: [614, 1004],
  mentions: /http\.Cookie\{|sessions\.Options\{/,
  find: { go: [{ kind: "composite_literal", has: { field: "type", regex: "^(http\\.Cookie|sessions\\.Options)$" } }] },
  when: (node) => {
    const text = node.text();
    if (/^\S+\{\s*\}$/.test(text) || /MaxAge:\s*-|Expires:\s*time\.Unix\(0/.test(text)) return false; // filled later, or taken away
    return /SameSiteNoneMode/.test(text) || !(/Secure:\s*(?!false)\S/.test(text) && /HttpOnly:\s*(?!false)\S/.test(text));
  },
  message: "Without HttpOnly script in the page can read it, without Secure it also travels unencrypted.",
  suggestion: "Set HttpOnly and Secure, and SameSite.",
});

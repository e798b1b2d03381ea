import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";

export const certificateName = syntaxRule({
  id: "javascript/certificate-name",
  title: "Whose certificate it is, is not compared with anything",
  category: "security",
  subcategory: "tls-verification",
  severity: "warning",
  confidence: "high",
  languages: scriptLanguages,
  cwe: [295, 297],
  mentions: /checkServerIdentity/,
  find: [
    { kind: "pair", has: { field: "key", regex: "^[\"']?checkServerIdentity[\"']?$" } },
    { kind: "method_definition", has: { field: "name", regex: "^checkServerIdentity$" } },
  ],
  when: (node) => {
    const value = node.kind() === "pair" ? node.field("value") : node;
    const body = value?.field("body")?.text() ?? "";
    // The rule for certificates says so about what is empty on the same line.
    return (
      body.includes("\n") &&
      !/\bif\b|\?|[=!]==?|&&|\|\||\bthrow\b|[cC]heck\w*\(|[vV]erify\w*\(|\breturn\s+(?!undefined|null|void|true|;)\S/.test(body)
    );
  },
  message: "Any certificate of any site will do, so whoever has one can be in between.",
  suggestion: "Leave checkServerIdentity out, or return what tls.checkServerIdentity(host, certificate) says.",
});

import { scriptLanguages, syntaxRule } from "../../../kinds/index.ts";
import { isFromRequest } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

export const timingCompare = syntaxRule({
  id: "javascript/timing-compare",
  title: "A secret is compared character by character",
  category: "security",
  subcategory: "timing",
  severity: "info",
  confidence: "low",
  languages: scriptLanguages,
  cwe: [208],
  mentions: /[=!]==?/,
  find: [{ kind: "binary_expression", regex: "[=!]=" }],
  when: (node, file) => {
    const [left, right] = [node.field("left"), node.field("right")];
    if (left === null || right === null || !/^[=!]==?$/.test(node.field("operator")?.text() ?? node.child(1)?.text() ?? "")) return false;
    const plain = /^(?:["'`].*|-?\d.*|null|undefined|true|false|void 0|this|typeof .*|NaN)$/s;
    // A password that is written there is compared like any other, and known to whoever reads it.
    if (/(?:passw(?:or)?d|secret|api_?key)$/i.test(left.text()) && /^["'][^"'\s]{4,80}["']$/.test(right.text())) return true;
    if (
      [left, right].some(
        (side) => plain.test(side.text()) || side.text().length > 120 || /\.length$|typeof|^\w+\.(?:TOKEN|KEYWORD)/.test(side.text()),
      )
    )
      return false;
    const isSecret = [left, right].some(
      (side) =>
        /^[\w.[\]"'?!]+$/.test(side.text()) && secretName.test(side.text().replace(/["'\]?!]+$/, "")) && !otherName.test(side.text()),
    );
    if (!isSecret) return false;
    const { language } = file;
    if (language === undefined) return "doubtful";
    const fromRequest = [left, right].filter((side) => isFromRequest(side, language)).length;
    // Two values of one request, a password and its repetition, are both known to who sent them.
    if (fromRequest === 2) return false;
    return fromRequest === 1 ? "likely" : "doubtful";
  },
  message: "Comparing ends at the first character that differs: who measures it finds the secret one character after the other.",
  suggestion: "crypto.timingSafeEqual, over hashes of both where their lengths may differ.",
});

const secretName = verbose("i")`
  (?:^|[._\w])(?:
    passw(?:or)?d | secret | api_?key | apiToken | auth_?token | access_?token | csrf_?token | signature | hmac
    | digest | auth | hash | token | api | pass
  )$
`;
const otherName =
  /(?:current|next|previous|last|first|peek|start|end|prev|open|close)_?token|tokens?\.\w+\.|location\.hash|\.hash$|rapi|bypass|compass/i;

import { callRule } from "../../../kinds/index.ts";
import { assignmentsOf, isFromRequest } from "../../../syntax/index.ts";

export const floatFromRequest = callRule({
  id: "python/float-from-request",
  title: "A request may say that a number is none",
  category: "security",
  subcategory: "improper-validation",
  severity: "warning",
  confidence: "medium",
  languages: ["python"],
  cwe: [704],
  mentions: /request|event|self\.get_/,
  callee: /^(?:float|complex)$/,
  when: ({ arguments: [value] }) =>
    value !== undefined &&
    /^(?:call|subscript|attribute|identifier)$/.test(String(value.kind())) &&
    isFromRequest(value, "python") &&
    // What is called an event may be one of the program's own.
    ([value, ...assignmentsOf(value)].some((one) => /\brequest\b|\bself\.get_/.test(one.text().slice(0, 200))) || "doubtful"),
  message: 'float("nan") is no error, and nan is neither less nor more than any bound: it passes comparisons, and sums are nan for ever.',
  suggestion: "Use int or Decimal, or ask math.isfinite.",
});

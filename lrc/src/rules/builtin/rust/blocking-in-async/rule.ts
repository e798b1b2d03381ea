import { syntaxRule } from "../../../kinds/index.ts";

export const blockingInAsync = syntaxRule({
  id: "rust/blocking-in-async",
  title: "An async function blocks its thread",
  category: "performance",
  subcategory: "blocking-call",
  severity: "warning",
  confidence: "high",
  languages: ["rust"],
  cwe: [833],
  mentions: /async fn|async move/,
  find: [
    {
      kind: "call_expression",
      all: [
        {
          has: {
            field: "function",
            regex: "^(std::thread::sleep|thread::sleep|std::fs::\\w+|reqwest::blocking::\\w+|futures::executor::block_on|block_on)$",
          },
        },
        { inside: { any: [{ kind: "function_item", regex: "^(pub(\\([a-z]+\\))?\\s+)?async\\b" }], stopBy: "end" } },
      ],
    },
  ],
  when: (node) =>
    !/spawn_blocking|block_in_place/.test(node.parent()?.parent()?.parent()?.parent()?.text().slice(0, 200) ?? "") &&
    !/^std::fs/.test(node.text()),
  message: "While this waits, nothing else on the same thread runs: other requests stand still.",
  suggestion: "Use the runtime's own (tokio::time::sleep, tokio::fs), or spawn_blocking.",
});

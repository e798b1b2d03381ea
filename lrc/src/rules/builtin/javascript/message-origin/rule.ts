import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf, isMentioned } from "../../../syntax/index.ts";

/** A worker hears only who made it. */
const isWorker = /\bwindow\s*=\s*self\b|\bimportScripts\(|DedicatedWorkerGlobalScope|parentPort/;

export const messageOrigin = callRule({
  id: "javascript/message-origin",
  title: "A message is sent to, or taken from, any page",
  category: "security",
  subcategory: "missing-origin-check",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [345, 346],
  mentions: /postMessage|["'`]message["'`]/,
  callee: inScript(/(^|\.)postMessage$|^((window|self|globalThis|top|parent)\.)?addEventListener$/),
  when: ({ callee, arguments: values }) => {
    if (/postMessage$/.test(callee)) return /^["'`]\*["'`]$/.test(values[1]?.text() ?? "");
    if (!/^["'`]message["'`]$/.test(values[0]?.text() ?? "")) return false;
    const [, given] = values;
    const handler = given?.kind() === "identifier" ? assignmentsOf(given)[0] : given;
    if (handler === undefined || !/function|arrow/.test(String(handler.kind())) || isMentioned(handler, isWorker)) return false;
    const reads = /\.data\b|\bdata\b/.test(handler.text()) && !/origin|\.source\b|isTrusted/.test(handler.text());
    return reads && values[0]!;
  },
  message: "Any page that embeds this one, or is embedded, can read the message or send one of its own.",
  suggestion: "Name the origin that is meant when sending, and compare event.origin when receiving.",
});

import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { assignmentsOf } from "../../../syntax/index.ts";

export const electronConsent = callRule({
  id: "javascript/electron-consent",
  title: "Electron is told to say yes to whatever is asked",
  category: "security",
  subcategory: "disabled-protection",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [295, 862],
  mentions: /certificate-error|setCertificateVerifyProc|setPermission(?:Request|Check)Handler/,
  callee: inScript(/\.(?:on|once|setCertificateVerifyProc|setPermissionRequestHandler|setPermissionCheckHandler)$/),
  when: ({ callee, arguments: values }) => {
    const isEvent = /\.on(?:ce)?$/.test(callee);
    if (isEvent && !/^["'`]certificate-error["'`]$/.test(values[0]?.text() ?? "")) return false;
    const given = isEvent ? values[1] : values[0];
    const handler = given?.kind() === "identifier" ? assignmentsOf(given)[0] : given;
    if (handler === undefined || !/function|arrow/.test(String(handler.kind()))) return false;
    const text = handler.text().slice(0, 4_000);
    // What is asked about anything is answered as it comes.
    if (/\bif\b|\?|[=!]==?|&&|\|\||\bswitch\b|\.(?:includes|has|test|startsWith)\(/.test(text)) return false;
    if (/CheckHandler$/.test(callee)) return /(?:=>\s*|\breturn\s+)true\b/.test(text);
    return /VerifyProc$/.test(callee) ? /\w\(\s*0\s*\)/.test(text) : /\w\(\s*true\s*\)/.test(text);
  },
  message: "Any page gets the camera, the microphone and the place, or anybody in between passes for the server.",
  suggestion: "Ask which page and what it wants, and refuse the rest; let certificates be checked as they are.",
});

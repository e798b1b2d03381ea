import { lineRule } from "../../../kinds/index.ts";
import { verbose } from "../../../text/index.ts";

export const androidExposed = lineRule({
  id: "java/android-exposed",
  title: "An app opens itself to other apps or to what a page says",
  category: "security",
  subcategory: "exposed-component",
  severity: "info",
  confidence: "medium",
  languages: ["java"],
  cwe: [79, 200, 749, 926, 927],
  match: verbose`
    \.setJavaScriptEnabled\(\s*true
    | \.setAllow(?:FileAccess|ContentAccess|FileAccessFromFileURLs|UniversalAccessFromFileURLs)\(\s*true
    | \.addJavascriptInterface\(
    | \.send(?:Ordered|Sticky|StickyOrdered)?Broadcast(?:AsUser)?\(
      (?![^)]{0,200}(?:[pP]ermission|PERMISSION|"[\w.]+"))
    | \.registerReceiver\(\s{0,9}[^,()]{1,80},\s{0,9}[^,()]{1,120}(?:\([^()]{0,80}\))?\s{0,9}\)
    | \bget(?:External(?:StorageDirectory|StoragePublicDirectory|FilesDirs?|CacheDirs?|MediaDirs))\(
    | \.setUserAuthenticationRequired\(\s*false
    | \b(?:bp|biometricPrompt|\w*[bB]iometricPrompt)\.authenticate\(\s{0,9}[^,()]{1,60}\s{0,9}\)
    | \bsetSavePassword\(\s*true | \bFLAG_DEBUGGABLE\b
    | \.setGeolocationEnabled\(\s*true
    | \bMODE_WORLD_(?:READABLE|WRITEABLE)\b
  `,
  when: (_found, _line, lines) => /\bandroidx?\b|Intent\b|WebView|Context\b/.test(lines.slice(0, 80).join("\n")),
  message: "Other apps on the phone, or script in a page, reach what was meant for this app alone.",
  suggestion:
    "Name the permission or the receiver, keep files in the app's own folder, and switch on in a WebView only what the page needs.",
});

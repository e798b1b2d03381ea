import { callRule, inScript, scriptLanguages } from "../../../kinds/index.ts";
import { objectOf, optionOf } from "../../../syntax/index.ts";
import { verbose } from "../../../text/index.ts";

const weakened = verbose`
  \b(?:webSecurity|contextIsolation|sandbox)["']?\s*:\s*(?:false|0)\b
  | \b(?:
      nodeIntegration\w* | allowRunningInsecureContent | experimentalFeatures | experimentalCanvasFeatures
      | enableRemoteModule | webviewTag | plugins
    )["']?\s*:\s*(?:true|1)\b
  | \benableBlinkFeatures\b | \bblinkFeatures\b
`;

export const electronWindow = callRule({
  id: "javascript/electron-window",
  title: "A window of Electron gives pages more than they need",
  category: "security",
  subcategory: "excessive-permission",
  severity: "warning",
  confidence: "medium",
  languages: scriptLanguages,
  cwe: [16, 250],
  mentions: /BrowserWindow|BrowserView|webPreferences/,
  callee: inScript(/^new (?:electron\.)?(?:BrowserWindow|BrowserView|WebContentsView)$/),
  when: ({ arguments: [options] }) => {
    const text = [options, optionOf(options, "webPreferences")].map((one) => objectOf(one)?.text() ?? "").join(" ");
    return weakened.test(text);
  },
  message: "One page with a fault in it is then enough to run programs on the machine of whoever looks at it.",
  suggestion: "Leave webPreferences as Electron sets them, and hand over single functions with contextBridge.",
});

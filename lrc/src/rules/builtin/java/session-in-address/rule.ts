import { lineRule } from "../../../kinds/index.ts";

export const sessionInAddress = lineRule({
  id: "java/session-in-address",
  title: "The session is written into addresses, or taken as it was asked for",
  category: "security",
  subcategory: "session-exposure",
  severity: "info",
  confidence: "medium",
  languages: ["java"],
  cwe: [384, 598],
  match: /\b\w{0,30}(?:[rR]esponse|resp|res)\.encode(?:Redirect)?U(?:RL|rl)\(|\.getRequestedSessionId\(\)/,
  message: "A session in the address is in every log, history and link that is passed on; one that was asked for may be anybody's.",
  suggestion: "Keep sessions to cookies, and ask the session that is there for its id.",
});

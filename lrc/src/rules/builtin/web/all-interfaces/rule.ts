import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { isMadeUpPath } from "../../../text/index.ts";

export const allInterfaces = lineRule({
  id: "web/all-interfaces",
  title: "A service listens on every network",
  category: "security",
  subcategory: "network-exposure",
  severity: "warning",
  confidence: "medium",
  languages: [...scriptLanguages, "python", "go"],
  cwe: [200, 605],
  match: {
    ...inScript(/\.listen\([^)]{0,80}["'`](?:0\.0\.0\.0|::)["'`]/),
    python:
      /\.bind\(\s*\(?\s*["'](?:0\.0\.0\.0|::|)["']|\b(?:uvicorn|app|server|socketio|web)\.(?:run|run_app|serve|listen)\([^#]{0,160}["'](?:0\.0\.0\.0|::)["']|\b(?:HTTPServer|TCPServer|UDPServer|XMLRPCServer|make_server|create_server|start_server|ThreadingHTTPServer|serve)\([^#]{0,60}["'](?:0\.0\.0\.0|::)["']|SERVER_NAME["'\]]*\s*=\s*["']0\.0\.0\.0|\.run\([^#]{0,120}host\s*=\s*["'](?:0\.0\.0\.0|::)["']/,
    go: /\b(?:net|tls)\.Listen\(\s*"\w+"\s*,\s*"(?:0\.0\.0\.0|\[::\])?:\d+"/,
  },
  when: (_found, _line, _lines, { diff }) => !isMadeUpPath(diff.path),
  message: "Everybody who reaches this machine reaches the service, also from networks nobody thought of.",
  suggestion: "Listen on 127.0.0.1, or let the address be configured.",
});

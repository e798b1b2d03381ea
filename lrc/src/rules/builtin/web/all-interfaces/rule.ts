import { inScript, lineRule, scriptLanguages } from "../../../kinds/index.ts";
import { isMadeUpPath, verbose } from "../../../text/index.ts";

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
    python: verbose`
      \.bind\(\s*\(?\s*["'](?:0\.0\.0\.0|::|)["']
      | \b(?:uvicorn|app|server|socketio|web)\.(?:run|run_app|serve|listen)\([^#]{0,160}["'](?:0\.0\.0\.0|::)["']
      | \b(?:
          HTTPServer | TCPServer | UDPServer | XMLRPCServer | make_server | create_server | start_server
          | ThreadingHTTPServer | serve | run_simple
        )\([^#]{0,60}["'](?:0\.0\.0\.0|::)["']
      | SERVER_NAME["'\]]*\s*=\s*["']0\.0\.0\.0
      | (?:\.|^\s*)run\([^#]{0,120}host\s*=\s*["'](?:0\.0\.0\.0|::)["']
    `,
    go: /\b(?:net|tls|reuseport)\.Listen(?:Packet)?\(\s*"\w+"\s*,\s*(?:"(?:0\.0\.0\.0|\[::\])?:\d+"|\w{1,40}\s*[,)])/,
  },
  when: ([found], line, lines, { diff }) => {
    if (isMadeUpPath(diff.path)) return false;
    const name = /,\s*(\w+)\s*[,)]$/.exec(found)?.[1];
    if (name === undefined) return true;
    // An address with a name, as it was given a few lines above or for the whole file.
    const given = new RegExp(`\\b${name}\\s*(?:string\\s*)?:?=\\s*"(?:0\\.0\\.0\\.0|\\[::\\])?:\\d+"`);
    return lines.slice(0, line).some((text) => text.length < 200 && given.test(text));
  },
  message: "Everybody who reaches this machine reaches the service, also from networks nobody thought of.",
  suggestion: "Listen on 127.0.0.1, or let the address be configured.",
});

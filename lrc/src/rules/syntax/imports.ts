import { verbose } from "../text/index.ts";

/** What JavaScript's packages are called in rules, whatever a file calls them. What is not here keeps the name it has in the file. */
const names: Readonly<Record<string, string>> = {
  child_process: "child_process",
  "child-process-promise": "child_process",
  "cross-spawn": "crossSpawn",
  execa: "execa",
  shelljs: "shell",
  fs: "fs",
  "fs/promises": "fs",
  "fs-extra": "fs",
  "graceful-fs": "fs",
  path: "path",
  crypto: "crypto",
  http: "http",
  https: "https",
  http2: "http2",
  net: "net",
  tls: "tls",
  vm: "vm",
  util: "util",
  "crypto-js": "CryptoJS",
  md5: "md5",
  "js-md5": "md5",
  sha1: "sha1",
  "js-sha1": "sha1",
  jssha: "jsSHA",
  jsonwebtoken: "jwt",
  "jwt-simple": "jwtSimple",
  jose: "jose",
  "express-jwt": "expressJwt",
  expressjwt: "expressJwt",
  "cookie-session": "cookieSession",
  "express-session": "session",
  "cookie-parser": "cookieParser",
  csurf: "csurf",
  cors: "cors",
  helmet: "helmet",
  express: "express",
  axios: "axios",
  request: "request",
  "request-promise": "request",
  "request-promise-native": "request",
  got: "got",
  needle: "needle",
  superagent: "superagent",
  "node-fetch": "fetch",
  "cross-fetch": "fetch",
  "isomorphic-fetch": "fetch",
  undici: "undici",
  lodash: "_",
  underscore: "_",
  "js-yaml": "yaml",
  yaml: "YAML",
  "node-serialize": "serialize",
  "serialize-to-js": "serializeToJs",
  "serialize-javascript": "serializeJavascript",
  funcster: "funcster",
  cryo: "cryo",
  libxmljs: "libxmljs",
  libxmljs2: "libxmljs",
  "node-expat": "expat",
  sax: "sax",
  xml2json: "xml2json",
  handlebars: "Handlebars",
  pug: "pug",
  jade: "jade",
  ejs: "ejs",
  mustache: "Mustache",
  nunjucks: "nunjucks",
  dot: "doT",
  eta: "eta",
  "hogan.js": "Hogan",
  swig: "swig",
  squirrelly: "Sqrl",
  whiskers: "whiskers",
  template7: "Template7",
  marked: "marked",
  formidable: "formidable",
  multer: "multer",
  nodemailer: "nodemailer",
  argon2: "argon2",
  bcrypt: "bcrypt",
  bcryptjs: "bcrypt",
  "adm-zip": "AdmZip",
  jszip: "JSZip",
  tar: "tar",
  wkhtmltopdf: "wkhtmltopdf",
  wkhtmltoimage: "wkhtmltoimage",
};

/** So much of a file is looked at: imports stand at its beginning, or in functions that somebody wrote. */
const mostCharacters = 200_000;
const required = verbose("g")`
  (?:\b(?:const|let|var)\s{1,9}|,\s{0,40})(\w+|\{[^{}]{1,600}\})\s{0,9}=\s{0,9}(?:await\s{1,9}import|require)\(\s{0,9}
  ["'](?:node:)?([^"'\n]{1,60})["']\s{0,9}\)(?:\.(\w+))?
`;
const imported =
  /\bimport\s{1,9}(?:(\w+)\s{0,9},?\s{0,9})?(\{[^{}]{1,900}\}|\*\s{1,9}as\s{1,9}\w+)?\s{0,9}from\s{0,9}["'](?:node:)?([^"'\n]{1,60})["']/g;

/** `const run = promisify(exec)` does what `exec` does. */
const promised = /\b(?:const|let|var)\s{1,9}(\w+)\s{0,9}=\s{0,9}(?:util\.)?promisify\(\s{0,9}(?:(\w+)\.)?(\w+)\s{0,9}\)/g;

/** `const { exec } = cp` and `const Strategy = passport.Strategy` take something out of what was loaded before. */
const takenOut = /\b(?:const|let|var)\s{1,9}(\w+|\{[^{}]{1,300}\})\s{0,9}=\s{0,9}(\w+)(?:\.(\w+))?\s{0,9}(?:;|\n|$)/g;

/** The names that a file of JavaScript gives to packages and to what it takes out of them, and what rules call these. */
export function importsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const source = text.slice(0, mostCharacters);
  for (const [, target = "", module = "", member] of source.matchAll(required)) {
    const name = names[module];
    if (name === undefined) continue;
    const whole = member === undefined ? name : `${name}.${member}`;
    if (target.startsWith("{")) addMembers(found, target, whole, /\s*:\s*/);
    else found.set(target, whole);
  }
  for (const [, own, rest = "", module = ""] of source.matchAll(imported)) {
    const name = names[module];
    if (name === undefined) continue;
    if (own !== undefined) found.set(own, name);
    if (rest.startsWith("{")) addMembers(found, rest, name, /\s+as\s+/);
    else if (rest !== "") found.set(rest.replace(/^\*\s*as\s*/, ""), name);
  }
  if (found.size > 0)
    for (const [, target = "", module = "", member] of source.matchAll(takenOut)) {
      const name = found.get(module);
      if (name === undefined) continue;
      if (target.startsWith("{")) addMembers(found, target, member === undefined ? name : `${name}.${member}`, /\s*:\s*/);
      else if (member !== undefined) found.set(target, `${name}.${member}`);
    }
  for (const [, own = "", module, name = ""] of source.matchAll(promised)) {
    const whole = found.get(module ?? name);
    if (whole !== undefined) found.set(own, module === undefined ? whole : `${whole}.${name}`);
  }
  return found;
}

function addMembers(found: Map<string, string>, list: string, module: string, renamed: RegExp): void {
  for (const part of list.slice(1, -1).split(",")) {
    const [name = "", own = name] = part.trim().split(renamed);
    if (/^\w+$/.test(name) && /^\w+$/.test(own)) found.set(own, name === "default" || name === module ? module : `${module}.${name}`);
  }
}

/** What rules call something that a file calls `callee`. */
export function nameInRules(callee: string, imports: ReadonlyMap<string, string>): string {
  const required = /^require\(["'](?:node:)?([^"']{1,60})["']\)(\.[\s\S]*)?$/.exec(callee);
  if (required !== null) return `${names[required[1] ?? ""] ?? `require("${required[1]}")`}${required[2] ?? ""}`;
  const [, made = "", first = "", rest = ""] = /^(new )?(\w+)([\s\S]*)$/.exec(callee) ?? [];
  const name = imports.get(first);
  return name === undefined ? callee : `${made}${name}${rest}`;
}

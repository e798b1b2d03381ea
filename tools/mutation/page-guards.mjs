/**
 * Takes the guards of the review page's server away one by one and runs its security tests against what is left: each must fail. A guard that nobody misses is
 * either not tested or not needed. Sources are changed while they are loaded, never on disk.
 *
 *     node tools/mutation/page-guards.mjs
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startVitest } from "vitest/node";
import { root } from "../programs.mjs";

const server = "lrc/src/web/server";

/** @type {readonly { guard: string, file: string, from: string, to: string }[]} */
const mutants = [
  { guard: "nothing", file: "guard.ts", from: "default-src", to: "default-src" },
  { guard: "methods", file: "guard.ts", from: 'method !== "GET" && method !== "POST"', to: "false" },
  {
    guard: "Host allow-list",
    file: "guard.ts",
    from: "if (host === undefined || !origins.includes(",
    to: "if (host === undefined || !['http://' + host].includes(",
  },
  { guard: "Origin", file: "guard.ts", from: "origin !== undefined && origin !== own", to: "false" },
  { guard: "Origin must be there", file: "guard.ts", from: "origin === undefined) return", to: "false) return" },
  { guard: "Sec-Fetch-Site", file: "guard.ts", from: 'site !== undefined && site !== "same-origin" && site !== "none"', to: "false" },
  { guard: "JSON content type", file: "guard.ts", from: 'type !== "application/json"', to: "false" },
  { guard: "token", file: "access.ts", from: 'typeof token === "string" && isSame(token, this.token)', to: "true" },
  { guard: "cookie", file: "access.ts", from: "return isCookie && isKey", to: "return isKey" },
  { guard: "key", file: "access.ts", from: "return isCookie && isKey", to: "return isCookie" },
  {
    guard: "entry to the interface",
    file: "serve-page.ts",
    from: 'return await next();\n    return context.json({ message: "open',
    to: 'return await next();\n    return await next();\n    return context.json({ message: "open',
  },
  { guard: "content security policy", file: "guard.ts", from: "\"script-src 'self'\"", to: "\"script-src 'self' 'unsafe-inline'\"" },
  { guard: "frames", file: "guard.ts", from: "\"frame-ancestors 'none'\",", to: "" },
  { guard: "HttpOnly", file: "serve-page.ts", from: "httpOnly: true", to: "httpOnly: false" },
  { guard: "SameSite", file: "serve-page.ts", from: 'sameSite: "Strict"', to: 'sameSite: "None"' },
  { guard: "names of files", file: "page-files.ts", from: 'if (type === undefined || name.includes("..")) return undefined;', to: "" },
  {
    guard: "own actions only",
    file: "serve-page.ts",
    from: "Object.hasOwn(actions, name) ? actions[name] : undefined",
    to: "actions[name]",
  },
  { guard: "size of a body", file: "serve-page.ts", from: "maxSize: longestBody", to: "maxSize: 2 ** 40" },
  { guard: "host of the first line", file: "guard.ts", from: " || new URL(url).host !== host", to: "" },
  { guard: "key is not the cookie", file: "access.ts", from: "this.#key = secret();", to: "this.#key = this.#cookie;" },
  { guard: "types of files are not guessed", file: "guard.ts", from: '"x-content-type-options": "nosniff",', to: "" },
  { guard: "no resource for other sites", file: "guard.ts", from: '"cross-origin-resource-policy": "same-origin",', to: "" },
  { guard: "no address for other sites", file: "guard.ts", from: '"referrer-policy": "no-referrer",', to: "" },
  { guard: "nothing is kept", file: "guard.ts", from: '"cache-control": "no-store",', to: "" },
  { guard: "workers", file: "guard.ts", from: "\"worker-src 'self'\"", to: '"worker-src *"' },
  { guard: "connections", file: "guard.ts", from: "\"connect-src 'self'\"", to: '"connect-src *"' },
  { guard: "forms", file: "guard.ts", from: "\"form-action 'none'\",", to: "" },
  { guard: "base address", file: "guard.ts", from: "\"base-uri 'none'\",", to: "" },
  { guard: "loopback only", file: "serve-page.ts", from: 'listenOn(app, "127.0.0.1")', to: 'listenOn(app, "0.0.0.0")' },
];

const resolve = { conditions: ["source", "node", "import", "default"] };
let survived = 0;
for (const { guard, file, from, to } of mutants) {
  const path = join(root, server, file);
  if (!readFileSync(path, "utf8").includes(from)) throw new Error(`${file} does not hold ${from}`);
  const vitest = await startVitest(
    "test",
    [`${server}/serve-page.test.ts`],
    {
      root,
      config: false,
      watch: false,
      reporters: [{}],
      testTimeout: 5000,
      include: [`${server}/*.test.ts`],
      coverage: { enabled: false },
    },
    {
      resolve,
      ssr: { resolve },
      plugins: [{ name: "mutant", enforce: "pre", transform: (code, id) => (id === path ? code.replace(from, () => to) : undefined) }],
    },
  );
  const failed = vitest.state.getFiles().some(({ result }) => result?.state === "fail");
  await vitest.close();
  const isWhole = from === to;
  if (failed === isWhole) survived += 1;
  process.stdout.write(`${isWhole ? (failed ? "BROKEN  " : "passes  ") : failed ? "missed  " : "SURVIVED"}  ${guard}\n`);
}
process.stdout.write(`${mutants.length - 1 - survived} of ${mutants.length - 1} guards are missed when they are gone\n`);
process.exit(survived === 0 ? 0 : 1);

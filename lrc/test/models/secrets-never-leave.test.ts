import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addedFile, clientFor, reviewedBy, settingsFor } from "./harness/ask.ts";
import { ModelServer, modelStating } from "./harness/model-server.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await ModelServer.start(modelStating([]));
});
afterAll(() => server.close());

const from = (alphabet: string, length: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length }).map((characters) => characters.join(""));
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const digits = "0123456789";
const hex = "0123456789abcdef";
const word = `abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ${digits}`;

/** A secret, and lines as people write them around it. */
type Planted = readonly [secret: string, line: string];
const plant = (secret: fc.Arbitrary<string>, ...lines: ((secret: string) => string)[]): fc.Arbitrary<Planted> =>
  fc.tuple(secret, fc.constantFrom(...lines)).map(([value, line]) => [value, line(value)]);

const planted: fc.Arbitrary<Planted> = fc.oneof(
  plant(
    from(upper, 16).map((rest) => `AKIA${rest}`),
    (s) => `aws_access_key_id = ${s}`,
    (s) => `const id = "${s}";`,
    (s) => `see ${s} for more`,
  ),
  plant(
    from(word, 36).map((rest) => `ghp_${rest}`),
    (s) => `token: ${s}`,
    (s) => `git clone https://${s}@github.com/a/b`,
    (s) => `// ${s}`,
  ),
  plant(
    from(word, 24).map((rest) => `sk_live_${rest}`),
    (s) => `stripe("${s}")`,
  ),
  plant(
    from(word, 35).map((rest) => `AIza${rest}`),
    (s) => `key=${s}`,
    (s) => `{"maps": "${s}"}`,
  ),
  plant(
    fc.tuple(from(digits, 11), from(digits, 11), from(word, 24)).map(([a, b, c]) => `xoxb-${a}-${b}-${c}`),
    (s) => `SLACK=${s}`,
  ),
  plant(
    from(`${word}!%*`, 14).map((rest) => `x7${rest}`),
    (s) => `password = "${s}"`,
    (s) => `db_password: '${s}'`,
    (s) => `postgres://app:${s.replaceAll(/[!%*]/g, "q")}@db.example.org/x`,
    (s) => `<password>${s}</password>`,
  ),
  plant(
    from(hex, 40).map((rest) => `a1${rest}`),
    (s) => `client_secret = "${s}"`,
    (s) => `Authorization: Bearer ${s}`,
  ),
  plant(
    from(`${word}+/`, 64).map((rest) => `MIIEow1a${rest}`),
    (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}\n-----END RSA PRIVATE KEY-----`,
  ),
);

it("whatever the secret, wherever it stands: in added, removed and context lines, in names, rules, the message and what is around", async () => {
  const positions = ["added", "removed", "context", "path", "rules", "message", "twice"] as const;
  await fc.assert(
    fc.asyncProperty(planted, fc.constantFrom(...positions), async ([given, line], position) => {
      // In a URL some characters were changed with the secret.
      const secret = line.includes(given) ? given : given.replaceAll(/[!%*]/g, "q");
      const inPath = /^[\w-]+$/.test(secret) && /^(AKIA|ghp_|sk_live_|xoxb-|AIza)/.test(secret);
      const path = position === "path" && inPath ? `dump-${secret}.js` : "a.js";
      const lines = line.split("\n");
      const sign = position === "removed" ? "-" : position === "context" ? " " : "+";
      const shown = position === "rules" || position === "message" || position === "path" ? [] : lines;
      const body = [
        ...shown.map((one) => sign + one),
        ...(position === "twice" ? [`+again(${JSON.stringify(secret)})`] : []),
        "+const fresh = 1;",
      ];
      const old = body.filter((one) => !one.startsWith("+")).length;
      const fresh = body.filter((one) => !one.startsWith("-")).length;
      const diff = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -${old === 0 ? 0 : 1},${old} +1,${fresh} @@\n${body.join("\n")}\n`;
      server.received.length = 0;
      const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
      const review = await reviewedBy({
        client,
        diff,
        rules: position === "rules" ? [{ path: "AGENTS.md", text: `Use this:\n${line}\n` }] : [],
        intent: position === "message" ? `Use another key\n\n${line}` : "",
      });
      expect(review.complete).toBe(true);
      expect(server.received.length).toBeGreaterThan(0);
      for (const part of secret.split("\n")) expect(server.bytes).not.toContain(part);
      if (position !== "path" || inPath) expect(server.bytes).toContain("REDACTED_");
    }),
    { numRuns: 70 },
  );
}, 60_000);

it("what is configured to stay, stays, under the same name everywhere", async () => {
  server.received.length = 0;
  const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
  await reviewedBy({
    client,
    diff: addedFile("a.js", ['connect("db7.intern.example");', "// db7.intern.example is slow"]),
    redact: [/[\w-]+\.intern\.example/gu],
  });
  expect(server.bytes).not.toContain("db7.intern");
  expect(new Set(server.bytes.match(/REDACTED_CONFIGURED_[0-9a-f]{8}/g))).toHaveProperty("size", 1);
});

it("what is shortened shows no half of a secret: in the context, in rules, in the message", async () => {
  server.received.length = 0;
  const secret = ["ghp", "_w8Kx2mQ9rTz4Lb7Nc1Vd5Hf3Jg6Ps0Ya2Rk9"].join("");
  const long = `${"x".repeat(280)} = "${secret}";`;
  const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
  await reviewedBy({
    client,
    diff: `diff --git a/a.js b/a.js\n--- a/a.js\n+++ b/a.js\n@@ -1,12 +1,13 @@\n function f() {\n   ${long}\n${" \n".repeat(9)}+  return 1;\n }\n`,
    rules: [{ path: "AGENTS.md", text: `${"y".repeat(5_985)}\n${secret}\n` }],
    intent: `${"z".repeat(1_985)}\n${secret}`,
  });
  expect(server.received.length).toBeGreaterThan(0);
  expect(server.bytes).not.toContain(secret.slice(0, 10));
});

const password = "p@ss w0rd/x7Kq2Lm9";
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const halves = ["ghp_w8Kx2mQ9rTz4Lb7N", "c1Vd5Hf3Jg6Ps0Ya2Rk9"] as const;

/** Ways in which secrets stand in files, with what of them must not be sent. */
const forms: readonly (readonly [form: string, path: string, lines: readonly string[], secrets: readonly string[]])[] = [
  ["encoded for an address", "a.js", [`const password = "${password}";`, `get("/?q=${encodeURIComponent(password)}")`], ["p%40ss%20w0rd"]],
  ["as Base64 elsewhere", "a.js", [`const password = "${password}";`, `const h = "${base64(password)}";`], [base64(password).slice(0, 20)]],
  [
    "as Base64 within another text",
    "a.js",
    [`const password = "${password}";`, `const h = "${base64(`u:${password}`)}";`],
    [base64(`u:${password}`).slice(4, 24)],
  ],
  ["as hexadecimal", "a.js", [`const password = "${password}";`, `const h = "${Buffer.from(password).toString("hex")}";`], ["70407373"]],
  ["in two pieces over two lines", "a.js", [`const token = "${halves[0]}" +`, `  "${halves[1]}";`], halves],
  [
    "in two pieces that nothing joins",
    "a.py",
    ['AWS_SECRET = ("wJalrXUtnFEMIbK7MDENGq"', '    "x8bPxRfiCYzKqq1")'],
    ["wJalrXUtnF", "x8bPxRfiCYz"],
  ],
  ["between three quotes", "a.py", ['password = """', "Tr1pleQuoted!pw", '"""'], ["Tr1pleQuoted!pw"]],
  ["on the line after its name", "a.json", ['  "private_key":', '    "Zk9!mdd2dJgg3k"'], ["Zk9!mdd2dJgg3k"]],
  ["as a word in a file of settings", "a.env", ["PASSWORD=correcthorse"], ["correcthorse"]],
  ["as a word in YAML", "a.yml", ["password: hunterhunter"], ["hunterhunter"]],
  ["as a block in YAML", "a.yml", ["password: |", "  correct1horse!"], ["correct1horse!"]],
  ["in an attribute beside its name", "a.xml", ['<add key="ApiKey" value="attrKey12345" />'], ["attrKey12345"]],
  ["in an image's environment", "Dockerfile", ["ENV API_KEY dockerkey99"], ["dockerkey99"]],
  ["in a header that is spelt small", "a.sh", ['curl -H "Authorization: token 0123456789abcdef0123" x'], ["0123456789abcdef0123"]],
  ["behind a user's name for curl", "a.md", ["curl -u admin:zX9$kdjQ12 https://x"], ["zX9$kdjQ12"]],
  ["as the second thing that a log-in is given", "a.js", ['login("root", "Gu3ssMe!Now");'], ["Gu3ssMe!Now"]],
  ["with a name in another language", "a.js", ['const contraseña = "Contr4!seña9";'], ["Contr4!se"]],
];

it.each(forms)("a secret %s", async (_, path, lines, secrets) => {
  server.received.length = 0;
  const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
  const review = await reviewedBy({ client, diff: addedFile(path, lines) });
  expect(review.complete).toBe(true);
  expect(server.bytes).toContain("REDACTED_");
  for (const secret of secrets) expect(server.bytes).not.toContain(secret);
});

it("what is no secret is sent as it is, so that a reviewer sees the program", async () => {
  server.received.length = 0;
  const client = clientFor([settingsFor("openai-compatible", { baseUrl: server.url })]);
  const lines = [
    "function login(user: User, password: string): Promise<Token> {",
    "  const token = await createToken(user.id, { expires: options.tokenLifetime });",
    '  throw new Error("the password " + "is wrong");',
    "  return password === expectedPassword ? token : undefined;",
    "const secret = process.env.SESSION_SECRET;",
  ];
  await reviewedBy({ client, diff: addedFile("src/db/migration/0001_migrateStatusWindowThreshold/login.ts", lines) });
  const { messages } = JSON.parse(server.received[0]!.body) as { messages: { content: string }[] };
  expect(messages.at(-1)!.content).not.toContain("REDACTED_");
});

// lrc-ignore-file secret/password: passwords that nothing opens, to ask the rules about.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insertedValuesIn } from "./inserted-values.ts";
import { lineAbove, namedValuesIn } from "./named-values.ts";
import { kindOfName } from "./secret-name.ts";
import { isPlaceholder, isRowOfKeys, passwordStrength } from "./secret-text.ts";

describe("a value is found with its name, in the syntax of", () => {
  test.each([
    ["app/.env", "DB_PASSWORD=tr0ub4dor", "DB_PASSWORD"],
    ["app/values.yaml", "  password: tr0ub4dor # for now", "password"],
    ["app/config.json", '  "dbPassword": "tr0ub4dor",', "dbPassword"],
    ["app/beans.xml", '<property name="password" value="tr0ub4dor"/>', "password"],
    ["app/pom.xml", "<password>tr0ub4dor</password>", "password"],
    ["app/Dockerfile", "ENV DB_PASSWORD tr0ub4dor", "DB_PASSWORD"],
    ["app/main.go", 'var password string = "tr0ub4dor"', "password"],
    ["app/Main.java", 'props.put("password", "tr0ub4dor");', "password"],
    ["app/Main.java", 'account.setPassword("tr0ub4dor");', "setPassword"],
    ["app/Main.java", 'if ("tr0ub4dor".equals(password)) {', "password"],
    ["app/Main.java", 'return "tr0ub4dor".equals(password);', "password"],
    ["app/main.swift", 'let password: String! = "tr0ub4dor"', "password"],
    ["app/Login.m", '#define kPassword @"tr0ub4dor"', "kPassword"],
    ["app/main.c", 'strcpy(password, "tr0ub4dor");', "password"],
    ["app/pod.yaml", '  - {name: DB_PASSWORD, value: "tr0ub4dor"}', "DB_PASSWORD"],
    ["app/Info.plist", "<key>Password</key><string>tr0ub4dor</string>", "Password"],
    ["app/Program.cs", 'public string Password { get; set; } = "tr0ub4dor";', "Password"],
    ["app/index.php", "define('DB_PASSWORD', 'tr0ub4dor');", "DB_PASSWORD"],
    ["app/app.rb", ":password => 'tr0ub4dor'", "password"],
    ["app/app.py", 'password = os.getenv("DB_PASSWORD", "tr0ub4dor")', "DB_PASSWORD"],
    ["app/app.js", 'const password = process.env.PASSWORD || "tr0ub4dor";', "password"],
    ["app/main.rs", 'const PASSWORD: &str = "tr0ub4dor";', "PASSWORD"],
    ["app/main.c", '#define PASSWORD "tr0ub4dor"', "PASSWORD"],
    ["app/run.sh", "./run --password tr0ub4dor", "password"],
    ["app/web.config", 'connectionString="Server=db;Password=tr0ub4dor;"', "Password"],
    ["app/app.vb", 'Dim password As String = "tr0ub4dor"', "password"],
    ["app/app.clj", ':password "tr0ub4dor"', "password"],
    ["app/main.c", 'if (strcmp(password, "tr0ub4dor") == 0)', "password"],
    ["app/app.py", 'parser.add_argument("--password", default="tr0ub4dor")', "password"],
    ["app/app.py", "# password: tr0ub4dor", "password"],
    ["app/app.properties", "mail.password=\x24{MAIL_PASSWORD:tr0ub4dor}", "MAIL_PASSWORD"],
    ["app/compose.yml", "PASSWORD: \x24{DB_PASSWORD:-tr0ub4dor}", "DB_PASSWORD"],
    ["app/notes.md", "| password | `tr0ub4dor` |", "password"],
    ["app/answer.xml", "<AdminPassword><Value>tr0ub4dor</Value></AdminPassword>", "AdminPassword"],
    ["app/run.sh", "java -Ddb.password=tr0ub4dor -jar app.jar", "db.password"],
    ["app/data.sql", "INSERT INTO users (id, name, password) VALUES (1, 'o''neil', 'tr0ub4dor');", "password"],
    ["app/app.js", `it's "password": "tr0ub4dor"`, "password"],
    ["app/app.js", String.raw`body: "{\"password\": \"tr0ub4dor\"}",`, "password"],
  ])("%s: %s", (path, line, name) => {
    expect(namedValuesIn(line, path)).toContainEqual(
      expect.objectContaining({ name, value: "tr0ub4dor", index: line.indexOf("tr0ub4dor") }),
    );
  });
});

test("a value belongs to the name in the line before it", () => {
  expect(namedValuesIn("    value: tr0ub4dor", "app/pod.yaml", "  - name: DB_PASSWORD")).toContainEqual(
    expect.objectContaining({ name: "DB_PASSWORD", value: "tr0ub4dor" }),
  );
});

test("a value belongs to a line before it that ends in the middle", () => {
  for (const above of ["const password =", "password: (", "const password = process.env.DB_PASSWORD ||"])
    expect(namedValuesIn('  "tr0ub4dor"', "app/app.js", above).map(({ value }) => value)).toContain("tr0ub4dor");
  expect(namedValuesIn('  "tr0ub4dor",', "app/app.js", "const passwords = [")).toEqual([]);
  const variable = ['variable "db_password" {', "  type = string", "  sensitive = true", '  default = "tr0ub4dor"'];
  expect(lineAbove(variable, 4)).toBe(variable[0]);
  expect(lineAbove(variable, 3)).toBe(variable[1]);
});

test("every value of an INSERT belongs to its column, whatever the others hold", () => {
  expect(insertedValuesIn("insert into `u` (`a`, b,c) values (now(1, 2), NULL, 'x, y'), ('it\\'s', '(', '')")).toEqual([
    { column: "c", value: "x, y", index: 53 },
    { column: "a", value: "it\\'s", index: 63 },
    { column: "b", value: "(", index: 72 },
    { column: "c", value: "", index: 77 },
  ]);
  expect(insertedValuesIn("insert into u (a) values ('open")).toEqual([]);
});

test("one word of several is looked at: behind a scheme, between blanks, in an element", () => {
  for (const [line, path] of [
    ['token = "Bearer k3vT9zQm2LxV0nTj"', "app/app.py"],
    ['token = " k3vT9zQm2LxV0nTj "', "app/app.py"],
    ["<secret>{stripe AQAAABAAA k3vT9zQm2LxV0nTj}</secret>", "app/credentials.xml"],
    ['func getToken() string { return "k3vT9zQm2LxV0nTj" }', "app/main.go"],
    ["password := k3v(T9{zQm2)LxV0nTj", "app/main.go"],
  ] as const) {
    const value = /k3v\S*?Tj/.exec(line)![0];
    expect(namedValuesIn(line, path), line).toContainEqual(expect.objectContaining({ value, index: line.indexOf(value) }));
  }
});

test("a tag of Go and a character in single quotes are no texts", () => {
  expect(namedValuesIn('\tTokens accessToken `json:"completion_tokens_details"`', "app/main.go")).toEqual([]);
  expect(namedValuesIn("password = 'tr0ub4dor';", "app/Main.java")).toEqual([]);
  expect(namedValuesIn("if (quote == '\\'') password = \"tr0ub4dor\";", "app/Main.java").map(({ value }) => value)).toEqual(["tr0ub4dor"]);
});

test("what is asked for, put together or a name in a program is no value", () => {
  for (const line of [
    "const password = getSecret('shop/password');",
    'const password = "prefix-" + suffix;',
    "const password = input;",
    "const password = `prefix-\x24{suffix}`;",
  ])
    expect(namedValuesIn(line, "app/app.js").filter(({ name }) => name === "password")).toEqual([]);
});

test("names say what is behind them, or only speak about it", () => {
  expect(["dbPassword", "DB_PASS", "spring.datasource.password", "rootPwd"].map(kindOfName)).toEqual(Array(4).fill("password"));
  expect(["clientSecret", "API-KEY", "aws_secret_access_key", "authToken"].map(kindOfName)).toEqual(Array(4).fill("secret"));
  expect(["password_field", "tokenUrl", "public_key", "compass", "max_tokens", "secretName"].map(kindOfName)).toEqual(
    Array(6).fill(undefined),
  );
  expect(["recaptchaSiteKey", "EXPIRED_PASSWORD_CODE"].map(kindOfName)).toEqual(Array(2).fill(undefined));
});

test("passwords are told from names, paths, calls and what stands for one", () => {
  expect(["hunter2!", "Tr0ub4dor&3", "summer83", "p@ss-W0rd"].map(passwordStrength)).toEqual(Array(4).fill("typed"));
  expect(passwordStrength("swordfish")).toBe("word");
  for (const other of [
    "password",
    "user.password.label",
    "currentPassword",
    "DB_PASSWORD",
    "\x24{PASSWORD}",
    "getSecret()",
    "/run/secrets/db",
    "xxxxxxxx",
    "required|string|min:8",
    "[A-Za-z0-9_-]{20,40}",
    "パスワードP1を入力",
  ])
    expect(passwordStrength(other), other).toBeUndefined();
  expect(isPlaceholder("1234567890abcdef1234567890abcdef")).toBe(true);
  expect(["1234567890abcdef1234567890abcdef", "abcdef0123456789", "your-1234567890abcdef"].map(isRowOfKeys)).toEqual([true, true, false]);
  expect(isPlaceholder("%%DB_PASSWORD%%")).toBe(true);
});

test("every value is where it is said to be, whatever the line", () => {
  const piece = fc.constantFrom(
    "password",
    "=",
    ":",
    '"',
    "'",
    "`",
    "\\",
    " ",
    "key",
    "a1B2c3D4",
    "(",
    "<",
    ">",
    "--",
    "${",
    "}",
    ",",
    "://",
    "@",
    ";",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom("a.env", "a.js", "a.xml"), (pieces, path) => {
      const line = pieces.join("");
      for (const { value, index } of namedValuesIn(line, path)) {
        expect(index).toBeGreaterThanOrEqual(0);
        // Within a text of JSON in quotes, its escapes are read as blanks.
        if (!line.includes("\\")) expect(line.slice(index, index + value.length)).toBe(value);
      }
    }),
    { numRuns: 500 },
  );
});

/**
 * Lines from the tests of detect-secrets: what its own authors call a secret and what they do not. A case there is a text, sometimes with a value put
 * in, beside what is expected of it; texts that are put together while the tests run are left out.
 * @typedef {{ path: string, line: string, isSecret: boolean }} SecretLine
 */

const lists = { CONFIG: "settings.conf", GOLANG: "main.go", COMMON_C: "Program.cs", C_PLUS_PLUS: "main.cpp", QUOTES_REQUIRED: "app.py" };
const string = String.raw`(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")`;

/** @param {readonly (readonly [path: string, text: string])[]} files of the folder tests/plugins @returns {Iterable<SecretLine>} */
export function* detectSecretsLines(files) {
  for (const [file, text] of files) {
    const constants = new Map(
      Array.from(text.matchAll(new RegExp(String.raw`^([A-Z_]+) = (${string})\s*$`, "gm")), ([, name = "", value = ""]) => [
        name,
        plain(value),
      ]),
    );
    if (file.endsWith("keyword_test.py")) {
      for (const [, list = "", body = ""] of text.matchAll(/^([A-Z_]+)_TEST_CASES = \[([\s\S]*?)^\]/gm))
        for (const [, line = "", name, expected] of body.matchAll(
          new RegExp(String.raw`^\s+\((${string})(?:\.format\((\w+)\))?, (\w+)\)`, "gm"),
        ))
          yield {
            path: lists[/** @type {keyof typeof lists} */ (list)] ?? "app.py",
            line: plain(line)
              .replaceAll("{{", "{")
              .replaceAll("}}", "}")
              .replace("{}", () => constants.get(name ?? "") ?? ""),
            isSecret: expected !== "None",
          };
      continue;
    }
    if (!/_(?:key|token|test|secret)/.test(file) || /base_test|entropy|ip_public|conftest/.test(file)) continue;
    for (const [, line = "", expected] of text.matchAll(new RegExp(String.raw`\(\s*((?:${string}\s*)+),\s*(True|False),?\s*\)`, "g")))
      yield {
        path: "app.py",
        line: Array.from(line.matchAll(new RegExp(string, "g")), ([part]) => plain(part)).join(""),
        isSecret: expected === "True",
      };
  }
}

/** The text of a string of Python. @param {string} source */
function plain(source) {
  return source.slice(1, -1).replace(/\\(.)/g, "$1");
}

/**
 * Small programs in which a value comes from a request, takes some way, and ends where it does harm, or does not. They are of our own making: what they measure
 * is whether the ways are understood, not how often others write them.
 */

import { escaped, lines, open, shut } from "./flow-grammar.mjs";
import { controllers, servlets } from "./generated-java-flows.mjs";

/** @typedef {import("./corpora.mjs").Sample} Sample */
/** @typedef {import("./flow-grammar.mjs").Grammar} Grammar */

/** @type {Grammar} */
const go = {
  extension: "go",
  sources: [
    'given := r.URL.Query().Get("q")',
    'given := r.FormValue("q")',
    'given := r.Header.Get("X-Q")',
    'cookie, err := r.Cookie("q"); if err != nil { return }; given := cookie.Value',
    'given := mux.Vars(r)["q"]',
    "body, err := io.ReadAll(r.Body); if err != nil { return }; given := string(body)",
    "var in struct { Q string }; if err := json.NewDecoder(r.Body).Decode(&in); err != nil { return }; given := in.Q",
    'values := r.URL.Query()["q"]; given := values[0]',
    'r.ParseForm(); given := r.Form["q"][0]',
    'given := r.PathValue("q")',
  ],
  ways: [
    open("assigned", "value := given"),
    open("formatted", 'value := fmt.Sprintf("%s-%s", "a", given)'),
    open("added", 'value := "a"; value += given'),
    open("builder", 'var built strings.Builder; built.WriteString("a"); built.WriteString(given); value := built.String()'),
    open("bytes", "var built bytes.Buffer; built.WriteString(given); value := built.String()"),
    open("cut", "value := strings.TrimSpace(strings.ToLower(given))"),
    open("joined", 'value := strings.Join([]string{"a", given}, " ")'),
    open("list, the same place", 'held := []string{"x", given}; value := held[1]'),
    open("appended", 'held := []string{"x"}; held = append(held, given); value := strings.Join(held, ",")'),
    open("map, the same key", 'held := map[string]string{}; held["a"] = "x"; held["b"] = given; value := held["b"]'),
    open("map, written", 'held := map[string]string{"a": "x", "b": given}; value := held["b"]'),
    open("a condition that holds", 'number := 86; value := "never"; if 7*42-number > 200 { value = given }'),
    open("a function", "value := passOn(given)", "func passOn(text string) string { other := text; return other }"),
    open(
      "two results",
      "value, err := passOn(given); if err != nil { return }",
      'func passOn(text string) (string, error) { if text == "" { return "", errors.New("empty") }; return text, nil }',
    ),
    open("a field", "box := Box{held: given}; value := box.held", "type Box struct { held string }"),
    open("a field, later", "var box Box; box.held = given; value := box.held", "type Box struct { held string }"),
    open("converted", "value := string([]byte(given))"),
    open("in a loop", 'value := ""; for _, part := range strings.Split(given, ",") { value += part }'),
    open("another package", "value := other.Work(given)"),
    open("unless empty", 'value := "x"; if given != "" { value = given }'),
    shut("nothing", 'value := "x"; _ = given'),
    shut("given again", 'value := given; value = "x"'),
    shut("list, another place", 'held := []string{"x", given}; value := held[0]'),
    shut("map, another key", 'held := map[string]string{}; held["a"] = "x"; held["b"] = given; value := held["a"]'),
    shut("map, written, another key", 'held := map[string]string{"a": "x", "b": given}; value := held["a"]'),
    shut("a condition that does not hold", 'number := 86; value := "always"; if 7*42-number < 200 { value = given }'),
    shut("a function that drops it", "value := passOn(given)", 'func passOn(text string) string { return "fixed" }'),
    shut("a number", "number, err := strconv.Atoi(given); if err != nil { return }; value := strconv.Itoa(number)"),
    shut("formatted number", 'number, err := strconv.Atoi(given); if err != nil { return }; value := fmt.Sprintf("%d", number)'),
    shut("a table of texts", "value := names[given]", 'var names = map[string]string{"a": "one", "b": "two"}'),
    shut("chosen by it", 'value := ""; switch given { case "a": value = "one"; default: value = "two" }'),
    shut("asked for", 'if !slices.Contains([]string{"a", "b"}, given) { return }; value := given'),
    shut("a pattern", 'if !regexp.MustCompile("^[a-z]+$").MatchString(given) { return }; value := given'),
    shut("another field", 'box := Box{held: given, name: "x"}; value := box.name', "type Box struct { held string; name string }"),
    escaped("html", "escaped for pages", "value := html.EscapeString(given)"),
    escaped("html", "escaped by templates", "value := template.HTMLEscapeString(given)"),
    escaped("path", "the last part", "value := filepath.Base(given)"),
  ],
  sinks: {
    sql: 'rows, err := db.Query("SELECT * FROM users WHERE name = \'" + value + "\'") // SINK',
    "sql format":
      "statement := fmt.Sprintf(\"SELECT * FROM users WHERE name = '%s'\", value); rows, err := db.QueryContext(ctx, statement) // SINK",
    "sql exec": '_, err = db.Exec("DELETE FROM users WHERE name = \'" + value + "\'") // SINK',
    html: 'fmt.Fprintf(w, "<p>%s</p>", value) // SINK',
    "html write": 'w.Write([]byte("<p>" + value + "</p>")) // SINK',
    command: 'out, err := exec.Command("sh", "-c", "ls "+value).Output() // SINK',
    path: 'data, err := os.ReadFile("/data/" + value) // SINK',
    "path join": 'file, err := os.Open(filepath.Join("/data", value)) // SINK',
  },
  file: (source, { way, beside = "" }, sink) => `package app

import (
	"fmt"
	"net/http"
)

${lines(beside, "")}

func page(w http.ResponseWriter, r *http.Request) {
	${lines(source, "\t")}
	${lines(way, "\t")}
	${lines(sink, "\t")}
}
`,
};

/** @type {Grammar} */
const python = {
  extension: "py",
  sources: [
    'given = request.args.get("q")',
    'given = request.form["q"]',
    'given = request.headers.get("X-Q", "")',
    'given = request.cookies.get("q")',
    'data = request.get_json(); given = data["q"]',
    'given = request.values.get("q", default="")',
    'given = request.json.get("q")',
    "given = request.get_data(as_text=True)",
    'given = urllib.parse.unquote(request.args.get("q", ""))',
    'given = request.GET.get("q")',
    'given = request.query_params["q"]',
  ],
  ways: [
    open("assigned", "value = given"),
    open("formatted", 'value = f"a-{given}"'),
    open("formatted with percent", 'value = "%s-%s" % ("a", given)'),
    open("formatted by method", 'value = "{}-{}".format("a", given)'),
    open("added", 'value = "a"; value += given'),
    open("cut", "value = given.strip().lower()[1:]"),
    open("joined", 'value = " ".join(["a", given])'),
    open("list, the same place", 'held = ["x", given]; value = held[1]'),
    open("list, the kept one", 'held = []; held.append("a"); held.append(given); held.append("b"); held.pop(0); value = held[0]'),
    open("dict, the same key", 'held = {}; held["a"] = "x"; held["b"] = given; value = held["b"]'),
    open("dict, written", 'held = {"a": "x", "b": given}; value = held["b"]'),
    open("dict, get", 'held = {"a": "x", "b": given}; value = held.get("b")'),
    open("a choice that holds", 'number = 106; value = given if 7 * 18 + number > 200 else "never"'),
    open("several at once", 'value, other = given, "x"'),
    open("a function", "value = pass_on(given)", "def pass_on(text):\n    other = text\n    return other"),
    open("a function with names", 'value = pass_on("x", text=given)', "def pass_on(name, text):\n    return name + text"),
    open("a class", "box = Box(given); value = box.held", "class Box:\n    def __init__(self, text):\n        self.held = text"),
    open("coded", "value = base64.b64decode(base64.b64encode(given.encode())).decode()"),
    open("comprehended", 'value = ",".join([part for part in given.split(",")])'),
    open("another module", "value = other.work(given)"),
    open("or", 'value = given or "x"'),
    shut("nothing", 'value = "x"'),
    shut("given again", 'value = given; value = "x"'),
    shut("list, another place", 'held = ["x", given]; value = held[0]'),
    shut("list, the dropped one", 'held = []; held.append("a"); held.append(given); held.append("b"); held.pop(0); value = held[1]'),
    shut("dict, another key", 'held = {}; held["a"] = "x"; held["b"] = given; value = held["a"]'),
    shut("dict, written, another key", 'held = {"a": "x", "b": given}; value = held["a"]'),
    shut("dict, get another", 'held = {"a": "x", "b": given}; value = held.get("a")'),
    shut("a choice that does not hold", 'number = 106; value = "always" if 7 * 18 + number > 200 else given'),
    shut("several at once, the other", 'other, value = given, "x"'),
    shut("a function that drops it", "value = pass_on(given)", 'def pass_on(text):\n    return "fixed"'),
    shut("a number", "number = int(given); value = str(number)"),
    shut("a table of texts", 'value = NAMES.get(given, "x")', 'NAMES = {"a": "one", "b": "two"}'),
    shut("a table of texts, by index", "value = NAMES[given]", 'NAMES = {"a": "one", "b": "two"}'),
    shut("chosen by it", 'value = "one" if given == "a" else "two"'),
    shut("its length", "value = str(len(given))"),
    escaped("html", "escaped for pages", "value = html.escape(given)"),
    escaped("html", "escaped by markupsafe", "value = escape(given)"),
    escaped("command", "quoted for shells", "value = shlex.quote(given)"),
    escaped("path", "a secure name", "value = secure_filename(given)"),
  ],
  sinks: {
    sql: 'cursor.execute("SELECT * FROM users WHERE name = \'" + value + "\'")  # SINK',
    "sql format": "statement = f\"SELECT * FROM users WHERE name = '{value}'\"; cursor.execute(statement)  # SINK",
    html: 'return "<p>" + value + "</p>"  # SINK',
    "html answer": 'return make_response(f"<p>{value}</p>")  # SINK',
    command: 'os.system("ls " + value)  # SINK',
    "command shell": 'subprocess.run("ls " + value, shell=True)  # SINK',
    path: 'return open("/data/" + value).read()  # SINK',
    "path join": 'return send_file(os.path.join("/data", value))  # SINK',
    code: "result = eval(value)  # SINK",
  },
  file: (source, { way, beside = "" }, sink) => `import os
import subprocess
from flask import Flask, request, make_response, send_file
from markupsafe import escape

app = Flask(__name__)

${beside}

@app.route("/page")
def page():
    ${lines(source)}
    ${lines(way)}
    ${lines(sink)}
`,
};

/** @param {Grammar} grammar @param {string} group @returns {Iterable<Sample>} */
function* programsOf({ sources, ways, sinks, file, extension }, group) {
  const places = Object.keys(sinks);
  let number = 0;
  for (const [at, way] of ways.entries()) {
    for (const [place, sink] of Object.entries(sinks)) {
      const from = (at + places.indexOf(place)) % sources.length;
      const source = sources[from] ?? "";
      const text = file(source, way, sink);
      const line = text.split("\n").findIndex((one) => one.includes("SINK")) + 1;
      const isBad = way.keeps && way.escapes !== place.split(" ")[0];
      number += 1;
      const shown = text.replace(/\s*(?:\/\/|#) SINK/, "");
      const path = `app/${way.name.replaceAll(/\W+/g, "-")}--${place.replaceAll(" ", "-")}--${from}-${number}.${extension}`;
      yield { group, part: way.name, path, text: shown, bad: isBad ? [line] : [], clean: isBad ? [] : [line] };
    }
  }
}

/** @returns {Iterable<Sample>} */
export function* generatedFlows() {
  yield* programsOf(servlets, "java");
  yield* programsOf(controllers, "java, Spring");
  yield* programsOf(go, "go");
  yield* programsOf(python, "python");
}

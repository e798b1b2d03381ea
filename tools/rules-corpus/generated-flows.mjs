/**
 * Small programs in which a value comes from a request, takes some way, and ends where it does harm, or does not. They are of our own making: what they measure
 * is whether the ways are understood, not how often others write them.
 */

/** @typedef {import("./corpora.mjs").Sample} Sample */

/**
 * A way for a value: `way` are the statements that take `given` to `value`, `beside` what stands beside the function, and `keeps` whether the value arrives. `escapes`
 * names the only place where it does no harm.
 * @typedef {{ name: string, way: string, beside?: string, keeps: boolean, escapes?: string }} Way
 */

/** @typedef {{ sources: readonly string[], ways: readonly Way[], sinks: Readonly<Record<string, string>>, file: (source: string, way: Way, sink: string) => string, extension: string }} Grammar */

/** @type {(name: string, way: string, beside?: string) => Way} */
const open = (name, way, beside) => ({ name, way, keeps: true, ...(beside === undefined ? {} : { beside }) });
/** @type {(name: string, way: string, beside?: string) => Way} */
const shut = (name, way, beside) => ({ name, way, keeps: false, ...(beside === undefined ? {} : { beside }) });
/** @type {(where: string, name: string, way: string) => Way} */
const escaped = (where, name, way) => ({ name, way, keeps: true, escapes: where });

/** @type {Grammar} */
const java = {
  extension: "java",
  sources: [
    'String given = request.getParameter("q");',
    'String given = request.getHeader("X-Q");',
    "String given = request.getQueryString();",
    'String given = ""; Cookie[] cookies = request.getCookies(); if (cookies != null) { for (Cookie cookie : cookies) { if (cookie.getName().equals("q")) { given = URLDecoder.decode(cookie.getValue(), "UTF-8"); break; } } }',
    'String given = ""; Enumeration<String> all = request.getHeaders("X-Q"); if (all != null && all.hasMoreElements()) { given = all.nextElement(); }',
    'Map<String, String[]> map = request.getParameterMap(); String given = ""; if (!map.isEmpty()) { String[] values = map.get("q"); if (values != null) given = values[0]; }',
    'String[] values = request.getParameterValues("q"); String given = values != null && values.length > 0 ? values[0] : "";',
    'String given = ""; boolean going = true; Enumeration<String> names = request.getParameterNames(); while (names.hasMoreElements() && going) { String name = names.nextElement(); String[] values = request.getParameterValues(name); if (values != null) { for (int i = 0; i < values.length && going; i++) { if (values[i].equals("q")) { given = name; going = false; } } } }',
    'RequestReader reader = new RequestReader(request); String given = reader.read("q");',
    "BufferedReader lines = request.getReader(); String given = lines.readLine();",
    'String text = request.getQueryString(); int from = text.indexOf("q="); String given = text.substring(from + 2); given = URLDecoder.decode(given, "UTF-8");',
  ],
  ways: [
    open("assigned", "String value = given;"),
    open("builder", 'StringBuilder built = new StringBuilder(given); String value = built.append("_more").toString();'),
    open(
      "appended",
      'StringBuilder built = new StringBuilder(); built.append("a").append(given); built.append("b"); String value = built.toString();',
    ),
    open("inserted", 'StringBuffer built = new StringBuffer("ab"); built.insert(0, given); String value = built.toString();'),
    open("formatted", 'String value = String.format("%s and %s", "a", given);'),
    open("cut", "String value = given.substring(1).trim().toLowerCase();"),
    open("coded", "String value = new String(Base64.getDecoder().decode(Base64.getEncoder().encode(given.getBytes())));"),
    open("split", 'String value = given.split(" ")[0];'),
    open(
      "list, the kept one",
      'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); held.add("b"); held.remove(0); String value = held.get(0);',
    ),
    open(
      "map, the same key",
      'Map<String, Object> held = new HashMap<>(); held.put("a", "x"); held.put("b", given); String value = (String) held.get("b");',
    ),
    open(
      "map, a key under a name",
      'String key = "b"; Map<String, String> held = new HashMap<>(); held.put("b", given); held.put("c", "x"); String value = held.get(key);',
    ),
    open("array, the same place", 'String[] held = new String[2]; held[0] = "x"; held[1] = given; String value = held[1];'),
    open("array, written", 'String[] held = {"x", given}; String value = held[1];'),
    open("a condition that holds", 'int number = 86; String value; if ((7 * 42) - number > 200) value = given; else value = "never";'),
    open("a choice that holds", 'int number = 106; String value = (7 * 18) + number > 200 ? given : "never";'),
    open("a choice nobody knows", 'String value = System.nanoTime() % 2 == 0 ? given : "x";'),
    open(
      "a case that is taken",
      "String value; String letters = \"ABC\"; char letter = letters.charAt(2); switch (letter) { case 'A': value = \"a\"; break; case 'C': case 'D': value = given; break; default: value = \"x\"; break; }",
    ),
    open("a method", "String value = passOn(given);", "private static String passOn(String text) { String other = text; return other; }"),
    open(
      "a method that chooses",
      "String value = passOn(given);",
      'private String passOn(String text) { String other; if (text.length() > 3) { other = text; } else { other = "short"; } return other; }',
    ),
    open(
      "an inner class",
      "String value = new Worker().work(request, given);",
      'private class Worker { public String work(HttpServletRequest request, String text) { StringBuilder built = new StringBuilder(text); return built.append("x").toString(); } }',
    ),
    open("a class of another file", "Thing thing = ThingMaker.make(); String value = thing.doIt(given);"),
    open("a field", "this.kept = given; String value = this.kept;", "private String kept;"),
    open(
      "a box",
      "Box box = new Box(); box.set(given); String value = box.get();",
      "static class Box { private String held; void set(String text) { held = text; } String get() { return held; } }",
    ),
    open(
      "a box that is made with it",
      "Box box = new Box(given); String value = box.get();",
      "static class Box { private final String held; Box(String text) { this.held = text; } String get() { return held; } }",
    ),
    open("joined", 'String value = String.join(",", "a", given);'),
    open("optional", 'String value = Optional.ofNullable(given).orElse("x");'),
    open("in a loop", 'String value = ""; for (String part : given.split(",")) { value += part; }'),
    open("through try", 'String value = "x"; try { value = given.trim(); } catch (RuntimeException failed) { log(failed); }'),
    open(
      "long",
      'String one = given; StringBuilder two = new StringBuilder(one); two.append(" more"); two.replace(two.length() - "more".length(), two.length(), "less"); HashMap<String, Object> three = new HashMap<>(); three.put("k", two.toString()); String four = (String) three.get("k"); String five = four.substring(0, four.length() - 1); String value = five.split(" ")[0];',
    ),
    open("characters", "char[] letters = given.toCharArray(); String value = new String(letters);"),
    open("cast", "Object thing = given; String value = (String) thing;"),
    shut("nothing", 'String value = "x";'),
    shut("given again", 'String value = given; value = "x";'),
    shut(
      "list, the dropped one",
      'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); held.add("b"); held.remove(0); String value = held.get(1);',
    ),
    shut("list, another one", 'List<String> held = new ArrayList<>(); held.add("a"); held.add(given); String value = held.get(0);'),
    shut(
      "map, another key",
      'Map<String, Object> held = new HashMap<>(); held.put("a", "x"); held.put("b", given); String value = (String) held.get("b"); value = (String) held.get("a");',
    ),
    shut("array, another place", 'String[] held = new String[2]; held[0] = "x"; held[1] = given; String value = held[0];'),
    shut("array, written, another place", 'String[] held = {"x", given}; String value = held[0];'),
    shut(
      "a condition that does not hold",
      'int number = 86; String value; if ((7 * 42) - number > 200) value = "always"; else value = given;',
    ),
    shut("a choice that does not hold", 'int number = 106; String value = (7 * 18) + number > 200 ? "always" : given;'),
    shut(
      "a case that is not taken",
      "String value; String letters = \"ABC\"; char letter = letters.charAt(1); switch (letter) { case 'A': value = given; break; case 'B': value = \"b\"; break; case 'C': case 'D': value = given; break; default: value = \"x\"; break; }",
    ),
    shut(
      "a method that answers something else",
      "String value = passOn(given);",
      'private static String passOn(String text) { String other = "fixed"; return other; }',
    ),
    shut(
      "a method whose condition is known",
      "String value = passOn(request, given);",
      'private static String passOn(HttpServletRequest request, String text) { int number = 106; String other; other = (7 * 18) + number > 200 ? "always" : text; return other; }',
    ),
    shut(
      "an inner class that drops it",
      "String value = new Worker().work(request, given);",
      'private class Worker { public String work(HttpServletRequest request, String text) { List<String> held = new ArrayList<>(); held.add("a"); held.add(text); held.remove(1); return held.get(0); } }',
    ),
    shut("a number", "int number = Integer.parseInt(given); String value = String.valueOf(number);"),
    shut(
      "a table of texts",
      'String value = NAMES.getOrDefault(given, "x");',
      'private static final Map<String, String> NAMES = Map.of("a", "one", "b", "two");',
    ),
    shut("chosen by it", 'String value; switch (given) { case "a": value = "one"; break; default: value = "two"; }'),
    shut("chosen by equals", 'String value = "a".equals(given) ? "one" : "two";'),
    shut("its length", "String value = String.valueOf(given.length());"),
    shut("an enumeration", "String value = Color.valueOf(given).name();", "enum Color { RED, BLUE }"),
    shut(
      "long, and left",
      'String one = given; StringBuilder two = new StringBuilder(one); HashMap<String, Object> three = new HashMap<>(); three.put("k", two.toString()); String four = (String) three.get("k"); String five = "fixed"; Thing thing = ThingMaker.make(); String value = thing.doIt(five);',
    ),
    shut(
      "a box with something else",
      'Box box = new Box(); box.set(given); box.set("x"); String value = box.get();',
      "static class Box { private String held; void set(String text) { held = text; } String get() { return held; } }",
    ),
    shut(
      "emptied",
      'StringBuilder built = new StringBuilder(given); built.setLength(0); built.append("x"); String value = built.toString();',
    ),
    escaped("html", "escaped for pages", "String value = org.springframework.web.util.HtmlUtils.htmlEscape(given);"),
    escaped("html", "encoded for pages", "String value = ESAPI.encoder().encodeForHTML(given);"),
    escaped("html", "escaped by commons", "String value = org.apache.commons.lang.StringEscapeUtils.escapeHtml(given);"),
  ],
  sinks: {
    sql: 'String sql = "SELECT * FROM users WHERE name = \'" + value + "\'"; Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql); // SINK',
    "sql call": 'String sql = "{call " + value + "}"; CallableStatement statement = connection.prepareCall(sql); // SINK',
    html: "response.getWriter().println(value); // SINK",
    "html format": 'Object[] parts = {"a", value}; response.getWriter().format("Formatted like: %1$s and %2$s.", parts); // SINK',
    "html letters": "response.getWriter().print(value.toCharArray()); // SINK",
    command: 'String[] words = {"sh", "-c", "ls " + value}; Process process = Runtime.getRuntime().exec(words); // SINK',
    "command list":
      'List<String> words = new ArrayList<>(); words.add("sh"); words.add("-c"); words.add("echo " + value); ProcessBuilder builder = new ProcessBuilder(words); // SINK',
    "command environment": 'String[] settings = {value}; Process process = Runtime.getRuntime().exec("ls", settings); // SINK',
    path: 'FileInputStream stream = new FileInputStream("/data/" + value); // SINK',
    "path file": 'java.io.File target = new java.io.File(value, "/a.txt"); // SINK',
    "path new": "String target = FOLDER + value; InputStream stream = Files.newInputStream(Paths.get(target)); // SINK",
    session: 'request.getSession().setAttribute("name", value); // SINK',
    "session put": 'request.getSession().putValue(value, "1"); // SINK',
    ldap: 'String filter = "(&(objectclass=person)(uid=" + value + "))"; NamingEnumeration<SearchResult> found = context.search("ou=users", filter, controls); // SINK',
    xpath:
      'String expression = "/users/user[@name=\'" + value + "\']"; NodeList nodes = (NodeList) xpath.evaluate(expression, document, XPathConstants.NODESET); // SINK',
  },
  file: (source, { way, beside = "" }, sink) => `package app;

import java.io.*;
import java.util.*;
import javax.naming.directory.*;
import javax.servlet.http.*;

public class Page extends HttpServlet {
  ${beside}

  @Override
  public void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
    ${lines(source)}
    ${lines(way)}
    ${lines(sink)}
  }
}
`,
};

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

app = Flask(__name__)

${beside}

@app.route("/page")
def page():
    ${lines(source)}
    ${lines(way)}
    ${lines(sink)}
`,
};

/** A statement a line where nothing nests, so that what is found has a place. @param {string} text */
function lines(text, indent = "    ") {
  return /[{}]/.test(text.replaceAll(/"[^"]*"/g, ""))
    ? text
    : text.replaceAll(/; (?!\/\/ SINK)(?=(?:[^"]*"[^"]*")*[^"]*$)/g, `;\n${indent}`);
}

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
  yield* programsOf(java, "java");
  yield* programsOf(go, "go");
  yield* programsOf(python, "python");
}

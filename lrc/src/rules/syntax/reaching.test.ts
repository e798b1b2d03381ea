import { describe, expect, test } from "vitest";
import { languageOf } from "../language.ts";
import { changedFile } from "../testing/rule-case.ts";
import { forgetDefinitions, work } from "./definitions.ts";
import { originOf, steps } from "./origin.ts";
import { origins } from "./origins.ts";
import { definitionsOf } from "./reaching.ts";
import { isFromRequest } from "./request.ts";
import { type SyntaxNode, treeOf } from "./tree.ts";

/** What `use(…)` is given in a text. */
function used(path: string, text: string): { readonly node: SyntaxNode; readonly language: NonNullable<ReturnType<typeof languageOf>> } {
  forgetDefinitions();
  const language = languageOf(path, text)!;
  const tree = treeOf({ ...changedFile(path, undefined, text), language })!;
  const kind = language === "python" ? "call" : language === "java" ? "method_invocation" : "call_expression";
  const call = tree.find({ rule: { kind, regex: "^use\\(" } })!;
  return {
    node: call
      .field("arguments")!
      .children()
      .find((child) => child.isNamed())!,
    language,
  };
}

function valuesOf(path: string, text: string): readonly string[] {
  return definitionsOf(used(path, text).node).map(({ value }) => value.text());
}

function comesFromRequest(path: string, text: string): boolean {
  const { node, language } = used(path, text);
  return isFromRequest(node, language);
}

describe("what a name may hold", () => {
  test.each([
    ["the nearest assignment hides those before it", "a.ts", "let a = 1; a = 2; use(a);", ["2"]],
    ["one that may be passed by does not", "a.ts", "let a = 1; if (x) { a = 2; } use(a);", ["2", "1"]],
    ["what stands in the other arm does not count", "a.ts", "let a = 1; if (x) { a = 2; } else { use(a); }", ["1"]],
    [
      "what is never reached does not count",
      "a.java",
      "class A { void f() { int n = 6; String a = q; if (n * 7 > 50) { a = r; } use(a); } }",
      ["q"],
    ],
    [
      "the arm that is always taken hides what was before",
      "a.go",
      "package p\nfunc f() { a := q\nif 1 < 2 { a = r } else { a = s }\nuse(a) }",
      ["r"],
    ],
    ["adding to it hides nothing", "a.py", "def f():\n    a = x\n    a += y\n    use(a)\n", ["y", "x"]],
    ["a name of the function around it", "a.ts", "const a = q; function f() { use(a); }", ["q"]],
    ["a parameter hides it", "a.ts", "const a = q; function f(a) { use(a); }", []],
    ["what is taken apart", "a.ts", "const { a, b } = q; use(b);", ["q"]],
    ["a field", "a.py", "def f(o):\n    o.a = q\n    use(o.a)\n", ["q"]],
  ])("%s", (_name, path, text, expected) => {
    expect(valuesOf(path, text)).toEqual(expected);
  });

  test("the case that a switch takes is the one that counts", () => {
    const text = `class A { void f() { String t = "ABC"; char c = t.charAt(1); String a;
      switch (c) { case 'A': a = q; break; case 'B': a = "bob"; break; default: a = r; break; }
      use(a); } }`;
    expect(valuesOf("a.java", text)).toEqual(['"bob"']);
  });
});

test("the case that a switch takes is found among many, and the one that it runs on into", () => {
  const cases = Array.from({ length: 40 }, (_, at) => `case "${at}": a = q${at};${at === 7 ? "" : " break;"}`).join("\n");
  const text = `class A { void f() { String t = "7"; String a; switch (t) { ${cases} default: a = r; } use(a); } }`;
  expect(valuesOf("a.java", text)).toEqual(["q8", "q7"]);
});

describe("whether a value comes from a request", () => {
  const servlet = (body: string): string =>
    `class A { void f(HttpServletRequest request) { String p = request.getParameter("p"); ${body} } String id(String x) { return x; } String no(String x) { return "no"; } }`;
  test.each([
    ["as it is", "use(p);", true],
    ["through a function of the file", "use(id(p));", true],
    ["a function that answers something else", "use(no(p));", false],
    ["through a map, at its key", 'Map m = new HashMap(); m.put("a", "x"); m.put("b", p); use((String) m.get("b"));', true],
    ["out of a map, at another key", 'Map m = new HashMap(); m.put("a", "x"); m.put("b", p); use((String) m.get("a"));', false],
    ["through a list, at its place", 'List l = new ArrayList(); l.add("x"); l.add(p); l.add("y"); l.remove(0); use(l.get(0));', true],
    ["out of a list, at another place", 'List l = new ArrayList(); l.add("x"); l.add(p); l.add("y"); l.remove(0); use(l.get(1));', false],
    ["through a builder", 'StringBuilder b = new StringBuilder("x"); b.append(p); use(b.toString());', true],
    ["the other side of a condition that always holds", 'int n = 106; use((7 * 18) + n > 200 ? "x" : p);', false],
    ["made a number", "use(Integer.parseInt(p));", false],
    ["through an array, at its place", 'String[] l = {"x", p}; use(l[1]);', true],
    ["out of an array, at another place", 'String[] l = {"x", p}; use(l[0]);', false],
    ["a place that was written later", 'String[] l = new String[2]; l[0] = "x"; l[1] = p; use(l[0]);', false],
    ["a value under a key that nobody knows", 'Map m = new HashMap(); m.put(key(), p); use((String) m.get("a"));', true],
    [
      "a list that something was put into on one way only",
      'List l = new ArrayList(); if (x) { l.add("a"); } l.add(p); use(l.get(0));',
      true,
    ],
    ["what a setter was given last", 'Bean b = new Bean(); b.setName(p); b.setName("x"); use(b.getName());', false],
    ["what a setter was given", "Bean b = new Bean(); b.setName(p); use(b.getName());", true],
    ["through a builder in a chain", 'StringBuilder b = new StringBuilder(); b.append("x").append(p); use(b.toString());', true],
    ["what a class reads that was made of the request", "Reader r = new Reader(request); use(r.readText());", true],
    ["one that a list allows", "if (!ALLOWED.contains(p)) { return; } use(p);", false],
    ["one that a list allows, given anew", 'if (!ALLOWED.contains(p)) { return; } p = request.getParameter("q"); use(p);', true],
    ["one that a list allows elsewhere", "if (ALLOWED.contains(p)) { log(p); } use(p);", true],
    ["one that equals a text", 'if (p.equals("a")) { use(p); }', false],
    ["in a list of its own, by a number that is declared", "int n = Integer.parseInt(p); use(String.valueOf(n));", false],
    ["a key of a table", "use(TABLE.get(p));", false],
    ["a name of an enumeration", "use(Color.valueOf(p).name());", false],
    ["a number in a format", 'use(String.format("%d", count(p)));', false],
  ])("%s", (_name, body, expected) => {
    expect(comesFromRequest("a.java", servlet(body))).toBe(expected);
  });

  test.each([
    ["several at once", 'a, b = p, "x"\n    use(a)', true],
    ["several at once, another", 'a, b = p, "x"\n    use(b)', false],
    ["a dict that is written out", 'd = {"a": "x", "b": p}\n    use(d["b"])', true],
    ["a dict that is written out, another key", 'd = {"a": "x", "b": p}\n    use(d.get("a"))', false],
    ["a list that lost its first", 'l = []\n    l.append("a")\n    l.append(p)\n    l.pop(0)\n    use(l[0])', true],
    ["a list that lost it", 'l = []\n    l.append("a")\n    l.append(p)\n    l.pop(1)\n    use(l[0])', false],
    ["one of a tuple of texts", 'if p not in ("a", "b"):\n        return\n    use(p)', false],
    ["the host of an address that is allowed", "if urlparse(p).hostname in HOSTS:\n        use(p)", false],
    ["a field of a thing that was made of it", "t = Thing(p)\n    use(t.text)", true],
  ])("in Python: %s", (_name, body, expected) => {
    expect(comesFromRequest("a.py", `def f():\n    p = request.args["p"]\n    ${body}\n`)).toBe(expected);
  });

  test.each([
    ["decoded into a variable", "var in In; json.NewDecoder(r.Body).Decode(&in); use(in.Name)", true],
    ["bound by a framework", "var in In; c.ShouldBindJSON(&in); use(in.Name)", true],
    ["a field of a struct that is written out", 'b := Box{one: r.FormValue("p"), two: "x"}; use(b.one)', true],
    ["another field of it", 'b := Box{one: r.FormValue("p"), two: "x"}; use(b.two)', false],
    ["a map that is written out, another key", 'm := map[string]string{"a": "x", "b": r.FormValue("p")}; use(m["a"])', false],
    ["what another server answers", 'resp, err := http.Get(r.FormValue("p")); use(resp.Status)', false],
  ])("in Go: %s", (_name, body, expected) => {
    expect(comesFromRequest("a.go", `package p\nfunc f(w http.ResponseWriter, r *http.Request) {\n${body}\n}`)).toBe(expected);
  });

  test("a parameter, when somebody in the file calls with a request", () => {
    expect(comesFromRequest("a.js", "function run(x) { use(x); } app.get('/', (req, res) => { run(req.query.a); });")).toBe(true);
    expect(comesFromRequest("a.js", "function run(x) { use(x); } run('a');")).toBe(false);
  });

  test("what is written in the source comes from nowhere", () => {
    const { node, language } = used("a.py", 'def f():\n    a = "x" + str(1)\n    use(a.upper())\n');
    expect(originOf(node, language)).toBe(0);
    expect(origins.request).toBe(1);
  });
});

describe("how much is done for it", () => {
  test("the assignments of a file are gone through once, and each question looks at a few", () => {
    const count = 2_000;
    const text = `def f(request):\n    d = {}\n${'    d["key"] = d["key"] + request.args.get("k")\n'.repeat(count)}    use(d["key"])\n`;
    const { node } = used("a.py", text);
    const before = { ...work };
    const names = node
      .getRoot()
      .root()
      .findAll({ rule: { kind: "subscript" } });
    for (const name of names) definitionsOf(name);
    expect(work.indexed - before.indexed).toBe(1);
    expect(work.looked - before.looked).toBeLessThan(names.length * 2);
  });

  test("following stops, however much was written to be followed", () => {
    const text = `def f(request):\n    a = request.x1\n${"    a = a + a\n".repeat(3_000)}    use(a)\n`;
    const { node, language } = used("a.py", text);
    const before = steps.taken;
    for (const name of node
      .getRoot()
      .root()
      .findAll({ rule: { kind: "identifier", regex: "^a$" } }))
      originOf(name, language);
    expect(steps.taken - before).toBeLessThanOrEqual(40_001);
  });
});

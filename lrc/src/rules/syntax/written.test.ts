import { expect, test } from "vitest";
import { languageOf } from "../language.ts";
import { changedFile } from "../testing/rule-case.ts";
import { forgetDefinitions } from "./definitions.ts";
import { treeOf } from "./tree.ts";
import { writtenOf } from "./written.ts";

/** The texts that what `use(…)` is given in a class of Java may be. */
function written(members: string): readonly unknown[] {
  forgetDefinitions();
  const text = `class A { ${members} }`;
  const tree = treeOf({ ...changedFile("A.java", undefined, text), language: languageOf("A.java", text)! })!;
  const call = tree.find({ rule: { kind: "method_invocation", regex: "^use\\(" } })!;
  const [value] = call
    .field("arguments")!
    .children()
    .filter((child) => child.isNamed());
  return writtenOf(value!);
}

test.each([
  ["a text", 'void f() { use("a"); }', ["a"]],
  ["a variable", 'void f() { String a = "a" + "b"; use(a); }', ["ab"]],
  ["either of two", 'void f() { String a = "a"; if (x()) { a = "b"; } use(a); }', ["b", "a"]],
  ["the branch that is taken", 'void f() { int n = 2; String a = "a"; if (n > 1) { a = "b"; } use(a); }', ["b"]],
  ["a field", 'private String a = "a"; void f() { use(a); }', ["a"]],
  [
    "a field that the constructor gives",
    'private String a; A(String b) { this.a = b; } void f() { use(this.a); } static void m() { new A("x"); }',
    ["x"],
  ],
  ["a parameter", 'void f(String a) { use(a); } void g() { f("x"); f("y"); }', ["x", "y"]],
  ["what a method answers", 'void f() { use(name()); } String name() { return "x"; }', ["x"]],
  ["its letters", 'void f() { String a = "a"; use(a.toCharArray()); }', ["a"]],
  ["nothing that is known", "void f(String a) { use(a); }", []],
  ["what names itself", "void f() { String a = a; use(a); }", []],
])("what is written: %s", (_name, members, expected) => {
  expect(written(members)).toEqual(expected);
});

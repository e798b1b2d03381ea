import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateFolder } from "#history";
import { PageAnswers } from "./page-answers.ts";

const [tree, another] = ["1".repeat(40), "2".repeat(40)];
let home: string;
let answers: PageAnswers;
const file = (): string => join(home, "COMMIT_EDITMSG");
const left = (): readonly string[] => readdirSync(join(home, "lrc"), { recursive: true }).map(String).sort();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "lrc-answers-"));
  answers = new PageAnswers(new StateFolder(home, "draft"), Date.now());
  writeFileSync(file(), "typed\n");
});
afterEach(() => rmSync(home, { recursive: true }));

describe("what was said on the page", () => {
  it("is written, and pushed once, in the commit of its tree", () => {
    answers.leave(tree, { message: "written\n\n", push: true });
    answers.intoMessage(another, file());
    expect(readFileSync(file(), "utf8")).toBe("typed\n");
    answers.intoMessage(tree, file());
    expect(readFileSync(file(), "utf8")).toBe("written\n");
    expect([answers.takePush(another), answers.takePush(tree), answers.takePush(tree)]).toEqual([false, true, false]);
  });

  it("is not pushed by a commit that has passed the hooks by", () => {
    answers.leave(tree, { message: undefined, push: true });
    expect(answers.takePush(tree)).toBe(false);
  });

  it("is swept by the next commit of the same, or when it is old", () => {
    answers.leave(tree, { message: "a", push: false });
    answers.leave(another, { message: "b", push: false });
    answers.sweep(tree);
    expect(left()).toEqual(["page-answers", `page-answers/${another}`]);
    utimesSync(join(home, "lrc/page-answers", another), 0, 0);
    answers.intoMessage(another, file());
    expect(readFileSync(file(), "utf8")).toBe("typed\n");
    answers.leave(another, { message: "b", push: false });
    utimesSync(join(home, "lrc/page-answers", another), 0, 0);
    answers.sweep(tree);
    expect(left()).toEqual([]);
  });

  it("says nothing when it is damaged, or no file", () => {
    answers.leave(tree, { message: "a", push: true });
    for (const text of ["", "[", "null", "[]", '{"message":1,"push":1}']) {
      writeFileSync(join(home, "lrc/page-answers", tree), text);
      answers.intoMessage(tree, file());
      expect(readFileSync(file(), "utf8")).toBe("typed\n");
      expect(answers.takePush(tree)).toBe(false);
    }
    rmSync(join(home, "lrc"), { recursive: true });
    writeFileSync(join(home, "lrc"), "");
    answers.sweep(tree);
    answers.intoMessage(tree, file());
    expect(answers.takePush(tree)).toBe(false);
  });
});

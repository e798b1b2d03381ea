import { describe, expect, it } from "vitest";
import { isEmptyTalk } from "./empty-talk.ts";

const talk = (message: string, title = "A title"): boolean => isEmptyTalk({ title, message });

describe("what is no fault", () => {
  it.each([
    "Looks correct as is; no issues found.",
    "Please verify that the caller handles null.",
    "The new endpoint lacks test coverage.",
    "Missing unit tests for the retry path",
    "Docstring coverage is 0%; missing docstrings need to be added",
    "The class has insufficient documentation",
    "Trailing whitespace at the end of the line",
    "The condition should be simplified with a stream",
    "Use a spread here for better readability",
    "Unused import of PasswordCredentialModel",
    "This uses a nested ternary, reducing maintainability.",
  ])("%s", (message) => expect(talk(message)).toBe(true));

  it.each(["No issues", "Missing unit tests", "Code style"])("by its title: %s", (title) => expect(talk("Words.", title)).toBe(true));
});

describe("what is one, though it speaks of tests, comments and names, or asks for something", () => {
  it.each([
    "The test asserts before the thread has ended, so it passes whatever the code does.",
    "The missing await makes the test server close before the answer is read.",
    "The comment marker is added twice, so that the parser takes the second one for data.",
    "The error message names grantType although rawTokenId is null, and the null is let through.",
    "With count 0 the result is no number.",
    "Ensure that start is below the length; otherwise the range is invalid and the slice throws.",
    "Consider a null check before the cast: a missing row makes it throw.",
    "The name is misspelled: the template reads stopNotificationsText and gets undefined.",
  ])("%s", (message) => expect(talk(message)).toBe(false));
});

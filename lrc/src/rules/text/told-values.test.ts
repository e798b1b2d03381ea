// lrc-ignore-file secret/password, secret/random-text: keys that open nothing, to ask about.
import { expect, test } from "vitest";
import { announcedValueIn, toldValuesIn } from "./told-values.ts";

test("a value belongs to the role that was said before it", () => {
  for (const [line, name, value] of [
    ["stripe secret key k3vT9zQm2LxV0nTj", "stripe secret key", "k3vT9zQm2LxV0nTj"],
    ["lemlistSECRET k3vT9zQm2LxV0nTj", "lemlistSECRET", "k3vT9zQm2LxV0nTj"],
    ["toggl-KEY-k3vT9zQm2LxV0nTj", "toggl-KEY", "k3vT9zQm2LxV0nTj"],
    ["instabot TOKEN:k3vT9zQm2LxV0nTj", "TOKEN", "k3vT9zQm2LxV0nTj"],
    ["the token is: k3vT9zQm2LxV0nTj", "token is:", "k3vT9zQm2LxV0nTj"],
    ["githubtoken k3vT9zQm2LxV0nTj", "githubtoken", "k3vT9zQm2LxV0nTj"],
    ["scraper key=k3vT9zQm2LxV0nTj", "scraper key", "k3vT9zQm2LxV0nTj"],
    ["apiKey |k3vT9zQm2LxV0nTj", "apiKey", "k3vT9zQm2LxV0nTj"],
  ] as const)
    expect(toldValuesIn(line), line).toContainEqual(
      expect.objectContaining({ value, index: line.indexOf(value), name: expect.stringContaining(name) }),
    );
});

test("what a sentence says about something else is no value", () => {
  for (const line of [
    "the public key k3vT9zQm2LxV0nTj",
    "token of the commit k3vT9zQm2LxV0nTj",
    "private key sha256 k3vT9zQm2LxV0nTj",
    "rsa.generate_private_key(public_exponent=65537)",
    "$TOKEN localhost:9201/k3vT9zQm2LxV0nTj",
    "accessible k3vT9zQm2LxV0nTj",
    "key k3vT9zQm2LxV0nTj",
  ])
    expect(toldValuesIn(line), line).toEqual([]);
});

test("a long line takes as long as its words", () => {
  const line = "service SECRET k3vT9zQm2LxV0nTj ".repeat(20_000);
  const before = process.cpuUsage();
  expect(toldValuesIn(line)).toHaveLength(20_000);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(5_000);
});

test("a line of one word belongs to the one above that announces it", () => {
  const value = "5d7f9a1c3e8b2f604a7c9e1b3d5f8a02";
  expect(announcedValueIn(["Use the following password to log in:", "", value], 3)).toMatchObject({ value, index: 0 });
  expect(announcedValueIn(["shop access key", `  ${value}`], 2)).toMatchObject({ value, index: 2 });
  for (const above of ["The public key:", "sha256 of the token:", "The key was lost.", ""])
    expect(announcedValueIn([above, value], 2), above).toBeUndefined();
  expect(announcedValueIn(["password:", "", "", "", "", value], 6)).toBeUndefined();
});

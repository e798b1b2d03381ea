import { expect, it } from "vitest";
import { withoutSecret } from "./shown-arguments.ts";

it.each([
  [
    ["-A", "-p", "h", "-u", "u", "-s", "secret", "-w", "0"],
    ["-A", "-p", "h", "-u", "u", "-s", "***", "-w", "0"],
  ],
  [
    ["-ssecret", "-Ars", "-secret"],
    ["-s***", "-Ars", "***"],
  ],
  [
    ["--socket", "/tmp/s", "-L"],
    ["--socket", "/tmp/s", "-L"],
  ],
])("%j is shown as %j", (given, shown) => {
  expect(withoutSecret(given)).toEqual(shown);
});

import { expect, it } from "vitest";
import { describeSocketError } from "./socket-error.ts";

it("a link-local address without the interface, or with one that is not there, is told as that", () => {
  const invalid = Object.assign(new Error("connect EINVAL fe80::1:3260 - Local (:::0)"), { code: "EINVAL" });
  for (const address of [{ host: "fe80::1", port: 3260 }, "[fe80::1]:3260"]) {
    expect(describeSocketError("connect to", address, invalid).message).toBe(
      "connect to [fe80::1]:3260: it takes the interface that leads there, and that must exist: [fe80::1%eth0] (EINVAL)",
    );
  }
  expect(describeSocketError("connect to", { host: "10.0.0.1", port: 3260 }, invalid).message).toContain(invalid.message);
});

import { expect, it } from "vitest";
import { parseListenAddress } from "./listen-address.ts";

it.each([
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["localhost", { host: "localhost", port: 10809 }],
  ["[::1]:3260", { host: "::1", port: 3260 }],
  ["[fe80::1%eth0]", { host: "fe80::1%eth0", port: 10809 }],
])("%s is an address to listen on", (text, address) => {
  expect(parseListenAddress(text, 10809)).toEqual(address);
});

it.each(["", "host:", "host:x", "host:65536", "[::1]:65536", "::1", "[::1", "a b", "host/path"])("%j is none", (text) => {
  expect(() => parseListenAddress(text, 10809)).toThrow("is no address to listen on");
});

it.each([":80", "3260", "0", "*", "*:3260"])("%j names none, and it is said how every address is written", (text) => {
  expect(() => parseListenAddress(text, 10809)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining("names no address to listen on"),
      nextStep: expect.stringContaining("0.0.0.0:PORT"),
    }),
  );
});

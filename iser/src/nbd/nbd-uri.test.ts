import { expect, it } from "vitest";
import { nbdUri } from "./nbd-uri.ts";

it.each([
  [{ path: "/run/iser/nbd.sock" }, "da0", "nbd+unix:///da0?socket=/run/iser/nbd.sock"],
  [{ path: "nbd.sock" }, "", "nbd+unix:///?socket=nbd.sock"],
  [{ path: "/tmp/a b&c?d#e%" }, "x", "nbd+unix:///x?socket=/tmp/a%20b%26c%3Fd%23e%25"],
  [{ path: "/s" }, "hello/world?", "nbd+unix:///hello%2Fworld%3F?socket=/s"],
  [{ host: "storage.example", port: 10809 }, "da0", "nbd://storage.example/da0"],
  [{ host: "::1", port: 4000 }, "da0", "nbd://[::1]:4000/da0"],
])("the URI of %j and export %j is %s", (address, name, uri) => {
  expect(nbdUri(address, name)).toBe(uri);
});

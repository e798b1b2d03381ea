import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { AttachmentFolder } from "./attachment-folder.ts";
import { findSource } from "./named-source.ts";

const nowhere = new AttachmentFolder("/nonexistent");

function find(named: string): ReturnType<typeof findSource> {
  return findSource(named, "/nonexistent/iscsid.sock", nowhere, new VirtualClock());
}

it("an export on a unix socket is one that is served already", async () => {
  expect(await find("nbd+unix:///a%20b?socket=/run/x.sock")).toEqual({
    name: "disk0",
    source: { kind: "nbd", socket: "/run/x.sock", exportName: "a b" },
    description: "nbd+unix:///a%20b?socket=/run/x.sock",
    uri: "nbd+unix:///a%20b?socket=/run/x.sock",
  });
});

it.each([
  "nbd://host/da0",
  "nbd+unix:///da0",
  "nbd+unix://host/da0?socket=/x",
  "nbds+unix:///da0?socket=/x",
  "nbd+unix:///da0?socket=/x&tls=1",
])("%s names no export on a unix socket", async (uri) => {
  await expect(find(uri)).rejects.toThrow("names no export on a unix socket");
});

it("a path means the same to the keeper, which works in another directory", async () => {
  expect((await find("images/a,b.img,size=1M,ro")).source).toEqual({ kind: "device", spec: `${process.cwd()}/images/a,b.img,size=1M,ro` });
  expect((await find("nbd+unix:///da0?socket=x.sock")).source).toEqual({
    kind: "nbd",
    socket: `${process.cwd()}/x.sock`,
    exportName: "da0",
  });
});

it("a URL with a password is not repeated", async () => {
  const { description, uri } = await find("iscsi://user%secret@192.0.2.1/iqn.2026-11.test:x/0");
  expect([description, uri]).toEqual(["url", undefined]);
});

it("a device of a daemon that is not there", async () => {
  await expect(find("da0")).rejects.toThrow("iscsid is not there");
});

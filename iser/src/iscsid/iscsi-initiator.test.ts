import { expect, it } from "vitest";
import { parsePortal } from "#iscsi";
import { addressOf } from "./iscsi-initiator.ts";

/** A target is found by asking one portal; where is it to be used? */
it.each([
  ["192.0.2.1", [], "192.0.2.1"],
  ["192.0.2.1", ["10.0.0.1:3260,1", "192.0.2.1:3260,1"], "192.0.2.1"],
  ["192.0.2.1", ["[2001:db8::1]:3260,1", "10.0.0.1:3261,2", "10.0.0.2:3260,2"], "10.0.0.1:3261"],
  ["[2001:db8::9]:3260", ["10.0.0.1:3260,1", "[2001:db8::1]:3260,1"], "[2001:db8::1]:3260"],
  ["storage.example", ["[2001:db8::1]:3260,1"], "[2001:db8::1]:3260"],
])("asked at %s, a target at %j is used at %s", (asked, portals, address) => {
  const target = { name: "iqn.x:y", portals: portals.map((portal) => parsePortal(portal)) };
  expect(addressOf(target, parsePortal(asked), asked)).toBe(address);
});

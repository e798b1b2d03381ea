import { beforeEach, describe, expect, it } from "vitest";
import { config, nothing, Supervision, two } from "./testing/supervision.ts";

let daemon: Supervision;
beforeEach(() => {
  daemon = new Supervision();
});

describe("sessions that are added together", () => {
  it("have the names of their devices in their order, whichever target answers first", () => {
    daemon.added(config);
    daemon.added(two);
    daemon.initiator.link(1).connect(0, 1);
    expect(daemon.names()).toEqual([]);
    expect(daemon.session(1)).toMatchObject({ connected: false, failureReason: "Waiting for iscsid(8)", devices: [] });
    const waiting = daemon.wait([2], 0);
    daemon.initiator.link(0).connect(0);
    expect(daemon.session(0).devices.map(({ device }) => device)).toEqual(["da0"]);
    expect(daemon.session(1).devices.map(({ device }) => device)).toEqual(["da1", "da2"]);
    expect(waiting.pending).toEqual([]);
  });

  it.each([
    ["that cannot be connected", () => daemon.initiator.link(0).lose("Not found")],
    ["that is removed", () => void daemon.remove({ targetName: "iqn.x:one" })],
    [
      "that is disabled",
      () => daemon.supervisor.modify({ sessionId: 1, changes: { ...nothing, enable: false }, replacement: undefined }, () => {}),
    ],
    ["that says nothing for two seconds", () => daemon.clock.advance(2000)],
  ])("do not wait for one %s", (_what, happen) => {
    daemon.added(config);
    const id = daemon.added(two);
    daemon.initiator.link(1).connect(0);
    const waiting = daemon.wait([id], 0);
    expect(waiting.pending).toBeUndefined();
    happen();
    expect(daemon.names()).toEqual(["da0"]);
    expect(waiting.pending).toEqual([]);
    expect(daemon.records.map(({ message }) => message)).toContain("session connected");
  });
});

describe("device names", () => {
  it("are the smallest free ones, in order of LUNs, and stay across a reconnection", () => {
    daemon.add(config);
    daemon.add(two);
    daemon.initiator.link(0).connect(3);
    daemon.initiator.link(1).connect(1, 0);
    expect(daemon.session(1).devices.map(({ lun, device }) => [lun, device])).toEqual([
      [0, "da1"],
      [1, "da2"],
    ]);
    expect(daemon.session(0).devices.map(({ device }) => device)).toEqual(["da0"]);
    const device = daemon.devices.list()[1]?.device;
    daemon.initiator.link(1).lose("connection reset");
    expect(daemon.session(1)).toMatchObject({ connected: false, failureReason: "connection reset" });
    expect(daemon.names()).toEqual(["da0", "da1", "da2"]);
    daemon.initiator.link(1).connect(0, 1);
    expect(daemon.session(1)).toMatchObject({ connected: true, failureReason: undefined });
    expect(daemon.devices.list()[1]?.device).toBe(device);
  });

  it("are free again when the device is gone for good, not before", () => {
    daemon.add(config);
    daemon.initiator.link(0).connect(0, 1, 2);
    daemon.initiator.link(0).connect(0, 2);
    expect(daemon.names()).toEqual(["da0", "da2"]);
    daemon.initiator.link(0).connect(0, 2, 7);
    expect(daemon.names()).toEqual(["da0", "da2", "da3"]);
    daemon.withdrawals[0]?.done();
    daemon.initiator.link(0).connect(0, 2, 7, 8);
    expect(daemon.names()).toEqual(["da0", "da1", "da2", "da3"]);
  });
});

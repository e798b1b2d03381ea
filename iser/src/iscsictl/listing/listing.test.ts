import { describe, expect, it } from "vitest";
import type { SessionStatus } from "#control";
import { formatListing } from "./index.ts";

const connected: SessionStatus = {
  sessionId: 1,
  sessionType: "Normal",
  initiatorName: "iqn.1994-09.org.freebsd:host",
  initiatorPortal: "192.0.2.7:50412",
  initiatorAlias: undefined,
  targetName: "iqn.2026-11.example:disk",
  targetAddress: "192.0.2.1",
  targetAlias: "the big one",
  user: "me",
  hasSecret: true,
  mutualUser: undefined,
  hasMutualSecret: false,
  offload: undefined,
  dscp: undefined,
  pcp: undefined,
  pingTimeoutS: undefined,
  loginTimeoutS: undefined,
  protocol: "iSER",
  enable: true,
  connected: true,
  failureReason: undefined,
  negotiated: {
    headerDigest: "CRC32C",
    dataDigest: "None",
    maxRecvDataSegmentLength: 262144,
    maxSendDataSegmentLength: 8192,
    maxBurstLength: 262144,
    firstBurstLength: 65536,
    immediateData: true,
  },
  devices: [
    { lun: 0, device: "da0", uri: "nbd+unix:///da0?socket=/run/iscsid/nbd.sock", size: 1048576, blockSize: 512 },
    { lun: 3, device: "da1", uri: "nbd+unix:///da1?socket=/run/iscsid/nbd.sock", size: 2097152, blockSize: 4096 },
  ],
};
const lost: SessionStatus = { ...connected, sessionId: 2, protocol: "iSCSI", connected: false, failureReason: "Connection reset by peer" };
const fresh: SessionStatus = {
  ...connected,
  sessionId: 3,
  targetName: "iqn.2026-11.example:a-name-longer-than-its-column",
  targetAddress: "storage.example.org:3261",
  connected: false,
  negotiated: undefined,
  user: undefined,
  hasSecret: false,
  devices: [],
};
const disabled: SessionStatus = { ...fresh, targetName: "iqn.x:off", enable: false, failureReason: "Not found" };
const discovery: SessionStatus = { ...fresh, sessionType: "Discovery", targetName: undefined, targetAddress: "[2001:db8::1]:3260" };
const empty: SessionStatus = { ...connected, targetName: "iqn.x:no-luns", devices: [] };

const text = { kind: "text", pretty: false } as const;

describe("iscsictl -L", () => {
  it("shows every state in FreeBSD's columns", () => {
    expect(formatListing([connected, lost, fresh, disabled, discovery, empty], { verbose: false, format: text })).toBe(
      [
        "Target name                          Target portal    State",
        "iqn.2026-11.example:disk             192.0.2.1        Connected: da0 da1 ",
        "iqn.2026-11.example:disk             192.0.2.1        Connection reset by peer",
        "iqn.2026-11.example:a-name-longer-than-its-column storage.example.org:3261 Disconnected",
        "iqn.x:off                            storage.example.org:3261 Disabled",
        "                                     [2001:db8::1]:3260 Discovery",
        "iqn.x:no-luns                        192.0.2.1        Connected: ",
        "",
      ].join("\n"),
    );
  });

  it("is a line of titles when there are no sessions", () => {
    expect(formatListing([], { verbose: false, format: text })).toBe("Target name                          Target portal    State\n");
    expect(formatListing([], { verbose: true, format: text })).toBe("");
  });

  it("is libxo's structure in JSON", () => {
    const json = formatListing([connected, lost], { verbose: false, format: { kind: "json", pretty: false } });
    expect(json.endsWith("}\n")).toBe(true);
    expect(JSON.parse(json)).toEqual({
      iscsictl: {
        session: [
          {
            name: "iqn.2026-11.example:disk",
            portal: "192.0.2.1",
            state: "Connected",
            devices: {
              lun: [
                { lun: 0, device: "da0", uri: "nbd+unix:///da0?socket=/run/iscsid/nbd.sock", size: 1048576, blockSize: 512 },
                { lun: 3, device: "da1", uri: "nbd+unix:///da1?socket=/run/iscsid/nbd.sock", size: 2097152, blockSize: 4096 },
              ],
              scbus: 1,
              bus: 0,
              target: 0,
            },
          },
          expect.objectContaining({ state: "Connection reset by peer" }),
        ],
      },
    });
  });
});

describe("iscsictl -L -v", () => {
  it("shows everything but the secret", () => {
    expect(formatListing([connected], { verbose: true, format: text })).toBe(
      [
        "Session ID:               1",
        "Initiator name:           iqn.1994-09.org.freebsd:host",
        "Initiator portal:         192.0.2.7:50412",
        "Initiator alias:          ",
        "Target name:              iqn.2026-11.example:disk",
        "Target portal:            192.0.2.1",
        "Target alias:             the big one",
        "User:                     me",
        "Secret:                   [secret]",
        "Mutual user:              ",
        "Mutual secret:            ",
        "Session type:             Normal",
        "Enable:                   Yes",
        "Session state:            Connected",
        "Failure reason:           ",
        "Header digest:            CRC32C",
        "Data digest:              None",
        "MaxRecvDataSegmentLength: 262144",
        "MaxSendDataSegmentLength: 8192",
        "MaxBurstLen:              262144",
        "FirstBurstLen:            65536",
        "ImmediateData:            Yes",
        "iSER (RDMA):              Yes",
        "Offload driver:           None",
        "Device nodes:             da0 da1 ",
        "NBD URIs:                 nbd+unix:///da0?socket=/run/iscsid/nbd.sock",
        "                          nbd+unix:///da1?socket=/run/iscsid/nbd.sock",
        "",
        "",
      ].join("\n"),
    );
  });

  it("shows a session that never connected", () => {
    const listing = formatListing([discovery], { verbose: true, format: text });
    expect(listing).toContain("Target name:              \n");
    expect(listing).toContain("Session type:             Discovery\n");
    expect(listing).toContain("MaxBurstLen:              0\n");
    expect(listing).toContain("Device nodes:             \n\n");
    expect(listing).not.toContain("NBD");
  });

  it("is libxo's structure in JSON", () => {
    const json = JSON.parse(formatListing([lost], { verbose: true, format: { kind: "json", pretty: true } }));
    expect(json.iscsictl.session[0]).toMatchObject({
      sessionId: 2,
      initiator: { name: "iqn.1994-09.org.freebsd:host", portal: "192.0.2.7:50412", alias: "" },
      target: { name: "iqn.2026-11.example:disk", portal: "192.0.2.1", alias: "the big one" },
      auth: { user: "me", secret: "[secret]", mutualUser: "", mutualSecret: "" },
      type: "Normal",
      enable: "Yes",
      state: "Disconnected",
      failureReason: "Connection reset by peer",
      headerDigest: "CRC32C",
      recvDataSegmentLen: 262144,
      immediateData: "Yes",
      iSER: "No",
    });
  });
});

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { NegotiatedStatus, SessionStatus } from "#control";
import { formatListing } from "./index.ts";

/*
 * What iscsictl prints for a session in every state there is, kept as files and compared byte for byte: cases/STATE.{short,long}.{txt,json,xml,html}.
 * After a change that is meant: npx vitest run --project iser --update iser/src/iscsictl
 */
const cases = fileURLToPath(new URL("cases", import.meta.url));

const negotiated: NegotiatedStatus = {
  headerDigest: "None",
  dataDigest: "None",
  maxRecvDataSegmentLength: 262144,
  maxSendDataSegmentLength: 8192,
  maxBurstLength: 262144,
  firstBurstLength: 65536,
  immediateData: true,
};

const fresh: SessionStatus = {
  sessionId: 1,
  sessionType: "Normal",
  initiatorName: "iqn.1994-09.org.freebsd:host",
  initiatorPortal: undefined,
  initiatorAlias: undefined,
  targetName: "iqn.2026-11.example:disk",
  targetAddress: "192.0.2.1",
  targetAlias: undefined,
  user: undefined,
  hasSecret: false,
  mutualUser: undefined,
  hasMutualSecret: false,
  protocol: "iSCSI",
  offload: undefined,
  dscp: undefined,
  pcp: undefined,
  pingTimeoutS: undefined,
  loginTimeoutS: undefined,
  enable: true,
  connected: false,
  failureReason: undefined,
  negotiated: undefined,
  devices: [],
};

function disk(number: number, lun: number): SessionStatus["devices"][number] {
  return { lun, device: `da${number}`, uri: `nbd+unix:///da${number}?socket=/var/run/iscsid/nbd.sock`, size: 2 ** 30, blockSize: 512 };
}

const connected: SessionStatus = {
  ...fresh,
  initiatorPortal: "192.0.2.7:50412",
  targetAlias: "the big one",
  connected: true,
  negotiated,
  devices: [disk(0, 0), { ...disk(1, 3), blockSize: 4096 }],
};
const overIser: SessionStatus = {
  ...connected,
  protocol: "iSER",
  targetAddress: "[2001:db8::1]:3261",
  negotiated: { ...negotiated, immediateData: false },
};
const withSecrets: SessionStatus = { ...connected, user: "me", hasSecret: true, mutualUser: "you", hasMutualSecret: true };

const states: Readonly<Record<string, readonly SessionStatus[]>> = {
  none: [],
  waiting: [{ ...fresh, failureReason: "Waiting for iscsid(8)" }],
  connected: [connected],
  "connected-without-disks": [{ ...connected, devices: [] }],
  "connected-over-iser": [overIser],
  "connected-with-digests": [{ ...connected, negotiated: { ...negotiated, headerDigest: "CRC32C", dataDigest: "CRC32C" } }],
  "connected-with-everything-set": [
    { ...withSecrets, initiatorAlias: "the machine under the desk", dscp: 46, pcp: 7, pingTimeoutS: 3, loginTimeoutS: 20, offload: "none" },
  ],
  "connected-with-secrets": [withSecrets],
  "connected-with-secrets-shown": [{ ...withSecrets, secret: 'sword"fish<12', mutualSecret: "marlin&123456" }],
  "connected-over-two-paths": [
    {
      ...connected,
      devices: [
        {
          ...disk(0, 0),
          paths: [
            { sessionId: 1, portal: "192.0.2.1:3260", state: "active", access: "active/optimized" },
            { sessionId: 2, portal: "192.0.2.2:3260", state: "failed", access: undefined },
          ],
        },
      ],
    },
  ],
  "sent-to-another-portal": [{ ...connected, movedTo: "192.0.2.9:3261" }],
  disconnected: [{ ...connected, initiatorPortal: undefined, connected: false }],
  "failed-at-first": [{ ...fresh, failureReason: "Authentication failure" }],
  "failed-later": [{ ...connected, initiatorPortal: undefined, connected: false, failureReason: "no ping reply (NOP-In) after 5 seconds" }],
  "failed-with-a-hostile-reason": [{ ...fresh, targetName: "iqn.x:<b>&\u0001\u{1f4be}", failureReason: '</session>"&' }],
  discovery: [{ ...fresh, sessionType: "Discovery", targetName: undefined }],
  "discovery-failed": [
    { ...fresh, sessionType: "Discovery", targetName: undefined, failureReason: "cannot connect to 192.0.2.1:3260: connection refused" },
  ],
  disabled: [{ ...fresh, enable: false }],
  "disabled-after-a-failure": [{ ...connected, initiatorPortal: undefined, connected: false, enable: false, failureReason: "Not found" }],
  "long-names": [{ ...connected, targetName: `iqn.2026-11.example:${"long".repeat(10)}`, targetAddress: "storage-north.example.org:3261" }],
  several: [
    connected,
    { ...fresh, sessionId: 2, targetName: "iqn.2026-11.example:other", enable: false },
    { ...overIser, sessionId: 3, devices: [disk(2, 0)] },
  ],
};

const forms = [
  ["txt", { kind: "text", pretty: false }],
  ["json", { kind: "json", pretty: true }],
  ["xml", { kind: "xml", pretty: true }],
  ["html", { kind: "html", pretty: true }],
] as const;

describe.each(Object.entries(states))("iscsictl -L of a session: %s", (state, sessions) => {
  it.each([
    ["short", false],
    ["long", true],
  ] as const)("%s", async (length, verbose) => {
    for (const [suffix, format] of forms) {
      await expect(formatListing(sessions, { verbose, format })).toMatchFileSnapshot(`${cases}/${state}.${length}.${suffix}`);
    }
  });

  it("is the same without indentation, in one line that can be read back", () => {
    for (const verbose of [false, true]) {
      const json = formatListing(sessions, { verbose, format: { kind: "json", pretty: false } });
      expect(json.indexOf("\n")).toBe(json.length - 1);
      expect(JSON.parse(json)).toEqual(JSON.parse(formatListing(sessions, { verbose, format: { kind: "json", pretty: true } })));
      const xml = formatListing(sessions, { verbose, format: { kind: "xml", pretty: false } });
      expect(xml.indexOf("\n")).toBe(xml.length - 1);
      expect(xml).toBe(formatListing(sessions, { verbose, format: { kind: "xml", pretty: true } }).replaceAll(/\n *(?=<)|\n(?!$)/g, ""));
    }
  });
});

it("no case is kept that nothing is compared with", () => {
  const kept = readdirSync(cases).sort();
  const compared = Object.keys(states).flatMap((state) =>
    ["short", "long"].flatMap((length) => forms.map(([suffix]) => `${state}.${length}.${suffix}`)),
  );
  expect(kept).toEqual(compared.sort());
});

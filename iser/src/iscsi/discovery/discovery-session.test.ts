import { beforeEach, expect, it } from "vitest";
import type { LoggedInConnection } from "../connection/logged-in-connection.ts";
import type { LoginOutcome } from "../login/login-outcome.ts";
import { ProtocolError } from "../protocol-error.ts";
import { DiscoverySession } from "./discovery-session.ts";

const tag = 7;
let session: DiscoverySession;
let asked: number;
beforeEach(() => {
  asked = 0;
  session = new DiscoverySession(() => {});
  const connection = {
    sendText: () => {
      asked += 1;
      return tag;
    },
  };
  session.onLoggedIn(connection as unknown as LoggedInConnection, {} as LoginOutcome);
});

/** The target answers with `length` bytes, and says that there is more. */
function goOn(length: number): void {
  const pdu = { initiatorTaskTag: tag, targetTransferTag: 1, final: false };
  session.onText(pdu as Parameters<DiscoverySession["onText"]>[0], new Uint8Array(length));
}

it.each([0, 1, 511, 8192])("an answer in pieces of %d bytes that never ends is ended", (length) => {
  expect(() => {
    for (;;) goOn(length);
  }).toThrow(ProtocolError);
  expect(asked).toBeLessThanOrEqual(8193);
  expect(asked * length).toBeLessThanOrEqual(4 * 1024 * 1024 + length);
});

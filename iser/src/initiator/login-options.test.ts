import { SeededRandom } from "kit/clock";
import { Secret } from "kit/log";
import { expect, it } from "vitest";
import type { TransportKind } from "#iscsi";
import { loginFor } from "./login-options.ts";
import type { Credentials } from "./session-configuration.ts";

/** Stages that the first login request is in and asks for (RFC 7143, 11.12). */
const fromSecurityStage = 0x81;
const intoFullFeaturePhase = 0x87;
const secret: Credentials = { user: "joe", secret: new Secret("a-secret-of-joe") };

it.each<[string, TransportKind, Credentials | undefined, number]>([
  ["goes through every stage over TCP", "tcp", undefined, fromSecurityStage],
  ["is one request over iSER", "iser", undefined, intoFullFeaturePhase],
])("a login %s", (_name, transport, credentials, stages) => {
  expect(firstFlags(transport, credentials)).toBe(stages);
});

it("a login with secrets begins with them, whatever carries it", () => {
  const startsInSecurityStage = (flags: number): boolean => (flags & 0x0c) === 0;
  expect((["tcp", "iser"] as const).map((transport) => startsInSecurityStage(firstFlags(transport, secret)))).toEqual([true, true]);
});

function firstFlags(transport: TransportKind, credentials: Credentials | undefined): number {
  const configuration = {
    portal: { host: "target", port: 3260 },
    targetName: "iqn.2026-11.test:disk",
    initiatorName: "iqn.2026-11.test:me",
    credentials,
  };
  const step = loginFor(configuration, new Uint8Array(6), transport, undefined, new SeededRandom(1)).start();
  if (step.kind !== "send") throw new Error(`the login starts with ${step.kind}`);
  return step.pdu.bhs[1] ?? 0;
}

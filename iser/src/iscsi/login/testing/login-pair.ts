import { SeededRandom } from "kit/clock";
import { parseText, type TextPair } from "../../text/text-pair.ts";
import { LoginInitiator, type LoginStep } from "../login-initiator.ts";
import type { LoginInitiatorOptions } from "../login-initiator-options.ts";
import type { LoginPdu } from "../login-outcome.ts";
import { defaultLoginPreferences } from "../login-preferences.ts";
import { LoginTarget, type LoginTargetInfo, type LoginTargetOptions, type LoginTargetStep } from "../login-target.ts";

export const initiatorName = "iqn.2026-01.example:initiator";
export const targetName = "iqn.2026-01.example:target";

export function initiatorOptions(changes: Partial<LoginInitiatorOptions> = {}): LoginInitiatorOptions {
  return {
    initiatorName,
    targetName,
    sessionType: "normal",
    isid: Uint8Array.of(0x80, 1, 2, 3, 4, 5),
    tsih: 0,
    connectionId: 0,
    transport: "tcp",
    preferences: defaultLoginPreferences,
    random: new SeededRandom(1),
    ...changes,
  };
}

export function targetOptions(
  changes: Partial<LoginTargetOptions> & { readonly target?: Partial<LoginTargetInfo> } = {},
): LoginTargetOptions {
  const { target, ...options } = changes;
  const info: LoginTargetInfo = { portalGroupTag: 1, authentication: { kind: "none" }, ...target };
  return {
    transport: "tcp",
    preferences: defaultLoginPreferences,
    random: new SeededRandom(2),
    lookup: (name) => (name === targetName ? info : undefined),
    discovery: { authentication: info.authentication },
    admit: () => ({ tsih: 7 }),
    ...options,
  };
}

/** The end of a login, and every text on the way to it. */
export interface LoginRun {
  readonly initiator: LoginStep;
  readonly target: LoginTargetStep | undefined;
  readonly texts: readonly { readonly from: "initiator" | "target"; readonly flags: number; readonly pairs: readonly TextPair[] }[];
}

/** Lets both ends talk until neither has more to say. */
export function logIn(initiator: LoginInitiator, target: Pick<LoginTarget, "handle">): LoginRun {
  const texts: LoginRun["texts"][number][] = [];
  const heard = (from: "initiator" | "target", { bhs, data }: LoginPdu) => {
    texts.push({ from, flags: bhs[1]!, pairs: (bhs[1]! & 0x40) === 0 ? parseText(data) : [] });
  };
  let asked = initiator.start();
  let answered: LoginTargetStep | undefined;
  while (asked.kind === "send") {
    heard("initiator", asked.pdu);
    answered = target.handle(asked.pdu.bhs, asked.pdu.data);
    if (answered.pdu === undefined) {
      asked = initiator.closed(undefined);
      break;
    }
    heard("target", answered.pdu);
    asked = initiator.handle(answered.pdu.bhs, answered.pdu.data);
  }
  return { initiator: asked, target: answered, texts };
}

export function runLogin(
  initiator: Partial<LoginInitiatorOptions> = {},
  target: Partial<LoginTargetOptions> & { readonly target?: Partial<LoginTargetInfo> } = {},
): LoginRun {
  return logIn(new LoginInitiator(initiatorOptions(initiator)), new LoginTarget(targetOptions(target)));
}

/** A text as people write it, right or wrong: `"HeaderDigest=None DataDigest=None"`. */
export function textOf(pairs: string): Uint8Array {
  return new TextEncoder().encode(pairs === "" ? "" : `${pairs.replaceAll(" ", "\0")}\0`);
}

export function pairsOf(data: Uint8Array): string {
  return parseText(data)
    .map(({ key, value }) => `${key}=${value}`)
    .join(" ");
}

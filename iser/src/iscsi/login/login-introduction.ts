import { LoginStatus } from "../pdu/login-status.ts";
import type { TextPair } from "../text/text-pair.ts";
import type { SessionType } from "./login-outcome.ts";
import { LoginRefusal } from "./login-refusal.ts";

/** The keys by which an initiator says who it is and what it wants; all of them belong in the first text of a login (RFC 7143, 6.3). */
export const introductionKeys: ReadonlySet<string> = new Set(["InitiatorName", "InitiatorAlias", "TargetName", "SessionType"]);

export interface Introduction {
  readonly initiatorName: string;
  readonly initiatorAlias: string | undefined;
  readonly targetName: string | undefined;
  readonly sessionType: SessionType;
  /** The same key once more, perhaps in a later text: fine if it still says the same. */
  confirm(pair: TextPair): void;
}

export function readIntroduction(pairs: readonly TextPair[]): Introduction {
  const said = new Map<string, string>();
  for (const { key, value } of pairs) if (introductionKeys.has(key) && !said.has(key)) said.set(key, value);

  const initiatorName = said.get("InitiatorName");
  if (initiatorName === undefined || initiatorName === "") {
    throw new LoginRefusal(LoginStatus.missingParameter, "did not say its InitiatorName", "InitiatorName");
  }
  const targetName = said.get("TargetName");
  const sessionType = readSessionType(said.get("SessionType") ?? "Normal");
  if (sessionType === "normal" && (targetName === undefined || targetName === "")) {
    throw new LoginRefusal(LoginStatus.missingParameter, `${initiatorName} did not say which TargetName it wants`, "TargetName");
  }
  return {
    initiatorName,
    initiatorAlias: said.get("InitiatorAlias"),
    targetName,
    sessionType,
    confirm({ key, value }) {
      if (said.get(key) !== value) throw new LoginRefusal(LoginStatus.initiatorError, `changed its ${key} during login`, key);
    },
  };
}

function readSessionType(value: string): SessionType {
  if (value === "Normal") return "normal";
  if (value === "Discovery") return "discovery";
  throw new LoginRefusal(
    LoginStatus.sessionTypeNotSupported,
    "asked for a session type that is neither Normal nor Discovery",
    "SessionType",
  );
}

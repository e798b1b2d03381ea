import { ProtocolError } from "../protocol-error.ts";
import { continueBit, finalBit } from "./basic-header-segment.ts";

/** Stages of the login phase (RFC 7143, 11.12.3). */
export const LoginStage = { securityNegotiation: 0, operationalNegotiation: 1, fullFeaturePhase: 3 } as const;
export type LoginStage = (typeof LoginStage)[keyof typeof LoginStage];

/** The flags byte of Login Request and Response. */
export interface LoginFlags {
  /** T: the sender is ready to leave `currentStage` for `nextStage`. */
  readonly transit: boolean;
  /** C: the text is incomplete and goes on in the next PDU. */
  readonly continues: boolean;
  readonly currentStage: LoginStage;
  /** Meaningful with `transit` only. */
  readonly nextStage: LoginStage;
}

const stageNames: Record<LoginStage, string> = {
  [LoginStage.securityNegotiation]: "security negotiation",
  [LoginStage.operationalNegotiation]: "operational negotiation",
  [LoginStage.fullFeaturePhase]: "full feature phase",
};

export function loginStageName(stage: LoginStage): string {
  return stageNames[stage];
}

/** Reads the flags byte; `pdu` names the sender's PDU in errors. */
export function readLoginFlags(flags: number, pdu: string): LoginFlags {
  const transit = (flags & finalBit) !== 0;
  const continues = (flags & continueBit) !== 0;
  const current = (flags >> 2) & 3;
  const next = flags & 3;
  if (transit && continues) throw new ProtocolError("field", `${pdu} with both T and C (RFC 7143, 11.12.2)`);
  if (current !== LoginStage.securityNegotiation && current !== LoginStage.operationalNegotiation) {
    throw new ProtocolError("field", `${pdu} with current stage ${current} (RFC 7143, 11.12.3)`);
  }
  if (!transit) return { transit, continues, currentStage: current, nextStage: current };
  if (next <= current || next === 2) {
    throw new ProtocolError("field", `${pdu} with a transition from stage ${current} to ${next} (RFC 7143, 11.12.3)`);
  }
  return { transit, continues, currentStage: current, nextStage: next as LoginStage };
}

export function loginFlagsByte(flags: LoginFlags): number {
  return (flags.transit ? finalBit | flags.nextStage : 0) | (flags.continues ? continueBit : 0) | (flags.currentStage << 2);
}

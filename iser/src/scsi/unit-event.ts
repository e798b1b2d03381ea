import { AdditionalSense } from "./additional-sense.ts";

/**
 * What a unit attention condition (SAM-5, 5.14; additional sense codes of SPC-4, annex F) means to whoever uses the logical unit.
 *
 * - `reset`: power on, or one of the resets. `cacheAtRisk`: a volatile write cache may have been lost with what was in it. Most targets have one code (29h/00h) for all of them and
 *   for a new nexus as well, so this says that it is possible, not that it happened. A reset that an initiator asked for (29h/03h) and a change of the transceiver leave the cache alone.
 * - `nexus-lost`: the target forgot the session and nothing else (29h/07h).
 * - `capacity-changed`, `luns-changed`: ask again.
 * - `access-state-changed`: another path may be the better one now; `failed`: the target tried to change it and could not (2Ah/07h).
 * - `description-changed`: mode parameters, INQUIRY data or the identifier.
 * - `other`: nothing that anybody here acts upon.
 */
export type UnitEvent =
  | { readonly kind: "reset"; readonly cacheAtRisk: boolean }
  | { readonly kind: "nexus-lost" }
  | { readonly kind: "capacity-changed" }
  | { readonly kind: "luns-changed" }
  | { readonly kind: "access-state-changed"; readonly failed: boolean }
  | { readonly kind: "description-changed" }
  | { readonly kind: "other" };

/** The event behind an additional sense code that came with the sense key UNIT ATTENTION. */
export function unitEventOf(code: number): UnitEvent {
  return known.get(code) ?? (code >> 8 === AdditionalSense.powerOnOrReset >> 8 ? { kind: "reset", cacheAtRisk: true } : { kind: "other" });
}

const known: ReadonlyMap<number, UnitEvent> = new Map<number, UnitEvent>([
  [AdditionalSense.busDeviceReset, { kind: "reset", cacheAtRisk: false }],
  [AdditionalSense.transceiverSingleEnded, { kind: "reset", cacheAtRisk: false }],
  [AdditionalSense.transceiverDifferential, { kind: "reset", cacheAtRisk: false }],
  [AdditionalSense.nexusLoss, { kind: "nexus-lost" }],
  [AdditionalSense.capacityChanged, { kind: "capacity-changed" }],
  [AdditionalSense.reportedLunsDataChanged, { kind: "luns-changed" }],
  [AdditionalSense.accessStateChanged, { kind: "access-state-changed", failed: false }],
  [AdditionalSense.accessStateTransitionFailed, { kind: "access-state-changed", failed: true }],
  [AdditionalSense.modeParametersChanged, { kind: "description-changed" }],
  [AdditionalSense.inquiryDataChanged, { kind: "description-changed" }],
  [AdditionalSense.deviceIdentifierChanged, { kind: "description-changed" }],
]);

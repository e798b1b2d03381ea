import { BhsField, RejectReason, reservedTag, ScsiCommandField, ScsiCommandFlag } from "#iscsi";
import type { RejectReasonCode } from "./gate.ts";

const greatestAttribute = 4;

/** Why the header of a SCSI Command cannot be served, whatever its CDB says (RFC 7143, 11.3); undefined when it can. */
export function commandRefusal(bhs: Uint8Array): RejectReasonCode | undefined {
  const flags = bhs[ScsiCommandField.flags]!;
  const announcesData = (flags & ScsiCommandFlag.final) === 0;
  if ((flags & ScsiCommandFlag.attributes) > greatestAttribute) return RejectReason.invalidPduField;
  if (announcesData && (flags & ScsiCommandFlag.write) === 0) return RejectReason.invalidPduField;
  return hasReservedTag(bhs) ? RejectReason.invalidPduField : undefined;
}

function hasReservedTag(bhs: Uint8Array): boolean {
  for (let i = 0; i < 4; i += 1) if (bhs[BhsField.initiatorTaskTag + i] !== reservedTag >>> 24) return false;
  return true;
}

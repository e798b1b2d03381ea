import { encodeReportTargetPortGroups, parseTargetPortGroups, type TargetPortGroup } from "../cdb/report-target-port-groups.ts";
import { type DiskIdentity, diskIdentity } from "../disk/disk-identity.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { Association, type Designator, DesignatorType, parseDeviceIdentification } from "../vpd/device-identification.ts";
import { parseUnitSerialNumber } from "../vpd/unit-serial-number.ts";
import { VpdPage } from "../vpd/vpd-page.ts";
import type { PortAccess } from "./access.ts";

/** What a path says of the unit at its end, and of the port that it comes in by. */
export interface PathFacts {
  readonly identity: DiskIdentity;
  /** Undefined when the target knows no asymmetric access, or does not say which of its groups this port is in. */
  readonly access: PortAccess | undefined;
}

/** Asks who is there: INQUIRY with pages 80h and 83h, and REPORT TARGET PORT GROUPS where TPGS is not zero. Rejects with a `BlockError` when nobody answers. */
export async function askPath(unit: LogicalUnit): Promise<PathFacts> {
  const inquiry = await unit.inquiry();
  const serial = await unit.vpdPage(VpdPage.unitSerialNumber);
  const page = await unit.vpdPage(VpdPage.deviceIdentification);
  const designators = (page && parseDeviceIdentification(page)) ?? [];
  const identity = diskIdentity(inquiry, serial && parseUnitSerialNumber(serial), designators);
  return { identity, access: inquiry.targetPortGroups === 0 ? undefined : await askAccess(unit, designators) };
}

/** A list of the groups of any target there is; one of more would be cut, and a cut list is read as far as it goes. */
const groupsLength = 4096;

async function askAccess(unit: LogicalUnit, designators: readonly Designator[]): Promise<PortAccess | undefined> {
  const answer = await unit.ask(
    (cdb) => encodeReportTargetPortGroups(cdb, { extendedHeader: false, allocationLength: groupsLength }),
    groupsLength,
  );
  return answer.kind === "data" ? accessOf(parseTargetPortGroups(answer.data), designators) : undefined;
}

/** The group that the port says it is in, else the one that lists it. */
function accessOf(groups: readonly TargetPortGroup[], designators: readonly Designator[]): PortAccess | undefined {
  const group = portNumber(designators, DesignatorType.targetPortGroup);
  const port = portNumber(designators, DesignatorType.relativeTargetPort);
  return groups.find((one) => one.group === group) ?? groups.find((one) => port !== undefined && one.relativeTargetPorts.includes(port));
}

/** The last two bytes of a four-byte designator of the target port. */
function portNumber(designators: readonly Designator[], type: number): number | undefined {
  const found = designators.find((one) => one.association === Association.targetPort && one.type === type && one.bytes.length >= 4);
  return found === undefined ? undefined : (found.bytes[2]! << 8) | found.bytes[3]!;
}

import { buildStandardInquiry, DeviceType, decodeInquiry, Opcode, PeripheralQualifier } from "#scsi";
import type { StepEnd } from "../command.ts";
import type { Execution } from "../execution.ts";
import { vitalProductData } from "../vital-product-data.ts";
import { command } from "./command.ts";

export const inquiry = command({
  opcode: Opcode.inquiry,
  name: "INQUIRY",
  usage: "01 ff ffff 00",
  medium: "none",
  reservation: "allowed",
  passesReserve6: true,
  alwaysAnswered: true,
  run,
});

const spc4 = 0x06;

/** SAM-5, SPC-4, SBC-3 and iSCSI, no version claimed. */
const versionDescriptors = [0x00a0, 0x0460, 0x04c0, 0x0960];

/** TPGS. */
const AsymmetricAccess = { implicit: 1, implicitAndExplicit: 3 } as const;

function run(execution: Execution): StepEnd {
  const { vitalProductData: wantsPage, page, allocationLength } = decodeInquiry(execution.cdb);
  if (wantsPage) {
    const data = execution.unit.absent ? undefined : vitalProductData(execution, page);
    if (data === undefined) return execution.invalidField(2);
    return execution.send(data, allocationLength);
  } else if (page !== 0) {
    return execution.invalidField(2);
  } else {
    return execution.send(standardInquiry(execution), allocationLength);
  }
}

function standardInquiry({ unit, target }: Execution): Uint8Array {
  const { vendor, product, revision } = unit.identity;
  return buildStandardInquiry({
    qualifier: unit.absent ? PeripheralQualifier.notSupported : PeripheralQualifier.connected,
    deviceType: unit.absent ? 0x1f : DeviceType.disk,
    removable: unit.removable,
    version: spc4,
    normalAca: false,
    hierarchical: true,
    targetPortGroups: target.portGroups.areSettable ? AsymmetricAccess.implicitAndExplicit : AsymmetricAccess.implicit,
    thirdPartyCopy: true,
    protect: false,
    multiPort: target.portGroups.tags.length > 1,
    commandQueuing: true,
    vendor,
    product,
    revision,
    versionDescriptors,
  });
}

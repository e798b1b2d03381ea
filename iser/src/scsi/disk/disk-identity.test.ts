import { VirtualClock } from "kit/clock";
import { expect, it } from "vitest";
import { LogicalUnit } from "../logical-unit.ts";
import { answer, ScriptedPort } from "../testing/scripted-port.ts";
import { Association, CodeSet, type Designator, DesignatorType } from "../vpd/device-identification.ts";
import { parseStandardInquiry } from "../vpd/standard-inquiry.ts";
import { buildUnitSerialNumber } from "../vpd/unit-serial-number.ts";
import { VpdPage } from "../vpd/vpd-page.ts";
import { diskIdentity } from "./disk-identity.ts";

const inquiry = parseStandardInquiry(new Uint8Array(96));
if (inquiry === undefined) throw new Error("no INQUIRY data");

function name(byte: number): Designator {
  return { type: DesignatorType.vendorSpecific, association: Association.targetPort, codeSet: CodeSet.binary, bytes: Uint8Array.of(byte) };
}

it("keeps no more names than a disk can have, and knows the disk by one that comes late all the same", () => {
  const naa = { type: DesignatorType.naa, association: Association.logicalUnit, codeSet: CodeSet.binary, bytes: Uint8Array.of(0x50, 1, 2) };
  const identity = diskIdentity(inquiry, "1", [...Array.from({ length: 13_000 }, (_, at) => name(at & 0xff)), naa]);
  expect(identity.designators).toHaveLength(64);
  expect(identity.id).toBe("naa.500102");
});

it("takes a serial number that is too long for none, rather than a part of it for another disk's", () => {
  expect(diskIdentity(inquiry, "x".repeat(255), []).serial).toHaveLength(255);
  expect(diskIdentity(inquiry, "x".repeat(256), [])).toMatchObject({ serial: undefined, id: undefined });
});

it("a page that is longer whenever it is asked for is asked for a few times only", async () => {
  const port = new ScriptedPort((command) => {
    answer(command, buildUnitSerialNumber("x".repeat(Math.min(command.dataIn?.length ?? 0, 0xfff0))));
    return undefined;
  });
  const page = await new LogicalUnit(port, 0, { clock: new VirtualClock() }).vpdPage(VpdPage.unitSerialNumber);
  expect(page?.length).toBeGreaterThan(0xff00);
  expect(port.cdbs.length).toBeLessThan(12);
});

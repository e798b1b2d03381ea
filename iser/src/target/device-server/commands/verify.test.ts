import { describe, expect, it } from "vitest";
import {
  AdditionalSense,
  encodeRead10,
  encodeVerify10,
  encodeVerify12,
  encodeVerify16,
  encodeWrite10,
  encodeWriteAndVerify10,
  encodeWriteAndVerify12,
  encodeWriteAndVerify16,
  ScsiStatus,
  SenseKey,
  VerifyFlag,
} from "#scsi";
import { cdbOf, filled, scriptedUnit } from "../testing/scripted-unit.ts";

describe.each([
  { name: "10", verify: encodeVerify10, writeAndVerify: encodeWriteAndVerify10 },
  { name: "12", verify: encodeVerify12, writeAndVerify: encodeWriteAndVerify12 },
  { name: "16", verify: encodeVerify16, writeAndVerify: encodeWriteAndVerify16 },
])("VERIFY and WRITE AND VERIFY ($name)", ({ verify, writeAndVerify }) => {
  it("compare with all blocks, with one block, or with nothing", () => {
    const { initiator, target } = scriptedUnit();
    initiator.run(
      cdbOf((cdb) => encodeWrite10(cdb, 0, 4)),
      { data: filled(4, 3) },
    );
    const all = cdbOf((cdb) => verify(cdb, 0, 4, VerifyFlag.byteCheck));
    expect(initiator.run(all, { data: filled(4, 3) }).status).toBe(ScsiStatus.good);
    const wrong = filled(4, 3);
    wrong[700] = 4;
    expect(initiator.run(all, { data: wrong }).sense).toMatchObject({
      key: SenseKey.miscompare,
      code: AdditionalSense.miscompareDuringVerify,
      information: 700,
    });
    const one = cdbOf((cdb) => verify(cdb, 0, 4, VerifyFlag.byteCheckOneBlock));
    expect(initiator.run(one, { data: filled(1, 3) }).status).toBe(ScsiStatus.good);
    expect(initiator.run(one, { data: filled(1, 4) }).sense?.key).toBe(SenseKey.miscompare);
    const none = cdbOf((cdb) => verify(cdb, 0, 4));
    expect(initiator.run(none, { data: filled(4, 9) })).toMatchObject({ status: ScsiStatus.good, residual: 4 * 512 });
    expect(
      initiator.run(
        cdbOf((cdb) => verify(cdb, 0, 4, 0x04)),
        { data: filled(4, 9) },
      ).sense,
    ).toMatchObject({ specific: { byte: 1, bit: 2 } });
    expect(target.lentBytes).toBe(0);
  });

  it("write, then compare", () => {
    const { initiator } = scriptedUnit();
    for (const flags of [0, VerifyFlag.byteCheck]) {
      const data = filled(2, 7 + flags);
      expect(
        initiator.run(
          cdbOf((cdb) => writeAndVerify(cdb, 5, 2, flags)),
          { data },
        ).status,
      ).toBe(ScsiStatus.good);
      expect(
        initiator.run(
          cdbOf((cdb) => encodeRead10(cdb, 5, 2)),
          { expect: 1024 },
        ).data,
      ).toEqual(data);
    }
  });
});

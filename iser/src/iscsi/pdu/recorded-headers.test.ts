import { describe, expect, it } from "vitest";
import { readLoginRequest, writeLoginRequest } from "./login-request.ts";
import { readLoginResponse, writeLoginResponse } from "./login-response.ts";
import { readLogoutRequest, writeLogoutRequest } from "./logout-request.ts";
import { readLogoutResponse, writeLogoutResponse } from "./logout-response.ts";
import { readScsiCommand, writeScsiCommand } from "./scsi-command.ts";
import { readScsiResponse, writeScsiResponse } from "./scsi-response.ts";

/** Headers that Linux (open-iscsi on ib_iser) and LIO sent each other, and what they say. DataSegmentLength is the datamover's, so it is taken out. */
function recorded(hex: string): Uint8Array {
  const bhs = new Uint8Array(Buffer.from(hex, "hex"));
  bhs.fill(0, 4, 8);
  return bhs;
}

function rewritten(write: (bhs: Uint8Array) => void): Uint8Array {
  const bhs = new Uint8Array(48).fill(0xee);
  write(bhs);
  return bhs;
}

describe("headers recorded between Linux and LIO", () => {
  it("Login Request: straight to full feature phase", () => {
    const bhs = recorded(`43870000000001dc00023d000001000000000000000000000000000000000000${"0".repeat(32)}`);
    const pdu = readLoginRequest(bhs);
    expect(pdu).toMatchObject({
      transit: true,
      currentStage: 1,
      nextStage: 3,
      tsih: 0,
      connectionId: 0,
      isid: Uint8Array.of(0, 2, 0x3d, 0, 0, 1),
    });
    expect(rewritten((out) => writeLoginRequest(pdu, out))).toEqual(bhs);
  });

  it("Login Response: there", () => {
    const bhs = recorded(`238700000000015000023d00000100010000000000000000732f118600000000${"0".repeat(32)}`);
    const pdu = readLoginResponse(bhs);
    expect(pdu).toMatchObject({ transit: true, nextStage: 3, tsih: 1, statSn: 0x732f1186, expCmdSn: 0, maxCmdSn: 0, status: 0 });
    expect(rewritten((out) => writeLoginResponse(pdu, out))).toEqual(bhs);
  });

  it("SCSI Command: INQUIRY for 36 bytes", () => {
    const bhs = recorded("01c10000000000000000000000000000010000000000002400000000732f118712000000240000000000000000000000");
    const pdu = readScsiCommand(bhs);
    expect(pdu).toMatchObject({
      final: true,
      read: true,
      write: false,
      attribute: 1,
      initiatorTaskTag: 0x01000000,
      expectedDataTransferLength: 36,
    });
    expect(pdu.cdb.subarray(0, 6)).toEqual(Uint8Array.of(0x12, 0, 0, 0, 0x24, 0));
    expect(rewritten((out) => writeScsiCommand(pdu, out))).toEqual(bhs);
  });

  it("SCSI Response: 24 bytes fewer than asked", () => {
    const bhs = recorded("218200000000000000000000000000000700000000000000732f118d0000000700000046000000000000000000000018");
    const pdu = readScsiResponse(bhs);
    expect(pdu).toMatchObject({ response: 0, status: 0, residual: 24, statSn: 0x732f118d, expCmdSn: 7, maxCmdSn: 0x46 });
    expect(rewritten((out) => writeScsiResponse(pdu, out))).toEqual(bhs);
  });

  it("Logout Request and Response: close the session", () => {
    const request = recorded("468000000000000000000000000000000f000000000000000000008d732f121400000000000000000000000000000000");
    const asked = readLogoutRequest(request);
    expect(asked).toMatchObject({ immediate: true, reason: 0, initiatorTaskTag: 0x0f000000, cmdSn: 0x8d });
    expect(rewritten((out) => writeLogoutRequest(asked, out))).toEqual(request);

    const response = recorded("268000000000000000000000000000000f00000000000000732f12140000008d000000cc000000000000000000000000");
    const answered = readLogoutResponse(response);
    expect(answered).toMatchObject({ response: 0, time2Wait: 0, time2Retain: 0 });
    expect(rewritten((out) => writeLogoutResponse(answered, out))).toEqual(response);
  });
});

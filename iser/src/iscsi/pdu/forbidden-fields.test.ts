import { expect, it } from "vitest";
import { readDataIn } from "./data-in.ts";
import { readLoginRequest } from "./login-request.ts";
import { readLoginResponse } from "./login-response.ts";
import { readLogoutRequest } from "./logout-request.ts";
import { readNopIn } from "./nop-in.ts";
import { readNopOut } from "./nop-out.ts";
import { readR2t } from "./r2t.ts";
import { readScsiCommand } from "./scsi-command.ts";
import { readScsiResponse, viewSense } from "./scsi-response.ts";
import { readTaskManagementRequest } from "./task-management-request.ts";
import { readTextRequest } from "./text-request.ts";
import { readTextResponse } from "./text-response.ts";

/** A header of zeros but for the bytes given, as `offset: [bytes]`. */
function header(bytes: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const bhs = new Uint8Array(48);
  for (const [at, values] of Object.entries(bytes)) bhs.set(values, Number(at));
  return bhs;
}

const ones = [0xff, 0xff, 0xff, 0xff];

it.each<[string, (bhs: Uint8Array) => unknown, Uint8Array, string]>([
  ["a SCSI Command with task attribute 5", readScsiCommand, header({ 0: [0x01, 0x85] }), "11.3.1"],
  ["a read that announces unsolicited data", readScsiCommand, header({ 0: [0x01, 0x40] }), "11.3.1"],
  ["a SCSI Command without a task tag", readScsiCommand, header({ 0: [0x01, 0x80], 16: ones }), "11.2.1.8"],
  ["a SCSI Response with overflow and underflow", readScsiResponse, header({ 0: [0x21, 0x86] }), "11.4.1"],
  ["a SCSI Response with both for the read half", readScsiResponse, header({ 0: [0x21, 0x98] }), "11.4.1"],
  ["a Data-In with status that is not final", readDataIn, header({ 0: [0x25, 0x01] }), "11.7.3"],
  ["a Data-In with overflow and underflow", readDataIn, header({ 0: [0x25, 0x87] }), "11.7.3"],
  ["an R2T for nothing", readR2t, header({ 0: [0x31, 0x80] }), "11.8.4"],
  ["an R2T without a tag", readR2t, header({ 0: [0x31, 0x80], 20: ones, 44: [0, 0, 2, 0] }), "11.8.5"],
  ["a task management request without its leading bit", readTaskManagementRequest, header({ 0: [0x02, 0x01] }), "11.5"],
  ["a Text Request that ends and goes on", readTextRequest, header({ 0: [0x04, 0xc0] }), "11.10.2"],
  ["a Text Response that ends and goes on", readTextResponse, header({ 0: [0x24, 0xc0] }), "11.11.2"],
  ["a Text Response that goes on without a tag", readTextResponse, header({ 0: [0x24, 0x40], 20: ones }), "11.11.4"],
  ["a Login Request with T and C", readLoginRequest, header({ 0: [0x43, 0xc1] }), "11.12.2"],
  ["a Login Request in stage 2", readLoginRequest, header({ 0: [0x43, 0x08] }), "11.12.3"],
  ["a Login Request in full feature phase", readLoginRequest, header({ 0: [0x43, 0x0c] }), "11.12.3"],
  ["a Login Request that goes to stage 2", readLoginRequest, header({ 0: [0x43, 0x82] }), "11.12.3"],
  ["a Login Request that goes back", readLoginRequest, header({ 0: [0x43, 0x84] }), "11.12.3"],
  ["a Login Request that goes nowhere", readLoginRequest, header({ 0: [0x43, 0x85] }), "11.12.3"],
  ["a Login Response that goes back", readLoginResponse, header({ 0: [0x23, 0x84] }), "11.12.3"],
  ["a Logout Request for reason 3", readLogoutRequest, header({ 0: [0x06, 0x83] }), "11.14.1"],
  ["a NOP-Out without tag that takes a CmdSN", readNopOut, header({ 0: [0x00, 0x80], 16: ones }), "11.18.1"],
  ["a NOP-In that answers and asks", readNopIn, header({ 0: [0x20, 0x80] }), "11.19.1"],
])("%s is refused", (_situation, read, bhs, clause) => {
  expect(() => read(bhs)).toThrow(
    expect.objectContaining({ name: "ProtocolError", message: expect.stringContaining(`(RFC 7143, ${clause})`) }),
  );
});

it("a Login Response that refuses is read whatever its flags say", () => {
  expect(readLoginResponse(header({ 0: [0x23, 0xff], 36: [2, 1] })).status).toBe(0x0201);
});

it("sense that claims to be longer than its segment is refused", () => {
  expect(() => viewSense(Uint8Array.of(0))).toThrow("11.4.7");
  expect(() => viewSense(Uint8Array.of(0, 2, 0x70))).toThrow("SenseLength 2 in a data segment of 3 bytes");
  expect(viewSense(Uint8Array.of(0, 1, 0x70, 0, 0))).toEqual(Uint8Array.of(0x70));
});

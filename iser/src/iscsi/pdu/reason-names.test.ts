import { expect, it } from "vitest";
import { asyncEventName } from "./async-message.ts";
import { LoginStatus, loginStatusAdvice, loginStatusCode, loginStatusReason } from "./login-status.ts";
import { logoutResponseName } from "./logout-response.ts";
import { opcodeName } from "./opcode.ts";
import { rejectReasonName } from "./reject.ts";
import { taskManagementFunction } from "./task-management-request.ts";
import { taskManagementOutcome } from "./task-management-response.ts";

it("gives every login status its short reason and something to do next", () => {
  const reasons = Object.values(LoginStatus).map((status) => loginStatusReason(status));
  expect(new Set(reasons).size).toBe(reasons.length);
  for (const status of Object.values(LoginStatus)) expect(loginStatusAdvice(status)).not.toBe("");
  expect(loginStatusReason(0x0201)).toBe("Authentication failure");
  expect(loginStatusCode(0x0201)).toBe("0x0201");
});

it("tells a login status that is not assigned by its class", () => {
  expect(loginStatusReason(0x02ee)).toBe("Initiator error");
  expect(loginStatusReason(0x03ee)).toBe("Target error");
  expect(loginStatusReason(0x0900)).toBe("Unknown status");
});

it("names what it knows and numbers the rest", () => {
  expect(opcodeName(0x25)).toBe("SCSI Data-In");
  expect(opcodeName(0x1c)).toBe("opcode 0x1c");
  expect(rejectReasonName(0x09)).toBe("invalid PDU field");
  expect(rejectReasonName(0xf0)).toBe("reject reason 0xf0");
  expect(asyncEventName(3)).toBe("target will drop all connections of the session");
  expect(asyncEventName(77)).toBe("asynchronous event 77");
  expect(logoutResponseName(1)).toBe("no such connection");
  expect(logoutResponseName(9)).toBe("logout response 9");
});

it("takes a task management response that is not assigned for a refusal", () => {
  expect(taskManagementOutcome(0)).toBe("complete");
  expect(taskManagementOutcome(255)).toBe("rejected");
  expect(taskManagementOutcome(77)).toBe("rejected");
  expect(taskManagementFunction(5)).toBe("lun-reset");
  expect(taskManagementFunction(8)).toBeUndefined();
});

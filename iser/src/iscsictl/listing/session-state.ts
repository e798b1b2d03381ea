import type { SessionStatus } from "#control";

/** A secret is only shown when it was asked for; else that there is one. */
const hiddenSecret = "[secret]";

/** The last column of `iscsictl -L`, without devices. */
export function stateOf({ failureReason, enable, sessionType, connected }: SessionStatus): string {
  if (failureReason !== undefined && enable) return failureReason;
  if (sessionType === "Discovery") return "Discovery";
  if (!enable) return "Disabled";
  return connected ? "Connected" : "Disconnected";
}

/** Where the target is: where it was configured, or where it has sent us since. */
export function portalOf({ targetAddress, movedTo }: SessionStatus): string {
  return movedTo ?? targetAddress;
}

export function yesNo(value: boolean): "Yes" | "No" {
  return value ? "Yes" : "No";
}

/** What stands where a secret would. */
export function secretText(exists: boolean, secret: string | undefined): string {
  return exists ? (secret ?? hiddenSecret) : "";
}

/** Two hexadecimal digits, as FreeBSD prints code points and priorities. */
export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

import { ProtocolError } from "#iscsi";

/**
 * The iSER header in front of every iSCSI PDU (RFC 7145, 9.2), with the base offsets that all peers send:
 *
 *     byte  0              1..3      4..7        8..15              16..19     20..27
 *           opcode|flags   reserved  Write STag  Write Base Offset  Read STag  Read Base Offset
 *
 * Offsets are opaque 64-bit numbers of the peer's (kernel addresses): they are kept in two halves and only handed back.
 */
export const iserHeaderLength = 28;

/** Opcode in the high half of byte 0 (RFC 7145, 9.3). Hello exists on paper only: no peer sends it, and LIO hangs up on it. */
export const IserOpcode = { control: 1, hello: 2, helloReply: 3 } as const;

/** WSV and RSV: the Write or Read STag and its offset are valid. */
export const IserFlag = { writeStagValid: 0x08, readStagValid: 0x04 } as const;

export const IserField = {
  opcodeAndFlags: 0,
  writeStag: 4,
  writeOffsetHigh: 8,
  writeOffsetLow: 12,
  readStag: 16,
  readOffsetHigh: 20,
  readOffsetLow: 24,
} as const;

/** Checks the header of a message that was received, and returns its flags. */
export function checkIserHeader(view: DataView, messageLength: number): number {
  if (messageLength < iserHeaderLength) {
    throw new ProtocolError("rdma", `a message of ${messageLength} bytes, too short for an iSER header (RFC 7145, 9.2)`);
  }
  const first = view.getUint8(IserField.opcodeAndFlags);
  const opcode = first >> 4;
  if (opcode !== IserOpcode.control) throw new ProtocolError("rdma", `an iSER message with opcode ${opcode} (RFC 7145, 9.3)`);
  return first & (IserFlag.writeStagValid | IserFlag.readStagValid);
}

/** Starts a header without STags: all zero but the opcode. */
export function beginIserHeader(view: DataView): void {
  view.setUint32(IserField.opcodeAndFlags, IserOpcode.control << 28);
  for (let at = IserField.writeStag; at < iserHeaderLength; at += 4) view.setUint32(at, 0);
}

/** Tells the peer from where to read write data. */
export function putWriteStag(view: DataView, stag: number, offset: number): void {
  view.setUint8(IserField.opcodeAndFlags, view.getUint8(IserField.opcodeAndFlags) | IserFlag.writeStagValid);
  view.setUint32(IserField.writeStag, stag);
  view.setUint32(IserField.writeOffsetHigh, Math.floor(offset / 2 ** 32));
  view.setUint32(IserField.writeOffsetLow, offset >>> 0);
}

/**
 * What the Write Base Offset holds that is not valid, in its lower half. Receivers do not look at it without WSV (RFC 7145, 9.2); Wireshark does, to find out whether a
 * message is RPC over RDMA: with a zero here, which would be the type of a call, it takes commands that read for that, and calls them malformed.
 */
const noOffset = 0xffff_ffff;

/** Tells the peer where to write read data. Comes before `putWriteStag` where there is data both ways. */
export function putReadStag(view: DataView, stag: number, offset: number): void {
  view.setUint8(IserField.opcodeAndFlags, view.getUint8(IserField.opcodeAndFlags) | IserFlag.readStagValid);
  view.setUint32(IserField.readStag, stag);
  view.setUint32(IserField.readOffsetHigh, Math.floor(offset / 2 ** 32));
  view.setUint32(IserField.readOffsetLow, offset >>> 0);
  view.setUint32(IserField.writeOffsetLow, noOffset);
}

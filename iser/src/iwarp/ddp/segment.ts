/**
 * The header of a DDP segment (RFC 5041, 4), with RDMAP's byte in it (RFC 5040, 4.1). Offsets are from the start of the segment:
 *
 *     tagged    T L reserved DV | RDMAP | STag (4) | tagged offset (8)
 *     untagged  T L reserved DV | RDMAP | RDMAP's  | queue (4) | message number (4) | message offset (4)
 */
export const TaggedField = { control: 0, rdmap: 1, stag: 2, offsetHigh: 6, offsetLow: 10 } as const;
export const UntaggedField = { control: 0, rdmap: 1, invalidateStag: 2, queue: 6, messageNumber: 10, messageOffset: 14 } as const;

export const taggedHeaderLength = 14;
export const untaggedHeaderLength = 18;

/** Bits of the first byte. Reserved ones are sent as 0 and ignored. */
export const DdpControl = { tagged: 0x80, last: 0x40, versionMask: 0x03, version: 1 } as const;

/** Untagged queues, each with message numbers of its own from 1 on (RFC 5040, 4.4). */
export const QueueNumber = { send: 0, readRequest: 1, terminate: 2 } as const;

/** How long the header is that starts with this byte. */
export function ddpHeaderLength(control: number): number {
  return (control & DdpControl.tagged) !== 0 ? taggedHeaderLength : untaggedHeaderLength;
}

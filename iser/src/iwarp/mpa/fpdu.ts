/**
 * A framed protocol data unit (RFC 5044, 4): how DDP segments (ULPDUs) travel in a byte stream.
 *
 *     ULPDU length (2) | ULPDU | zeros to a multiple of four | CRC32C (4, least significant byte first; zero when not in use)
 */
export const lengthFieldLength = 2;
export const crcLength = 4;

/** Sizes of whole FPDUs that we send: one Ethernet segment at the least, as much as the length field holds at the most. */
export const minFpduBytes = 1400;
export const maxFpduBytes = 65536;

/** Zeros between a ULPDU of this length and the CRC. */
export function paddingOf(ulpduLength: number): number {
  return -(lengthFieldLength + ulpduLength) & 3;
}

/** The longest ULPDU in an FPDU of at most `fpduBytes`. */
export function ulpduLengthIn(fpduBytes: number): number {
  return (fpduBytes & ~3) - lengthFieldLength - crcLength;
}

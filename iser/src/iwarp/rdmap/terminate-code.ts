/** Layer, error type and error code of a Terminate message (RFC 5040, 4.8), packed as `layer << 12 | type << 8 | code`. */
export type TerminateCode = number;

/** Every code that we send or know by name. Who found the error: layer 0 is RDMAP, 1 DDP, 2 MPA. */
export const TerminateCode = {
  localCatastrophic: 0x0000,

  /** A Read Request or a Send with Invalidate names memory it may not touch (RFC 5040, figure 11: remote protection). */
  rdmapInvalidStag: 0x0100,
  rdmapBounds: 0x0101,
  rdmapAccess: 0x0102,
  rdmapStagNotAssociated: 0x0103,
  rdmapOffsetWrap: 0x0104,
  rdmapCannotInvalidate: 0x0109,
  rdmapProtectionUnspecified: 0x01ff,

  rdmapVersion: 0x0205,
  rdmapUnexpectedOpcode: 0x0206,
  rdmapStreamCatastrophic: 0x0207,
  rdmapGlobalCatastrophic: 0x0208,
  rdmapCannotInvalidateOperation: 0x0209,
  rdmapOperationUnspecified: 0x02ff,

  ddpCatastrophic: 0x1000,

  ddpInvalidStag: 0x1100,
  ddpBounds: 0x1101,
  ddpStagNotAssociated: 0x1102,
  ddpOffsetWrap: 0x1103,
  ddpTaggedVersion: 0x1104,

  ddpInvalidQueue: 0x1201,
  ddpNoBuffer: 0x1202,
  ddpMsnRange: 0x1203,
  ddpMessageOffset: 0x1204,
  ddpTooLong: 0x1205,
  ddpUntaggedVersion: 0x1206,

  mpaClosed: 0x2001,
  mpaCrc: 0x2002,
  /** The length field of an FPDU cannot be. */
  mpaFpdu: 0x2003,
  mpaFrame: 0x2004,
  mpaCatastrophic: 0x2005,
  mpaInsufficientReadDepth: 0x2006,
  mpaNoReadyToReceive: 0x2007,
} as const;

const names = new Map<number, string>([
  [TerminateCode.localCatastrophic, "local catastrophic error"],
  [TerminateCode.rdmapInvalidStag, "invalid STag"],
  [TerminateCode.rdmapBounds, "base or bounds violation"],
  [TerminateCode.rdmapAccess, "access rights violation"],
  [TerminateCode.rdmapStagNotAssociated, "STag of another stream"],
  [TerminateCode.rdmapOffsetWrap, "tagged offset wraps"],
  [TerminateCode.rdmapCannotInvalidate, "STag cannot be invalidated"],
  [TerminateCode.rdmapProtectionUnspecified, "unspecified protection error"],
  [TerminateCode.rdmapVersion, "invalid RDMAP version"],
  [TerminateCode.rdmapUnexpectedOpcode, "unexpected opcode"],
  [TerminateCode.rdmapStreamCatastrophic, "catastrophic error of the stream"],
  [TerminateCode.rdmapGlobalCatastrophic, "catastrophic error"],
  [TerminateCode.rdmapCannotInvalidateOperation, "STag cannot be invalidated"],
  [TerminateCode.rdmapOperationUnspecified, "unspecified operation error"],
  [TerminateCode.ddpCatastrophic, "local catastrophic error"],
  [TerminateCode.ddpInvalidStag, "invalid STag"],
  [TerminateCode.ddpBounds, "base or bounds violation"],
  [TerminateCode.ddpStagNotAssociated, "STag of another stream"],
  [TerminateCode.ddpOffsetWrap, "tagged offset wraps"],
  [TerminateCode.ddpTaggedVersion, "invalid DDP version"],
  [TerminateCode.ddpInvalidQueue, "invalid queue number"],
  [TerminateCode.ddpNoBuffer, "no buffer for this message"],
  [TerminateCode.ddpMsnRange, "message number out of range"],
  [TerminateCode.ddpMessageOffset, "invalid message offset"],
  [TerminateCode.ddpTooLong, "message too long for its buffer"],
  [TerminateCode.ddpUntaggedVersion, "invalid DDP version"],
  [TerminateCode.mpaClosed, "connection closed or lost"],
  [TerminateCode.mpaCrc, "CRC error"],
  [TerminateCode.mpaFpdu, "FPDU length error"],
  [TerminateCode.mpaFrame, "invalid MPA request or reply"],
  [TerminateCode.mpaCatastrophic, "local catastrophic error"],
  [TerminateCode.mpaInsufficientReadDepth, "insufficient inbound read depth"],
  [TerminateCode.mpaNoReadyToReceive, "no ready-to-receive message in common"],
]);

const layers = ["RDMAP", "DDP", "MPA"] as const;

export function isTerminateCode(code: number): boolean {
  return names.has(code);
}

/** `"DDP: invalid STag (1/1/0)"`. */
export function describeTerminateCode(code: TerminateCode): string {
  const layer = code >>> 12;
  const numbers = `${layer}/${(code >>> 8) & 15}/${code & 255}`;
  return `${layers[layer] ?? `layer ${layer}`}: ${names.get(code) ?? "unknown error"} (${numbers})`;
}

/** The payloads of NBD_REP_INFO, each beginning with its type. */
export const InfoType = { export: 0, name: 1, description: 2, blockSize: 3 } as const;

export interface BlockSizeConstraints {
  /** Every offset and length is a multiple of this. */
  readonly minimum: number;
  /** The smallest request that costs no read-modify-write. */
  readonly preferred: number;
  /** The most data one request may carry, in either direction. */
  readonly maximumPayload: number;
}

export function encodeExportInformation(size: number, transmissionFlags: number): Buffer {
  const data = Buffer.alloc(12);
  data.writeUInt16BE(InfoType.export, 0);
  data.writeBigUInt64BE(BigInt(size), 2);
  data.writeUInt16BE(transmissionFlags, 10);
  return data;
}

export function decodeExportInformation(data: Buffer): { readonly size: number; readonly transmissionFlags: number } | undefined {
  if (data.length !== 12 || data.readUInt16BE(0) !== InfoType.export) return undefined;
  return { size: Number(data.readBigUInt64BE(2)), transmissionFlags: data.readUInt16BE(10) };
}

export function encodeTextInformation(type: typeof InfoType.name | typeof InfoType.description, text: string): Buffer {
  const typeBytes = Buffer.alloc(2);
  typeBytes.writeUInt16BE(type);
  return Buffer.concat([typeBytes, Buffer.from(text, "utf8")]);
}

export function encodeBlockSizeInformation(constraints: BlockSizeConstraints): Buffer {
  const data = Buffer.alloc(14);
  data.writeUInt16BE(InfoType.blockSize, 0);
  data.writeUInt32BE(constraints.minimum, 2);
  data.writeUInt32BE(constraints.preferred, 6);
  data.writeUInt32BE(constraints.maximumPayload, 10);
  return data;
}

export function decodeBlockSizeInformation(data: Buffer): BlockSizeConstraints | undefined {
  if (data.length !== 14 || data.readUInt16BE(0) !== InfoType.blockSize) return undefined;
  return { minimum: data.readUInt32BE(2), preferred: data.readUInt32BE(6), maximumPayload: data.readUInt32BE(10) };
}

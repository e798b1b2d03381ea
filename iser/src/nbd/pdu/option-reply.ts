/** Answers while haggling (option reply types). All errors have bit 31 set and may carry a sentence for the user. */
export const OptionReplyType = {
  ack: 1,
  server: 2,
  info: 3,
  metaContext: 4,
  unsupported: 0x8000_0001,
  policy: 0x8000_0002,
  invalid: 0x8000_0003,
  unknown: 0x8000_0006,
  tooBig: 0x8000_0009,
} as const;
export type OptionReplyType = (typeof OptionReplyType)[keyof typeof OptionReplyType];

const magicHigh = 0x0003_e889;
const magicLow = 0x0455_65a9;

export const optionReplyHeaderBytes = 20;

export interface OptionReply {
  readonly option: number;
  readonly type: number;
  readonly data: Buffer;
}

export function encodeOptionReply(option: number, type: OptionReplyType, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const reply = Buffer.alloc(optionReplyHeaderBytes + data.length);
  reply.writeUInt32BE(magicHigh, 0);
  reply.writeUInt32BE(magicLow, 4);
  reply.writeUInt32BE(option, 8);
  reply.writeUInt32BE(type, 12);
  reply.writeUInt32BE(data.length, 16);
  reply.set(data, optionReplyHeaderBytes);
  return reply;
}

/** The reply at the start of `bytes` (`data` is a view), or undefined when it is not whole or not a reply. */
export function decodeOptionReply(bytes: Buffer): OptionReply | undefined {
  if (bytes.length < optionReplyHeaderBytes) return undefined;
  if (bytes.readUInt32BE(0) !== magicHigh || bytes.readUInt32BE(4) !== magicLow) return undefined;
  const end = optionReplyHeaderBytes + bytes.readUInt32BE(16);
  if (bytes.length < end) return undefined;
  return { option: bytes.readUInt32BE(8), type: bytes.readUInt32BE(12), data: bytes.subarray(optionReplyHeaderBytes, end) };
}

/** NBD_REP_SERVER: one export in the answer to NBD_OPT_LIST. */
export function encodeListedExport(name: string, description: string): Buffer {
  const nameBytes = Buffer.from(name, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(nameBytes.length);
  return Buffer.concat([length, nameBytes, Buffer.from(description, "utf8")]);
}

/** NBD_REP_META_CONTEXT: a metadata context that exists (id 0) or was selected. */
export function encodeMetaContext(id: number, name: string): Buffer {
  const idBytes = Buffer.alloc(4);
  idBytes.writeUInt32BE(id);
  return Buffer.concat([idBytes, Buffer.from(name, "utf8")]);
}

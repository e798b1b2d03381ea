/** "IHAVEOPT" */
export const optionMagic = Buffer.from("IHAVEOPT", "latin1");

/** What a client may ask for while haggling (option types). */
export const Option = {
  exportName: 1,
  abort: 2,
  list: 3,
  startTls: 5,
  info: 6,
  go: 7,
  structuredReply: 8,
  listMetaContext: 9,
  setMetaContext: 10,
} as const;

export const optionHeaderBytes = 16;

export interface OptionHeader {
  readonly option: number;
  /** Bytes of data that follow. */
  readonly length: number;
}

/** The header at `at`, or undefined when the magic is not there. Needs `optionHeaderBytes` bytes. */
export function decodeOptionHeader(memory: Buffer, at: number): OptionHeader | undefined {
  if (optionMagic.compare(memory, at, at + 8) !== 0) return undefined;
  return { option: memory.readUInt32BE(at + 8), length: memory.readUInt32BE(at + 12) };
}

export function encodeOption(option: number, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const request = Buffer.alloc(optionHeaderBytes + data.length);
  optionMagic.copy(request, 0);
  request.writeUInt32BE(option, 8);
  request.writeUInt32BE(data.length, 12);
  request.set(data, optionHeaderBytes);
  return request;
}

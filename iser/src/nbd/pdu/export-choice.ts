/** The data of NBD_OPT_INFO and NBD_OPT_GO: which export, and what the client wants to know about it. */
export interface ExportChoice {
  readonly name: string;
  /** Information types (`InfoType`); unknown ones are to be ignored. */
  readonly informationRequests: readonly number[];
}

/** undefined when the lengths inside do not add up to the length of the data. */
export function decodeExportChoice(data: Buffer): ExportChoice | undefined {
  if (data.length < 6) return undefined;
  const nameLength = data.readUInt32BE(0);
  if (nameLength > data.length - 6) return undefined;
  const count = data.readUInt16BE(4 + nameLength);
  const requestsAt = 6 + nameLength;
  if (data.length !== requestsAt + 2 * count) return undefined;
  const informationRequests: number[] = [];
  for (let at = requestsAt; at < data.length; at += 2) informationRequests.push(data.readUInt16BE(at));
  return { name: data.toString("utf8", 4, 4 + nameLength), informationRequests };
}

export function encodeExportChoice(choice: ExportChoice): Buffer {
  const name = Buffer.from(choice.name, "utf8");
  const data = Buffer.alloc(6 + name.length + 2 * choice.informationRequests.length);
  data.writeUInt32BE(name.length, 0);
  name.copy(data, 4);
  data.writeUInt16BE(choice.informationRequests.length, 4 + name.length);
  choice.informationRequests.forEach((type, index) => {
    data.writeUInt16BE(type, 6 + name.length + 2 * index);
  });
  return data;
}

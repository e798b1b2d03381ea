/** The data of NBD_OPT_LIST_META_CONTEXT and NBD_OPT_SET_META_CONTEXT. */
export interface MetaContextQuery {
  readonly exportName: string;
  readonly queries: readonly string[];
}

/** undefined when the lengths inside do not add up to the length of the data. */
export function decodeMetaContextQuery(data: Buffer): MetaContextQuery | undefined {
  if (data.length < 8) return undefined;
  const nameLength = data.readUInt32BE(0);
  if (nameLength > data.length - 8) return undefined;
  const count = data.readUInt32BE(4 + nameLength);
  let at = 8 + nameLength;
  // Each query takes four bytes at least: a count that cannot be true is refused before anything is read for it.
  if (count > (data.length - at) / 4) return undefined;
  const queries: string[] = [];
  for (let index = 0; index < count; index++) {
    if (data.length - at < 4) return undefined;
    const end = at + 4 + data.readUInt32BE(at);
    if (end > data.length) return undefined;
    queries.push(data.toString("utf8", at + 4, end));
    at = end;
  }
  if (at !== data.length) return undefined;
  return { exportName: data.toString("utf8", 4, 4 + nameLength), queries };
}

export function encodeMetaContextQuery(query: MetaContextQuery): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(query.queries.length);
  return Buffer.concat([encodeString(query.exportName), count, ...query.queries.map(encodeString)]);
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, "utf8");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

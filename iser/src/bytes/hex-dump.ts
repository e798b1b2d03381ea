const bytesPerLine = 16;

/**
 * Bytes as people read them: offset, sixteen bytes in hex, and what of it is printable ASCII. Longer input is cut after `limit` bytes, with a
 * last line that says how much is missing.
 */
export function hexDump(bytes: Uint8Array, limit = 4096): string {
  const shown = Math.min(bytes.length, limit);
  const lines: string[] = [];
  for (let offset = 0; offset < shown; offset += bytesPerLine) {
    lines.push(dumpLine(bytes.subarray(offset, Math.min(offset + bytesPerLine, shown)), offset));
  }
  if (shown < bytes.length) lines.push(`… ${bytes.length - shown} more bytes`);
  return lines.join("\n");
}

function dumpLine(bytes: Uint8Array, offset: number): string {
  let hex = "";
  let text = "";
  for (let i = 0; i < bytesPerLine; i++) {
    const byte = bytes[i];
    hex += byte === undefined ? "   " : `${byte.toString(16).padStart(2, "0")} `;
    if (i === bytesPerLine / 2 - 1) hex += " ";
    if (byte !== undefined) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
  }
  return `${offset.toString(16).padStart(8, "0")}  ${hex} |${text}|`;
}

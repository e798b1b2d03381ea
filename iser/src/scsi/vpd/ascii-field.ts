/** Writes `text` left-aligned into a fixed field padded with spaces (SPC-4, 4.3.1). Cut to fit; what is no printable ASCII becomes a space. */
export function writeAsciiField(data: Uint8Array, offset: number, length: number, text: string): void {
  for (let i = 0; i < length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x20;
    data[offset + i] = code >= 0x20 && code <= 0x7e ? code : 0x20;
  }
}

/** The text of a field without its padding; whatever is no printable ASCII reads as "?", as nothing a target sends may steer a terminal. */
export function readAsciiField(data: Uint8Array, offset: number, length: number): string {
  let text = "";
  for (const byte of data.subarray(offset, offset + length)) {
    if (byte === 0) break;
    text += byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : "?";
  }
  return text.trim();
}

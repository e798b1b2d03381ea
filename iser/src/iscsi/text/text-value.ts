import { maxBinaryLength } from "./text-pair.ts";

/** How values are written (RFC 7143, 6.1). Parsers answer undefined to what is not of their form; whether a value is allowed is the key table's business. */

export function parseBoolean(text: string): boolean | undefined {
  if (text === "Yes") return true;
  return text === "No" ? false : undefined;
}

export function formatBoolean(value: boolean): string {
  return value ? "Yes" : "No";
}

/** A decimal or hexadecimal constant up to 2^53 - 1. */
export function parseNumber(text: string): number | undefined {
  if (!/^(\d{1,20}|0[xX][0-9a-fA-F]{1,16})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `least~most`. */
export function parseRange(text: string): { readonly least: number; readonly most: number } | undefined {
  const tilde = text.indexOf("~");
  if (tilde < 0) return undefined;
  const least = parseNumber(text.slice(0, tilde));
  const most = parseNumber(text.slice(tilde + 1));
  return least === undefined || most === undefined || least > most ? undefined : { least, most };
}

/** Comma-separated values in order of preference; none of them empty. */
export function parseList(text: string): readonly string[] | undefined {
  const values = text.split(",");
  return values.includes("") ? undefined : values;
}

/** A binary value: hexadecimal behind 0x, base64 behind 0b. At least one byte, at most `maxLength`. */
export function parseBinary(text: string, maxLength = maxBinaryLength): Uint8Array | undefined {
  const digits = text.slice(2);
  const bytes = /^0[xX]/.test(text) ? parseHex(digits) : /^0[bB]/.test(text) ? parseBase64(digits) : undefined;
  return bytes === undefined || bytes.length === 0 || bytes.length > maxLength ? undefined : bytes;
}

function parseHex(digits: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]*$/.test(digits)) return undefined;
  // An odd number of digits means that a leading zero was left out, as in any number.
  return new Uint8Array(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex"));
}

function parseBase64(digits: string): Uint8Array | undefined {
  // Padding is optional because several initiators leave it out; a lone sixth of a byte is nonsense in either case.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.replace(/=+$/, "").length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(digits, "base64"));
}

export function formatHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

export function formatBase64(bytes: Uint8Array): string {
  return `0b${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64")}`;
}

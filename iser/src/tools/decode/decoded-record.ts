import type { Moment } from "./tcp-stream.ts";

export type FieldValue = string | number | boolean | readonly string[];
/** What a header says, field by field; numbers that are names (STags, tags, offsets) in hexadecimal. */
export type Fields = Readonly<Record<string, FieldValue>>;

/** One protocol's part of a message. */
export interface Layer {
  readonly name: "MPA" | "DDP" | "RDMAP" | "iSER" | "iSCSI";
  /** A few words, for the line. */
  readonly title: string;
  readonly fields: Fields;
  /** What a person would look at in hexadecimal: the header, and data that belongs to this layer. */
  readonly bytes?: Uint8Array;
}

/** One PDU, FPDU or MPA frame; or bytes between them that nothing can be made of. */
export interface DecodedRecord extends Moment {
  readonly fromInitiator: boolean;
  /** From the outside in. */
  readonly layers: readonly Layer[];
  /** What is wrong with it, in a sentence. */
  readonly problem?: string;
}

/** What a decoder of one direction gives. */
export type EmitRecord = (record: Omit<DecodedRecord, "fromInitiator">) => void;

export function hex(value: number, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

/** A 64-bit offset. */
export function hexOffset(high: number, low: number): string {
  return `0x${high.toString(16).padStart(8, "0")}${low.toString(16).padStart(8, "0")}`;
}
